package passerelle.reactor;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import passerelle.io.ClientKey;

/**
 * How many of something each client address holds, such as connections, up to a limit.
 *
 * <p>Confined to the loop thread.
 */
public final class ClientCounts {
  private final Map<ClientKey, Client> counts = new HashMap<>();
  private final int limit;

  /** One client, and how many it holds. */
  public static final class Client {
    private final ClientKey key;
    private int held;

    private Client(ClientKey key) {
      this.key = key;
    }
  }

  /** Counts of which none may be higher than the limit. */
  public ClientCounts(int limit) {
    this.limit = limit;
  }

  /** Whether the client may have another. */
  public boolean hasRoomFor(InetSocketAddress client) {
    Client known = counts.get(ClientKey.of(client));
    return known == null || known.held < limit;
  }

  /** Counts one more; the result is for {@link #remove}. */
  public Client add(InetSocketAddress client) {
    Client counted = counts.computeIfAbsent(ClientKey.of(client), Client::new);
    counted.held++;
    return counted;
  }

  /** Counts one less, without allocating. */
  public void remove(Client client) {
    client.held--;
    if (client.held == 0) {
      counts.remove(client.key);
    }
  }

  /** How many clients hold any. */
  int clients() {
    return counts.size();
  }
}
