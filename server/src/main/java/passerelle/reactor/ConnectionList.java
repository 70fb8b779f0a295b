package passerelle.reactor;

import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The open connections: counted, swept for deadlines, drained and closed together.
 *
 * <p>Confined to the loop thread.
 */
public final class ConnectionList {
  private final ArrayList<Connection> connections = new ArrayList<>();
  private final int limit;
  private @Nullable Runnable onRoom;
  private @Nullable Runnable onEmpty;

  /** A list for at most {@code limit} connections. */
  public ConnectionList(int limit) {
    this.limit = limit;
  }

  /** How many connections are open. */
  public int size() {
    return connections.size();
  }

  boolean isFull() {
    return connections.size() >= limit;
  }

  /** Has the task run when a full list has room again. */
  void onRoom(Runnable task) {
    onRoom = task;
  }

  void add(Connection connection) {
    connection.index = connections.size();
    connections.add(connection);
  }

  /** Removes in constant time: the last connection moves into the gap. */
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
    if (wasFull && onRoom != null) {
      onRoom.run();
    }
    tellIfEmpty();
  }

  private void tellIfEmpty() {
    if (connections.isEmpty() && onEmpty != null) {
      onEmpty.run();
    }
  }

  /** Fires the deadlines that have passed. */
  public void sweep(long nowNanos) {
    // Backwards, because a connection that closes is replaced by one that was visited already.
    for (int i = connections.size() - 1; i >= 0; i--) {
      if (i < connections.size()) {
        connections.get(i).sweep(nowNanos);
      }
    }
  }

  /** Tells every connection that the server is shutting down; the task runs when all are gone. */
  public void drain(Runnable whenEmpty) {
    onEmpty = whenEmpty;
    tellIfEmpty();
    for (Connection connection : new ArrayList<>(connections)) {
      connection.drain();
    }
  }

  /** Closes whatever is still open. */
  public void closeAll() {
    for (Connection connection : new ArrayList<>(connections)) {
      connection.close();
    }
  }
}
