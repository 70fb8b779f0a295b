package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static passerelle.reactor.Waiting.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import passerelle.harness.FailingLog;

/**
 * What the last line of defence catches: exceptions and errors in each place of a connection's
 * life, several in a row, and others from what is called because of them. The connection is closed,
 * the loop goes on, the others are served.
 */
@Timeout(180)
final class LoopFaultsTest {
  private static final Listener.Endpoint PLACE =
      new Listener.Endpoint(new InetSocketAddress(LoopThread.LOOPBACK, 0), false);

  private static final int LIMIT = 8;

  /** Where a connection's protocol may fail. */
  enum Place {
    MADE,
    READABLE,
    AGAIN,
    DEADLINE,
    TICK,
    DRAIN,
    CLOSED
  }

  private final ConnectionList connections = new ConnectionList(LIMIT, LIMIT);
  private final CopyOnWriteArrayList<Faulty> made = new CopyOnWriteArrayList<>();
  private final AtomicInteger closed = new AtomicInteger();
  private final ArrayDeque<Throwable> faults = new ArrayDeque<>(FailingLog.FAULTS);
  private volatile Set<Place> failing = EnumSet.noneOf(Place.class);
  private LoopThread loop;
  private Listener listener;
  private FailingLog log;

  /** Sends back what it gets, an octet at a time; fails where it is told to. */
  private final class Faulty implements Protocol {
    private final Connection connection;
    private final ByteBuffer octet = ByteBuffer.allocate(1);
    private final Set<Place> own;

    Faulty(Connection connection) {
      this.connection = connection;
      this.own = failing;
      fail(Place.MADE);
      made.add(this);
    }

    private void fail(Place place) {
      if (own.contains(place)) {
        FailingLog.fail(next());
      }
    }

    @Override
    public void onReadable() {
      fail(Place.READABLE);
      try {
        if (connection.transport().read(octet.clear()) < 0) {
          connection.close();
          return;
        }
        connection.transport().write(octet.flip());
      } catch (IOException e) {
        connection.close();
      }
      if (own.contains(Place.AGAIN)) {
        connection.again();
      }
      if (own.contains(Place.DEADLINE)) {
        connection.deadline(loop.reactor.clock().nanos());
      }
    }

    @Override
    public void onWritable() {}

    @Override
    public void onAgain() {
      fail(Place.AGAIN);
    }

    @Override
    public void onDeadline() {
      fail(Place.DEADLINE);
    }

    @Override
    public void onTick() {
      fail(Place.TICK);
    }

    @Override
    public void onDrain() {
      fail(Place.DRAIN);
      connection.close();
    }

    @Override
    public boolean isWaitingSince(long nanos) {
      return false;
    }

    @Override
    public void onClosed() {
      closed.incrementAndGet();
      fail(Place.CLOSED);
    }
  }

  /** One after the other, round and round. On the loop. */
  private Throwable next() {
    Throwable fault = faults.removeFirst();
    faults.addLast(fault);
    return fault;
  }

  @BeforeEach
  void start() throws IOException {
    log = new FailingLog(true);
    loop = new LoopThread();
    listener = new Listener(loop.reactor, connections, PLACE, Faulty::new);
    loop.reactor.everySecond(() -> connections.sweep(loop.reactor));
    loop.start();
  }

  @AfterEach
  void stop() throws IOException {
    loop.run(
        () -> {
          listener.close();
          connections.closeAll();
        });
    int left = loop.call(connections::size);
    loop.close();
    log.close();
    assertEquals(0, left);
    assertEquals(made.size(), closed.get(), "each is closed exactly once");
  }

  private Socket connect(Place... places) throws IOException {
    failing = places.length == 0 ? EnumSet.noneOf(Place.class) : EnumSet.of(places[0], places);
    InetSocketAddress address = listener.localAddress();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static void assertIsServed(Socket socket) throws IOException {
    socket.getOutputStream().write('x');
    assertEquals('x', socket.getInputStream().read());
  }

  /** A reset is an end as well. */
  private static void assertIsClosed(Socket socket) {
    try {
      int octet = 0;
      while (octet >= 0) {
        octet = socket.getInputStream().read();
      }
    } catch (SocketTimeoutException e) {
      fail("it is still open");
    } catch (IOException e) {
      assertTrue(socket.isConnected());
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"DRAIN", "CLOSED"},
      mode = EnumSource.Mode.EXCLUDE)
  void aFaultCostsTheConnectionThatItIsOfOnly(Place place) throws IOException {
    try (Socket bystander = connect()) {
      assertIsServed(bystander);
      for (int i = 0; i < 2 * FailingLog.FAULTS.size(); i++) {
        int before = made.size();
        try (Socket victim = connect(place, Place.CLOSED)) {
          if (place != Place.MADE) {
            await().until(() -> made.size() > before);
            victim.getOutputStream().write('x');
          }
          if (place != Place.READABLE) {
            loop.putForward(2); // for deadlines
          }
          assertIsClosed(victim);
          loop.putForward(2); // for a listener that waits for memory
        }
        assertIsServed(bystander);
      }
      assertTrue(log.isUsed());
    }
  }

  @Test
  void aFaultInADrainOrAtTheEndKeepsNoOtherFromBeingClosed() throws IOException {
    List<Socket> clients = new ArrayList<>();
    try {
      for (int i = 0; i < LIMIT; i++) {
        clients.add(connect(Place.DRAIN, Place.CLOSED));
        int opened = i + 1;
        await().until(() -> made.size() == opened);
      }
      CountDownLatch empty = new CountDownLatch(1);
      loop.run(() -> connections.drain(empty::countDown));
      assertEquals(0, empty.getCount());
      for (Socket client : clients) {
        assertIsClosed(client);
      }
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  @Test
  void tasksAndTickersThatFailDoNotEndTheLoop() {
    AtomicInteger ticks = new AtomicInteger();
    loop.run(
        () -> {
          loop.reactor.everySecond(() -> FailingLog.fail(next()));
          loop.reactor.everySecond(ticks::incrementAndGet);
        });
    for (int i = 1; i <= 2 * FailingLog.FAULTS.size(); i++) {
      int before = ticks.get();
      loop.reactor.execute(() -> FailingLog.fail(next()));
      loop.putForward(2);
      await().until(() -> ticks.get() > before);
    }
  }

  /** The room of the closed is given away, whatever the one who waits for it makes of that. */
  @Test
  void oneThatMakesRoomIsCountedOutWhoeverFails() throws IOException {
    loop.run(() -> connections.onRoom(() -> FailingLog.fail(next())));
    List<Socket> clients = new ArrayList<>();
    for (int i = 0; i < LIMIT; i++) {
      clients.add(connect());
      assertIsServed(clients.get(i));
    }
    for (Socket client : clients) {
      client.close();
    }
    await().until(() -> loop.call(connections::size) == 0);
    await().until(() -> closed.get() == LIMIT);
  }
}
