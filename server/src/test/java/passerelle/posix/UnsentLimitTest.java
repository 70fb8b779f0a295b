package passerelle.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;
import passerelle.io.InheritedOptions;

/** What connections inherit from a listening socket. */
final class UnsentLimitTest {
  private static final int SMALL_BUFFER = 4096;

  private final InheritedOptions options = UnsentLimit.best();

  private static ServerSocketChannel listen(String address, int port) throws IOException {
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      return channel.bind(new InetSocketAddress(InetAddress.getByName(address), port));
    } catch (IOException e) {
      channel.close();
      assumeTrue(false, "no address " + address);
      throw e;
    }
  }

  private static InetSocketAddress addressOf(ServerSocketChannel channel) throws IOException {
    return (InetSocketAddress) channel.getLocalAddress();
  }

  /** A client whose system keeps little of what it does not read. */
  private static SocketChannel connect(String address, ServerSocketChannel to) throws IOException {
    SocketChannel client = SocketChannel.open();
    client.setOption(StandardSocketOptions.SO_RCVBUF, SMALL_BUFFER);
    client.connect(new InetSocketAddress(InetAddress.getByName(address), addressOf(to).getPort()));
    return client;
  }

  /** An option of all sockets of this process with that address which do not listen: one. */
  private static int optionOfAccepted(SocketChannel accepted, int name) throws IOException {
    InetSocketAddress address = (InetSocketAddress) accepted.getLocalAddress();
    String[] numbers = new File("/proc/self/fd").list();
    assertNotNull(numbers);
    int found = 0;
    int value = -1;
    for (String number : numbers) {
      int descriptor = Integer.parseInt(number);
      if (UnsentLimit.isAt(descriptor, address)
          && UnsentLimit.option(descriptor, UnsentLimit.SOL_SOCKET, UnsentLimit.SO_ACCEPTCONN)
              == 0) {
        value = UnsentLimit.option(descriptor, UnsentLimit.IPPROTO_TCP, name);
        found++;
      }
    }
    assertEquals(1, found);
    return value;
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1", "0.0.0.0", "::"})
  void anAcceptedConnectionHasTheOptions(String address) throws IOException {
    Needs.nativeCalls();
    try (ServerSocketChannel listening = listen(address, 0)) {
      assertTrue(options.trySet(addressOf(listening)));
      String host = address.contains("1") ? address : "127.0.0.1";
      try (SocketChannel client = connect(host, listening);
          SocketChannel accepted = listening.accept()) {
        assertTrue(client.isConnected());
        assertEquals(UnsentLimit.OCTETS, optionOfAccepted(accepted, UnsentLimit.TCP_NOTSENT_LOWAT));
        assertEquals(1, optionOfAccepted(accepted, UnsentLimit.TCP_NODELAY));
      }
    }
  }

  @Test
  void aConnectionTakesLittleThatIsNotOnItsWay() throws IOException {
    Needs.nativeCalls();
    try (ServerSocketChannel listening = listen("127.0.0.1", 0)) {
      assertTrue(options.trySet(addressOf(listening)));
      try (SocketChannel client = connect("127.0.0.1", listening);
          SocketChannel accepted = listening.accept()) {
        assertTrue(client.isConnected());
        accepted.configureBlocking(false);
        ByteBuffer octets = ByteBuffer.allocate(64 * 1024);
        int taken = 0;
        int last = 1;
        for (int i = 0; i < 100 && last > 0; i++) {
          last = accepted.write(octets.clear());
          taken += last;
        }
        assertTrue(taken <= 256 * 1024, () -> "a socket with megabytes for one that reads nothing");
      }
    }
  }

  /** Each has them, whichever of the two the system gives a connection to. */
  @Test
  void allThatListenAtTheAddressGetThem() throws IOException {
    Needs.nativeCalls();
    try (ServerSocketChannel one = listen("127.0.0.1", 0);
        ServerSocketChannel other = listen("127.0.0.1", addressOf(one).getPort())) {
      assertTrue(options.trySet(addressOf(other)));
      one.configureBlocking(false);
      other.configureBlocking(false);
      for (int i = 0; i < 20; i++) {
        try (SocketChannel client = connect("127.0.0.1", one)) {
          assertTrue(client.isConnected());
          SocketChannel accepted = one.accept();
          try (SocketChannel either = accepted == null ? other.accept() : accepted) {
            assertEquals(1, optionOfAccepted(either, UnsentLimit.TCP_NODELAY));
          }
        }
      }
    }
  }

  @Test
  void anotherAddressWithThatPortIsLeftAlone() throws IOException {
    Needs.nativeCalls();
    try (ServerSocketChannel ours = listen("127.0.0.1", 0);
        ServerSocketChannel other = listen("127.0.0.2", addressOf(ours).getPort())) {
      assertTrue(options.trySet(addressOf(ours)));
      try (SocketChannel client = connect("127.0.0.2", other);
          SocketChannel accepted = other.accept()) {
        assertTrue(client.isConnected());
        assertEquals(0, optionOfAccepted(accepted, UnsentLimit.TCP_NODELAY));
      }
    }
  }

  @Test
  void whereNobodyListensNothingIsSet() throws IOException {
    Needs.nativeCalls();
    InetSocketAddress address;
    try (ServerSocketChannel closed = listen("127.0.0.1", 0)) {
      address = addressOf(closed);
    }
    assertFalse(options.trySet(address));
  }

  @Test
  void withoutNativeCallsThereAreNone() {
    assumeTrue(!Libc.isAvailable(), "native calls are there");
    assertSame(InheritedOptions.NONE, options);
  }
}
