package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static passerelle.reactor.Waiting.await;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Accepting, the cap on connections, deadlines, draining: over real sockets on the loopback. */
@Timeout(180)
final class ListenerTest {
  private static final Listener.Endpoint PLACE =
      new Listener.Endpoint(new InetSocketAddress(LoopThread.LOOPBACK, 0), false);

  private static final int LIMIT = 3;

  private final EchoProtocol.Log log = new EchoProtocol.Log();
  private final ConnectionList connections = new ConnectionList(LIMIT, LIMIT);
  private LoopThread loop;
  private Listener listener;

  @BeforeEach
  void start() throws IOException {
    loop = new LoopThread();
    listener = new Listener(loop.reactor, connections, PLACE, log::newProtocol);
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
    assertEquals(0, left);
    assertEquals(log.protocols.size(), log.count("closed"), "each is closed exactly once");
  }

  private Socket connect() throws IOException {
    InetSocketAddress address = listener.localAddress();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static String roundTrip(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    byte[] back = socket.getInputStream().readNBytes(text.length());
    return new String(back, StandardCharsets.US_ASCII);
  }

  private void awaitOpen(int count) {
    await().until(() -> loop.call(connections::size) == count);
  }

  @Test
  void servesSeveralConnectionsAtOnce() throws IOException {
    try (Socket first = connect();
        Socket second = connect()) {
      assertEquals("hello", roundTrip(first, "hello"));
      assertEquals("other", roundTrip(second, "other"));
      assertEquals("again", roundTrip(first, "again"));
      assertEquals(2, loop.call(connections::size));
      Connection connection = log.protocols.get(0).connection;
      assertEquals(first.getLocalSocketAddress(), connection.remoteAddress());
      assertEquals(first.getRemoteSocketAddress(), connection.localAddress());
    }
    awaitOpen(0);
  }

  @Test
  void pausesAtTheCapAndResumesWhenThereIsRoom() throws IOException {
    try (Socket first = connect();
        Socket second = connect();
        Socket third = connect()) {
      assertEquals("1", roundTrip(first, "1"));
      assertEquals("2", roundTrip(second, "2"));
      assertEquals("3", roundTrip(third, "3"));
      try (Socket fourth = connect()) {
        fourth.getOutputStream().write('4');
        assertEquals("x", roundTrip(first, "x"));
        loop.putForward(2);
        assertEquals("y", roundTrip(first, "y"));
        assertEquals(LIMIT, loop.call(connections::size));
        assertEquals(LIMIT, log.protocols.size());
        second.shutdownOutput();
        assertEquals('4', fourth.getInputStream().read());
        assertEquals(LIMIT, loop.call(connections::size));
      }
    }
  }

  @Test
  void atTheCapConnectionsThatWaitMakeRoom() throws IOException {
    try (Socket first = connect();
        Socket second = connect();
        Socket third = connect()) {
      assertEquals("1", roundTrip(first, "1"));
      assertEquals("2", roundTrip(second, "2"));
      assertEquals("3", roundTrip(third, "3"));
      log.waiting.addAll(log.protocols.subList(0, 2));
      try (Socket fourth = connect();
          Socket fifth = connect()) {
        loop.putForward(2); // the listener looks again after a second
        assertEquals("4", roundTrip(fourth, "4"));
        assertEquals("5", roundTrip(fifth, "5"));
        assertEquals(-1, first.getInputStream().read());
        assertEquals(-1, second.getInputStream().read());
        assertEquals("3", roundTrip(third, "3"), "closed although it does not wait");
      }
    }
  }

  /** Whether somebody comes after the last one that fits is not known before it has come. */
  @Test
  void nobodyMakesRoomForClientsThatDoNotCome() throws IOException {
    try (Socket first = connect();
        Socket second = connect()) {
      assertEquals("1", roundTrip(first, "1"));
      assertEquals("2", roundTrip(second, "2"));
      log.waiting.addAll(log.protocols);
      try (Socket third = connect()) {
        assertEquals("3", roundTrip(third, "3"));
        assertEquals("1", roundTrip(first, "1"));
        assertEquals("2", roundTrip(second, "2"));
        assertEquals(LIMIT, loop.call(connections::size));
      }
    }
  }

  @Test
  void aConnectionThatBeginsToWaitMakesRoomWithinSeconds() throws IOException {
    try (Socket first = connect();
        Socket second = connect();
        Socket third = connect();
        Socket fourth = connect()) {
      assertEquals("1", roundTrip(first, "1"));
      assertEquals("2", roundTrip(second, "2"));
      assertEquals("3", roundTrip(third, "3"));
      fourth.getOutputStream().write('4');
      log.waiting.add(log.protocols.get(1));
      await()
          .until(
              () -> {
                loop.putForward(2);
                return fourth.getInputStream().available() > 0;
              });
      assertEquals('4', fourth.getInputStream().read());
    }
  }

  @Test
  void aClientAtItsOwnLimitIsTurnedAwayAtOnceAndOthersAreNot() throws IOException {
    ConnectionList limited = new ConnectionList(10, 1);
    Listener strict =
        loop.call(
            () ->
                new Listener(
                    loop.reactor,
                    limited,
                    PLACE,
                    new Connection.ProtocolFactory() {
                      @Override
                      public Protocol newProtocol(Connection connection) {
                        return log.newProtocol(connection);
                      }

                      @Override
                      public ByteBuffer refusal() {
                        return ByteBuffer.wrap("enough".getBytes(StandardCharsets.US_ASCII));
                      }
                    }));
    InetSocketAddress address = strict.localAddress();
    try (Socket first = new Socket(address.getAddress(), address.getPort())) {
      assertEquals("1", roundTrip(first, "1"));
      try (Socket second = new Socket(address.getAddress(), address.getPort())) {
        assertEquals(
            "enough", new String(second.getInputStream().readNBytes(6), StandardCharsets.US_ASCII));
        assertEnded(second);
      }
      InetAddress elsewhere = InetAddress.getByName("127.0.0.2");
      try (Socket other = new Socket(address.getAddress(), address.getPort(), elsewhere, 0)) {
        assertEquals("2", roundTrip(other, "2"));
      }
      first.shutdownOutput();
      await().until(() -> loop.call(limited::size) == 0);
    }
    try (Socket again = new Socket(address.getAddress(), address.getPort())) {
      assertEquals("3", roundTrip(again, "3"));
    }
    loop.run(strict::close);
    await().until(() -> loop.call(limited::size) == 0);
  }

  @Test
  void theCapHoldsForCrowds() throws IOException {
    for (int round = 0; round < 20; round++) {
      try (Socket first = connect();
          Socket second = connect();
          Socket third = connect();
          Socket fourth = connect()) {
        first.shutdownOutput();
        assertEquals("2", roundTrip(second, "2"));
        assertEquals("3", roundTrip(third, "3"));
        assertEquals("4", roundTrip(fourth, "4"));
        assertTrue(loop.call(connections::size) <= LIMIT);
      }
    }
  }

  @Test
  void deadlinesFireOnceTheyHavePassed() throws IOException {
    try (Socket socket = connect()) {
      assertEquals("a", roundTrip(socket, "a"));
      Connection connection = log.protocols.get(0).connection;
      loop.run(
          () -> connection.deadline(loop.reactor.clock().nanos() + TimeUnit.SECONDS.toNanos(1000)));
      int ticks = log.count("tick");
      loop.putForward(500);
      await().until(() -> log.count("tick") > ticks);
      assertEquals(0, log.count("deadline"));
      loop.putForward(501);
      assertEquals(-1, socket.getInputStream().read());
      assertEquals(1, log.count("deadline"));
      awaitOpen(0);
    }
  }

  /** Sixteen in a turn, and between the turns the others have theirs. */
  @Test
  void manyDeadlinesAtOnceAllFireInTheEnd() throws IOException {
    ConnectionList many = new ConnectionList(100, 100);
    Listener wide = loop.call(() -> new Listener(loop.reactor, many, PLACE, log::newProtocol));
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 50; i++) {
        sockets.add(new Socket(wide.localAddress().getAddress(), wide.localAddress().getPort()));
      }
      await().until(() -> loop.call(many::size) == 50);
      int firedAtOnce =
          loop.call(
              () -> {
                log.protocols.forEach(p -> p.connection.deadline(loop.reactor.clock().nanos()));
                many.sweep(loop.reactor);
                return log.count("deadline");
              });
      assertEquals(16, firedAtOnce);
      await().until(() -> log.count("deadline") == 50);
    } finally {
      for (Socket socket : sockets) {
        socket.close();
      }
    }
    loop.run(wide::close);
    await().until(() -> loop.call(many::size) == 0);
  }

  @Test
  void connectionsTickOncePerSweep() throws IOException {
    try (Socket socket = connect()) {
      assertEquals("a", roundTrip(socket, "a"));
      int before = log.count("tick");
      loop.putForward(1);
      await().until(() -> log.count("tick") > before);
    }
  }

  @Test
  void drainReachesEveryConnection() throws IOException {
    try (Socket first = connect();
        Socket second = connect()) {
      assertEquals("1", roundTrip(first, "1"));
      assertEquals("2", roundTrip(second, "2"));
      AtomicInteger empty = new AtomicInteger();
      loop.run(() -> connections.drain(empty::incrementAndGet));
      assertEquals(2, log.count("drain"));
      assertEquals(1, empty.get());
      assertEquals(-1, first.getInputStream().read());
      assertEquals(-1, second.getInputStream().read());
    }
    assertEquals(0, loop.call(connections::size));
  }

  @Test
  void drainTellsAtOnceIfThereIsNoConnection() {
    AtomicInteger empty = new AtomicInteger();
    loop.run(() -> connections.drain(empty::incrementAndGet));
    assertEquals(1, empty.get());
  }

  @Test
  void aConnectionThatThrowsIsClosedAndTheLoopLives() throws IOException {
    try (Socket bad = connect();
        Socket good = connect()) {
      assertEquals("1", roundTrip(good, "1"));
      bad.getOutputStream().write('!');
      assertEnded(bad);
      assertEquals("2", roundTrip(good, "2"));
      awaitOpen(1);
    }
  }

  private static void assertEnded(Socket socket) throws IOException {
    try {
      assertEquals(-1, socket.getInputStream().read());
    } catch (SocketException e) {
      assertFalse(socket.isClosed());
    }
  }

  @Test
  void againComesOnceHoweverOftenItIsAsked() throws IOException {
    try (Socket socket = connect()) {
      assertEquals("?", roundTrip(socket, "?"));
      await().until(() -> log.count("again") == 1);
      assertEquals("b", roundTrip(socket, "b"));
      assertEquals(1, log.count("again"));
    }
  }

  @Test
  void writableComesWhenItIsAskedFor() throws IOException {
    try (Socket socket = connect()) {
      assertEquals("a", roundTrip(socket, "a"));
      Connection connection = log.protocols.get(0).connection;
      loop.run(() -> connection.interest(true, true));
      await().until(() -> log.count("writable") == 1);
      assertEquals("b", roundTrip(socket, "b"));
      assertEquals(1, log.count("writable"));
    }
  }

  @Test
  void aPortInUseIsReportedAtOnce() throws IOException {
    InetSocketAddress taken = listener.localAddress();
    loop.run(
        () ->
            assertThrows(
                BindException.class,
                () ->
                    new Listener(
                        loop.reactor,
                        connections,
                        new Listener.Endpoint(taken, false),
                        log::newProtocol)));
  }

  @Test
  void closeTwiceTellsTheProtocolOnce() throws IOException {
    try (Socket socket = connect()) {
      assertEquals("a", roundTrip(socket, "a"));
      Connection connection = log.protocols.get(0).connection;
      loop.run(
          () -> {
            connection.close();
            connection.close();
            connection.interest(false, false);
            connection.again();
          });
      assertEquals(1, log.count("closed"));
      assertEquals(-1, socket.getInputStream().read());
    }
  }
}
