package passerelle.io;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * Which client an address belongs to, where clients are treated alike.
 *
 * <p>An IPv6 client commands a whole subnet, so the first 64 bits of such an address are one
 * client.
 *
 * <p>Immutable.
 *
 * @param value the address, or the part of it that counts
 */
public record ClientKey(Object value) {
  private static final int SUBNET_OCTETS = 8;

  /** The client at an address. */
  public static ClientKey of(InetSocketAddress address) {
    InetAddress host = address.getAddress();
    if (host instanceof Inet6Address) {
      return new ClientKey(ByteBuffer.wrap(host.getAddress(), 0, SUBNET_OCTETS));
    }
    return new ClientKey(host == null ? address : host);
  }
}
