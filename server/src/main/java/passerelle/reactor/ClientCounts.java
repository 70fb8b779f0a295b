package passerelle.reactor;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import passerelle.io.ClientKey;

/**
 * How many connections each client address holds, up to a limit.
 *
 * <p>Confined to the loop thread.
 */
final class ClientCounts {
  private final Map<ClientKey, Client> counts = new HashMap<>();
  private final int limit;

  /** One client, and how many connections it holds. */
  static final class Client {
    private final ClientKey key;
    private int held;

    private Client(ClientKey key) {
      this.key = key;
    }
  }

  ClientCounts(int limit) {
    this.limit = limit;
  }

  /** Whether the client may open another connection. */
  boolean hasRoomFor(InetSocketAddress client) {
    Client known = counts.get(ClientKey.of(client));
    return known == null || known.held < limit;
  }

  /** Counts one more; the result is for {@link #remove}. */
  Client add(InetSocketAddress client) {
    Client counted = counts.computeIfAbsent(ClientKey.of(client), Client::new);
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
