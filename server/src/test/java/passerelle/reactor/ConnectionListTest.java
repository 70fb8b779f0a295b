package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static passerelle.reactor.Waiting.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A fault in one connection must not keep a sweep or a drain from the others. */
@Timeout(180)
final class ConnectionListTest {
  private static final Listener.Endpoint PLACE =
      new Listener.Endpoint(new InetSocketAddress(LoopThread.LOOPBACK, 0), false);

  /** Notes what it hears, and throws at everything if it is told to. */
  private record Noting(int number, boolean isFaulty, List<String> events) implements Protocol {
    private void note(String event) {
      events.add(number + " " + event);
      if (isFaulty) {
        throw new IllegalStateException("a bug, for a test");
      }
    }

    @Override
    public void onReadable() {
      // Nothing is sent.
    }

    @Override
    public void onWritable() {
      // Nothing is asked for.
    }

    @Override
    public void onAgain() {
      // Nothing is asked for.
    }

    @Override
    public void onDeadline() {
      note("deadline");
    }

    @Override
    public void onTick() {
      note("tick");
    }

    @Override
    public void onDrain() {
      note("drain");
    }

    @Override
    public boolean isWaitingSince(long nanos) {
      return false;
    }

    @Override
    public void onClosed() {
      events.add(number + " closed");
    }
  }

  private static final int COUNT = 5;

  private final List<String> events = new CopyOnWriteArrayList<>();
  private final ConnectionList connections = new ConnectionList(10, 10);
  private int made;

  /** Opens connections of which the middle one is faulty, and does something to the list. */
  private void withConnections(Consumer<Reactor> step) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    try (LoopThread loop = new LoopThread()) {
      Listener listener =
          new Listener(
              loop.reactor,
              connections,
              PLACE,
              connection -> new Noting(made, made++ == COUNT / 2, events));
      InetSocketAddress address = listener.localAddress();
      loop.start();
      for (int i = 0; i < COUNT; i++) {
        sockets.add(new Socket(address.getAddress(), address.getPort()));
      }
      await().until(() -> loop.call(connections::size) == COUNT);
      loop.reactor.execute(() -> step.accept(loop.reactor));
      loop.run(() -> {});
      loop.run(connections::closeAll);
      loop.run(listener::close);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
  }

  private int count(String event) {
    int count = 0;
    for (String seen : events) {
      count += seen.endsWith(event) ? 1 : 0;
    }
    return count;
  }

  @Test
  void aFaultInOneDrainDoesNotKeepItFromTheOthers() throws IOException {
    withConnections(reactor -> connections.drain(() -> {}));
    assertEquals(COUNT, count("drain"));
    assertEquals(COUNT, count("closed"));
  }

  @Test
  void aFaultInOneSweepDoesNotKeepItFromTheOthers() throws IOException {
    withConnections(connections::sweep);
    assertEquals(COUNT, count("tick"));
    assertEquals(COUNT, count("closed"));
  }
}
