package passerelle.reactor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Sends back what it gets, and writes down what happens to it. An "!" makes it throw. */
final class EchoProtocol implements Protocol {
  /** What happens to the connections of one test. */
  static final class Log {
    final List<String> events = new CopyOnWriteArrayList<>();
    final List<EchoProtocol> protocols = new CopyOnWriteArrayList<>();
    final Set<EchoProtocol> waiting = ConcurrentHashMap.newKeySet();

    Protocol newProtocol(Connection connection) {
      EchoProtocol protocol = new EchoProtocol(connection, this);
      protocols.add(protocol);
      return protocol;
    }

    int count(String event) {
      int count = 0;
      for (String seen : events) {
        count += seen.equals(event) ? 1 : 0;
      }
      return count;
    }
  }

  final Connection connection;
  private final Log log;
  private final ByteBuffer buffer = ByteBuffer.allocate(1024);

  private EchoProtocol(Connection connection, Log log) {
    this.connection = connection;
    this.log = log;
  }

  @Override
  public void onReadable() {
    try {
      int count = connection.transport().read(buffer);
      if (count < 0) {
        connection.close();
        return;
      }
      if (count > 0 && buffer.get(0) == '!') {
        throw new IllegalStateException("a bug, for a test");
      }
      if (count > 0 && buffer.get(0) == '?') {
        connection.again();
        connection.again();
      }
      buffer.flip();
      while (buffer.hasRemaining()) {
        connection.transport().write(buffer);
      }
      buffer.clear();
    } catch (IOException e) {
      connection.close();
    }
  }

  @Override
  public void onWritable() {
    log.events.add("writable");
    connection.interest(true, false);
  }

  @Override
  public void onAgain() {
    log.events.add("again");
  }

  @Override
  public void onDeadline() {
    log.events.add("deadline");
    connection.close();
  }

  @Override
  public void onTick() {
    log.events.add("tick");
  }

  @Override
  public void onDrain() {
    log.events.add("drain");
    connection.close();
  }

  @Override
  public boolean isWaitingSince(long nanos) {
    return log.waiting.contains(this);
  }

  @Override
  public void onClosed() {
    log.events.add("closed");
  }
}
