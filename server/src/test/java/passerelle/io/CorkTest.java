package passerelle.io;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a socket is corked: around a head and what is transferred behind it, by its size. */
final class CorkTest {
  private static final int LARGE = 256 * 1024;
  private static final int LEAST = 48 * 1024;
  private static final int TWO_PACKETS = 80 * 1024;

  @TempDir Path folder;

  private final List<Boolean> calls = new ArrayList<>();
  private ServerSocketChannel listening;
  private SocketChannel client;
  private SocketTransport transport;
  private FileChannel file;

  private final class Noting implements Cork {
    @Override
    public boolean isAvailable() {
      return true;
    }

    @Override
    public void set(Channel socket, boolean isIn) {
      calls.add(isIn);
    }
  }

  @BeforeEach
  void open() throws IOException {
    InetAddress here = InetAddress.getLoopbackAddress();
    listening = ServerSocketChannel.open().bind(new InetSocketAddress(here, 0));
    client = SocketChannel.open(listening.getLocalAddress());
    SocketChannel accepted = listening.accept();
    accepted.configureBlocking(false);
    transport = new SocketTransport(accepted, PeerWatch.NONE, new Noting());
    file = FileChannel.open(Files.write(folder.resolve("large"), new byte[LARGE + 1]));
  }

  @AfterEach
  void close() throws IOException {
    file.close();
    transport.close();
    client.close();
    listening.close();
  }

  private static ByteBuffer head() {
    return ByteBuffer.wrap("head".getBytes(US_ASCII));
  }

  @Test
  void aHeadWaitsForWhatIsLarge() throws IOException {
    ByteBuffer head = head();
    transport.transferFrom(head, file, 0, LARGE);
    assertEquals(0, head.remaining());
    assertEquals(List.of(true, false), calls);
    ByteBuffer read = ByteBuffer.allocate(5);
    while (read.hasRemaining()) {
      client.read(read);
    }
    assertEquals("head\0", new String(read.array(), US_ASCII));
  }

  @Test
  void whatIsSmallOrWouldBePacedIsSentAtOnce() throws IOException {
    for (int count : new int[] {LEAST - 1, TWO_PACKETS + 1, LARGE - 1}) {
      transport.transferFrom(head(), file, 0, count);
      assertEquals(List.of(), calls, count + " octets");
    }
    transport.transferFrom(file, 0, LARGE);
    assertEquals(List.of(), calls);
  }

  @Test
  void aHeadWaitsForWhatFillsAPacketOrTwo() throws IOException {
    transport.transferFrom(head(), file, 0, LEAST);
    assertEquals(List.of(true, false), calls);
    transport.transferFrom(head(), file, 0, TWO_PACKETS);
    assertEquals(List.of(true, false, true, false), calls);
  }

  @Test
  void aFailureLeavesNothingCorked() throws IOException {
    file.close();
    assertThrows(IOException.class, () -> transport.transferFrom(head(), file, 0, LARGE));
    assertEquals(List.of(true, false), calls);
  }

  @Test
  void withoutACorkNothingIsJoined() throws IOException {
    SocketTransport plain = new SocketTransport(SocketChannel.open(), PeerWatch.NONE, Cork.NONE);
    assertFalse(plain.isJoined(LEAST));
    assertFalse(plain.isJoined(LARGE));
    plain.close();
  }
}
