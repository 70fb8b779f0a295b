package passerelle.io;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

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

  // Written out, since what records have by themselves is linked at the first request.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ClientKey key && value.equals(key.value);
  }

  @Override
  public int hashCode() {
    return value.hashCode();
  }
}
