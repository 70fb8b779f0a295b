package passerelle.reactor;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * How many connections each client address holds, up to a limit.
 *
 * <p>An IPv6 client commands a whole subnet, so the first 64 bits of such an address are one
 * client.
 *
 * <p>Confined to the loop thread.
 */
final class ClientCounts {
  private static final int SUBNET_OCTETS = 8;

  private final Map<Object, Integer> counts = new HashMap<>();
  private final int limit;

  ClientCounts(int limit) {
    this.limit = limit;
  }

  private static Object key(InetSocketAddress client) {
    InetAddress address = client.getAddress();
    if (address instanceof Inet6Address) {
      return ByteBuffer.wrap(address.getAddress(), 0, SUBNET_OCTETS);
    }
    return address;
  }

  /** Whether the client may open another connection. */
  boolean hasRoomFor(InetSocketAddress client) {
    return counts.getOrDefault(key(client), 0) < limit;
  }

  void add(InetSocketAddress client) {
    counts.merge(key(client), 1, Integer::sum);
  }

  void remove(InetSocketAddress client) {
    counts.computeIfPresent(key(client), (same, held) -> held > 1 ? held - 1 : null);
  }

  /** How many clients hold connections. */
  int clients() {
    return counts.size();
  }
}
