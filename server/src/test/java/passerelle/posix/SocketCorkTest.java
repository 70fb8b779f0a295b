package passerelle.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import passerelle.harness.Needs;

/** Tests run with the JDK's package open, as the standalone jar does. */
final class SocketCorkTest {
  private static int corkOf(SocketCork cork, SocketChannel socket) {
    return UnsentLimit.option(cork.number(socket), UnsentLimit.IPPROTO_TCP, SocketCork.TCP_CORK);
  }

  @Test
  void aSocketIsCorkedAndUncorked() throws IOException {
    Needs.nativeCalls();
    SocketCork cork = assertInstanceOf(SocketCork.class, SocketCork.best());
    assertTrue(cork.isAvailable());
    InetAddress here = InetAddress.getLoopbackAddress();
    try (ServerSocketChannel listening =
            ServerSocketChannel.open().bind(new InetSocketAddress(here, 0));
        SocketChannel socket = SocketChannel.open(listening.getLocalAddress())) {
      assertEquals(0, corkOf(cork, socket));
      cork.set(socket, true);
      assertEquals(1, corkOf(cork, socket));
      cork.set(socket, false);
      assertEquals(0, corkOf(cork, socket));
    }
  }

  @Test
  void whatIsClosedIsLeftAlone() throws IOException {
    Needs.nativeCalls();
    SocketCork cork = assertInstanceOf(SocketCork.class, SocketCork.best());
    SocketChannel socket = SocketChannel.open();
    socket.close();
    cork.set(socket, true);
  }
}
