package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static passerelle.reactor.Waiting.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The end of listening, and ports that several listeners share. */
@Timeout(180)
final class ListenerEndTest {
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
  void closingTheListenerRefusesNewConnectionsAndKeepsOldOnes() throws IOException {
    try (Socket socket = connect()) {
      assertEquals("a", roundTrip(socket, "a"));
      InetSocketAddress address = listener.localAddress();
      loop.run(listener::close);
      loop.run(() -> {});
      await()
          .untilAsserted(
              () ->
                  assertThrows(
                      ConnectException.class,
                      () -> new Socket(address.getAddress(), address.getPort()).close()));
      assertEquals("b", roundTrip(socket, "b"));
    }
    awaitOpen(0);
  }

  @Test
  void whoWaitsToBeAcceptedWhenTheListenerClosesIsServed() throws IOException {
    Socket waiting =
        loop.call(
            () -> {
              Socket connected = connect(); // the system completes it; the loop is busy here
              listener.close();
              return connected;
            });
    try (Socket socket = waiting) {
      assertEquals("a", roundTrip(socket, "a"));
    }
    awaitOpen(0);
  }

  @Test
  void aSharedPortHasSeveralListeners() throws IOException {
    ConnectionList others = new ConnectionList(LIMIT, LIMIT);
    Listener first = loop.call(() -> shared(connections, PLACE.address()));
    Listener second = loop.call(() -> shared(others, first.localAddress()));
    assertEquals(first.localAddress(), second.localAddress());
    loop.run(first::close);
    InetSocketAddress address = second.localAddress();
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      assertEquals("a", roundTrip(socket, "a"));
      assertEquals(1, loop.call(others::size));
    } finally {
      loop.run(
          () -> {
            second.close();
            others.closeAll();
          });
    }
  }

  private Listener shared(ConnectionList list, InetSocketAddress address) throws IOException {
    Listener.Endpoint place = new Listener.Endpoint(address, true);
    return new Listener(loop.reactor, list, place, log::newProtocol);
  }

  @Test
  void aConnectionThatCannotBeOpenedDoesNotKeepTheListenerFromClosing() throws IOException {
    Listener faulty =
        loop.call(
            () ->
                new Listener(
                    loop.reactor,
                    new ConnectionList(LIMIT, LIMIT),
                    PLACE,
                    connection -> {
                      throw new IllegalStateException("a fault on purpose");
                    }));
    InetSocketAddress address = faulty.localAddress();
    loop.call(
        () -> {
          try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            faulty.close();
            return socket.isConnected();
          }
        });
    assertThrows(
        ConnectException.class, () -> new Socket(address.getAddress(), address.getPort()).close());
  }
}
