package passerelle.reactor;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import passerelle.harness.FailingLog;
import passerelle.io.Transport;
import passerelle.io.TransportFactory;

/** A connection's transport comes first, its protocol runs over that, and does not know it. */
final class ConnectionLayersTest {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final EchoProtocol.Log log = new EchoProtocol.Log();
  private ConnectionList connections = new ConnectionList(10, 10);
  private final AtomicInteger closesToFail = new AtomicInteger();
  private LoopThread loop;
  private Listener listener;

  /** Whose connections were to inherit options. */
  private final List<Integer> listening = new CopyOnWriteArrayList<>();

  /** Whether each connection was told to send at once, for it does not inherit it here. */
  private final List<Boolean> areTold = new CopyOnWriteArrayList<>();

  /** Turns the case of letters, and has something to write before it can read. */
  private final class Turning implements Transport {
    private final Transport inner;
    private boolean isGreeted;

    Turning(Transport inner) {
      this.inner = inner;
    }

    @Override
    public int operations(boolean wantsToRead, boolean wantsToWrite) {
      int operations = inner.operations(wantsToRead, wantsToWrite);
      if (operations != 0 && !isGreeted) {
        isGreeted = true;
        events.add("write before reading");
        return SelectionKey.OP_WRITE;
      }
      return operations;
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
      int start = target.position();
      int count = inner.read(target);
      for (int i = start; i < target.position(); i++) {
        target.put(i, (byte) (target.get(i) ^ 0x20));
      }
      return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
      return inner.write(source);
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) throws IOException {
      return inner.write(first, second);
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) throws IOException {
      return inner.transferFrom(file, position, count);
    }

    @Override
    public void breaksOff(boolean isOn) throws IOException {
      inner.breaksOff(isOn);
    }

    @Override
    public void shutdownOutput() throws IOException {
      inner.shutdownOutput();
    }

    @Override
    public void close() {
      if (closesToFail.getAndDecrement() > 0) {
        throw new OutOfMemoryError("for a test");
      }
      events.add("closed");
      inner.close();
    }
  }

  @BeforeEach
  void start() throws IOException {
    loop = new LoopThread();
    listen();
    loop.start();
  }

  private void listen() throws IOException {
    TransportFactory transports =
        socket -> {
          events.add("transport");
          areTold.add(socket.getOption(StandardSocketOptions.TCP_NODELAY));
          return new Turning(TransportFactory.PLAIN.over(socket));
        };
    Listener.Endpoint place =
        new Listener.Endpoint(
            new InetSocketAddress(LoopThread.LOOPBACK, 0),
            false,
            transports,
            address -> listening.add(address.getPort()));
    Connection.ProtocolFactory protocols =
        new Connection.ProtocolFactory() {
          @Override
          public Protocol newProtocol(Connection connection) {
            events.add("protocol over " + connection.transport().getClass().getSimpleName());
            return log.newProtocol(connection);
          }

          @Override
          public ByteBuffer refusal() {
            return ByteBuffer.wrap(new byte[] {'n', 'o'});
          }
        };
    listener = new Listener(loop.reactor, connections, place, protocols);
  }

  @AfterEach
  void stop() throws IOException {
    loop.run(
        () -> {
          listener.close();
          connections.closeAll();
        });
    loop.close();
  }

  private Socket connect() throws IOException {
    InetSocketAddress address = listener.localAddress();
    Socket socket = new Socket(address.getAddress(), address.getPort());
    socket.setSoTimeout(60_000);
    return socket;
  }

  @Test
  void theProtocolIsMadeOverTheTransportWhichSaysWhatToWaitFor() throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write('a');
      assertEquals('A', socket.getInputStream().read());
      assertEquals(List.of("transport", "write before reading", "protocol over Turning"), events);
      assertEquals(1, log.count("writable"), "the protocol heard of the wait for output");
    }
    await().until(() -> events.contains("closed"));
  }

  /** But the first may have been there before, and inherit nothing. */
  @Test
  void whatAConnectionInheritsIsNotSetAgain() throws IOException {
    assertEquals(List.of(listener.localAddress().getPort()), listening);
    for (int i = 0; i < 3; i++) {
      try (Socket client = connect()) {
        client.getOutputStream().write('a');
        assertEquals('A', client.getInputStream().read());
      }
    }
    assertEquals(List.of(true, false, false), areTold);
  }

  @Test
  void aTransportThatFailsToCloseIsClosedAgain() throws IOException {
    try (FailingLog faults = new FailingLog(false);
        Socket socket = connect()) {
      socket.getOutputStream().write('a');
      assertEquals('A', socket.getInputStream().read());
      closesToFail.set(1);
      loop.run(connections::closeAll);
      assertEquals(-1, socket.getInputStream().read());
      assertEquals("closed", events.get(events.size() - 1));
      assertEquals(0, connections.size());
      loop.putForward(2);
      await().until(faults::isUsed);
    }
  }

  @Test
  void aClientThatIsTurnedAwayIsToldThroughTheTransportToo() throws IOException {
    loop.call(
        () -> {
          listener.close();
          connections = new ConnectionList(10, 1);
          listen();
          return listener;
        });
    try (Socket first = connect()) {
      first.getOutputStream().write('a');
      assertEquals('A', first.getInputStream().read());
      events.clear();
      try (Socket second = connect()) {
        assertEquals('n', second.getInputStream().read());
        assertEquals('o', second.getInputStream().read());
        assertEquals(-1, second.getInputStream().read());
        assertEquals(List.of("transport", "closed"), events);
      }
    }
  }
}
