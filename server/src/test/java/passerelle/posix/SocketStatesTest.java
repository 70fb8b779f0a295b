package passerelle.posix;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;
import passerelle.io.PeerWatch;

/** What the kernel tells of the other end of a connection, over IPv4 and IPv6. */
final class SocketStatesTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PeerWatch watch = SocketStates.best();

  /** Both ends of a connection of this machine. */
  private final class Pair implements AutoCloseable {
    final SocketChannel client;
    final SocketChannel server;
    final ServerSocketChannel listener = ServerSocketChannel.open();

    Pair(String address) throws IOException {
      try {
        listener.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
      } catch (IOException e) {
        assumeTrue(false, "no address " + address);
      }
      client = SocketChannel.open(listener.getLocalAddress());
      server = listener.accept();
    }

    boolean isClientGone() throws IOException {
      return watch.isGone(server.getLocalAddress(), server.getRemoteAddress());
    }

    void awaitEnd() {
      Awaitility.await().atMost(PATIENCE).until(this::isClientGone);
    }

    @Override
    public void close() throws IOException {
      client.close();
      server.close();
      listener.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aClientThatHasEndedItsSideIsThereUntilItCloses(String address) throws IOException {
    Needs.nativeCalls();
    try (Pair pair = new Pair(address)) {
      assertFalse(pair.isClientGone());
      pair.client.shutdownOutput();
      assertTrue(pair.server.read(ByteBuffer.allocate(1)) < 0);
      assertFalse(pair.isClientGone());
      pair.client.close();
      pair.awaitEnd();
    }
  }

  /** Such an address means something only together with its interface. */
  @Test
  void aClientWithAnAddressOfItsLinkIsThereUntilItCloses() throws IOException {
    Needs.nativeCalls();
    List<InetAddress> addresses =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
            .toList();
    assumeTrue(!addresses.isEmpty(), "no link-local address");
    try (Pair pair = new Pair(addresses.get(0).getHostAddress())) {
      assertFalse(pair.isClientGone());
      pair.client.shutdownOutput();
      assertFalse(pair.isClientGone());
      pair.client.close();
      pair.awaitEnd();
    }
  }

  /** Octets that nobody reads hide the end, and the reset, from whoever reads in order. */
  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void aResetIsSeenBehindOctetsThatNobodyReads(String address) throws IOException {
    Needs.nativeCalls();
    try (Pair pair = new Pair(address)) {
      pair.client.write(ByteBuffer.allocate(10));
      assertFalse(pair.isClientGone());
      pair.client.setOption(StandardSocketOptions.SO_LINGER, 0);
      pair.client.close();
      pair.awaitEnd();
    }
  }

  /** The listener that would be found instead is gone as well. */
  @Test
  void aResetIsSeenWhenNobodyListensAnyMore() throws IOException {
    Needs.nativeCalls();
    try (Pair pair = new Pair("127.0.0.1")) {
      assertFalse(pair.isClientGone());
      pair.listener.close();
      assertFalse(pair.isClientGone());
      pair.client.setOption(StandardSocketOptions.SO_LINGER, 0);
      pair.client.close();
      pair.awaitEnd();
    }
  }

  /** Where the kernel has never found anything, it may lack the means to. */
  @Test
  void whoWasNeverFoundIsNotTakenToBeGone() throws IOException {
    Needs.nativeCalls();
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    assertFalse(watch.isGone(nobody, new InetSocketAddress(nobody.getAddress(), 2)));
  }

  @Test
  void nothingIsKnownWithoutNativeCalls() {
    assumeTrue(!Libc.isAvailable(), "native calls are there");
    assertSame(PeerWatch.NONE, watch);
  }
}
