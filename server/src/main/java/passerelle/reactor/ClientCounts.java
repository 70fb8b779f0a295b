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

  private final Map<Object, Client> counts = new HashMap<>();
  private final int limit;

  /** One client, and how many connections it holds. */
  static final class Client {
    private final Object key;
    private int held;

    private Client(Object key) {
      this.key = key;
    }
  }

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
    Client known = counts.get(key(client));
    return known == null || known.held < limit;
  }

  /** Counts one more; the result is for {@link #remove}. */
  Client add(InetSocketAddress client) {
    Client counted = counts.computeIfAbsent(key(client), Client::new);
    counted.held++;
    return counted;
  }

  /** Counts one less, without allocating. */
  void remove(Client client) {
    client.held--;
    if (client.held == 0) {
      counts.remove(client.key);
    }
  }

  /** How many clients hold connections. */
  int clients() {
    return counts.size();
  }
}
