package passerelle.reactor;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The open connections: counted, in all and for each client, swept for deadlines, drained and
 * closed together.
 *
 * <p>Confined to the loop thread.
 */
public final class ConnectionList {
  private final ArrayList<Connection> connections = new ArrayList<>();

  /** What a client has for a request before, at the limit, another may take its place. */
  private static final long CHANCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final int DEADLINES_PER_TURN = 16;

  private final int limit;
  private final ClientCounts clients;
  private int hand;
  private boolean isSearchFruitless;
  private long searchedNanos;
  private @Nullable Runnable onRoom;
  private @Nullable Runnable onEmpty;

  /** A list for at most {@code limit} connections, {@code clientLimit} of them of one client. */
  public ConnectionList(int limit, int clientLimit) {
    this.limit = limit;
    this.clients = new ClientCounts(clientLimit);
  }

  /** How many connections may be open at the same time. */
  public int limit() {
    return limit;
  }

  /** How many connections are open. */
  public int size() {
    return connections.size();
  }

  boolean isFull() {
    return connections.size() >= limit;
  }

  boolean hasRoomFor(InetSocketAddress client) {
    return clients.hasRoomFor(client);
  }

  /**
   * Closes a connection that waits for a request, idle or half-sent, to make room for one that may
   * send it sooner; returns false if there is none. The search goes round the list, so that each
   * has its turn; one that found nothing is not repeated for a second, for it visits every
   * connection.
   */
  boolean tryMakeRoom(long nowNanos) {
    if (isSearchFruitless && nowNanos - searchedNanos < CHANCE_NANOS) {
      return false;
    }
    isSearchFruitless = false;
    for (int i = connections.size(); i > 0; i--) {
      hand = hand + 1 < connections.size() ? hand + 1 : 0;
      Connection candidate = connections.get(hand);
      if (candidate.isWaitingSince(nowNanos - CHANCE_NANOS)) {
        candidate.close();
        return true;
      }
    }
    isSearchFruitless = true;
    searchedNanos = nowNanos;
    return false;
  }

  /** Has the task run when a full list has room again. */
  void onRoom(Runnable task) {
    onRoom = task;
  }

  void add(Connection connection) {
    ClientCounts.Client client = clients.add(connection.remoteAddress());
    try {
      connections.add(connection);
    } catch (Throwable e) {
      clients.remove(client);
      throw e;
    }
    connection.index = connections.size() - 1;
    connection.client = client;
  }

  /** Removes in constant time, without allocating: the last connection moves into the gap. */
  void remove(Connection connection) {
    int index = connection.index;
    if (index < 0) {
      return;
    }
    boolean wasFull = isFull();
    Connection last = connections.remove(connections.size() - 1);
    if (last != connection) {
      connections.set(index, last);
      last.index = index;
    }
    connection.index = -1;
    if (connection.client != null) {
      clients.remove(connection.client);
    }
    try {
      if (wasFull && onRoom != null) {
        onRoom.run();
      }
    } finally {
      tellIfEmpty();
    }
  }

  private void tellIfEmpty() {
    if (connections.isEmpty() && onEmpty != null) {
      onEmpty.run();
    }
  }

  /**
   * Visits every connection and fires the deadlines that have passed, a few in each turn, so that a
   * crowd that gave up together holds nobody up.
   */
  public void sweep(Reactor reactor) {
    sweepFrom(connections.size() - 1, reactor);
  }

  private void sweepFrom(int last, Reactor reactor) {
    long nowNanos = reactor.clock().nanos();
    int fired = 0;
    // Backwards, because a connection that closes is replaced by one that was visited already.
    for (int i = last; i >= 0; i--) {
      if (i < connections.size() && connections.get(i).sweep(nowNanos)) {
        fired++;
      }
      if (fired == DEADLINES_PER_TURN) {
        int next = i - 1;
        reactor.again(() -> sweepFrom(next, reactor));
        return;
      }
    }
  }

  /** Tells every connection that the server is shutting down; the task runs when all are gone. */
  public void drain(Runnable whenEmpty) {
    onEmpty = whenEmpty;
    tellIfEmpty();
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i < connections.size()) {
        connections.get(i).drain();
      }
    }
  }

  /** Closes whatever is still open. */
  public void closeAll() {
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i < connections.size()) {
        connections.get(i).close();
      }
    }
  }
}
