package passerelle.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Content in files in memory, as sockets and readers see it. */
final class MemoryFileTest {
  private static final int OCTETS = 64 * 1024;
  private static final int OTHERS = 200;

  @BeforeEach
  void here() {
    assumeTrue(MemoryFile.isAvailable(), "native calls are missing");
  }

  private static FileChannel make(byte[] octets) {
    FileChannel file = MemoryFile.tryMake(octets);
    assertNotNull(file);
    return file;
  }

  @Test
  void itHoldsWhatItWasMadeOf() throws IOException {
    byte[] octets = noise(OCTETS + 7);
    FileChannel file = make(octets);
    try {
      assertEquals(octets.length, file.size());
      ByteBuffer read = ByteBuffer.allocate(octets.length + 1);
      assertEquals(octets.length, file.read(read, 0));
      assertArrayEquals(octets, Arrays.copyOf(read.array(), octets.length));
    } finally {
      MemoryFile.close(file);
    }
  }

  /** A socket refers to pages rather than octets; these must not become those of other content. */
  @Test
  void whatAClientHasNotReadYetStaysAsItWasSentWhateverBecomesOfTheFile() throws IOException {
    byte[] octets = noise(OCTETS);
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (SocketChannel client = SocketChannel.open(listener.getLocalAddress());
          SocketChannel server = listener.accept()) {
        server.configureBlocking(false);
        FileChannel file = make(octets);
        long sent = file.transferTo(0, OCTETS, server);
        assertEquals(OCTETS, sent, "all of it is on its way");
        MemoryFile.close(file);
        List<FileChannel> others = new ArrayList<>();
        try {
          for (int i = 0; i < OTHERS; i++) {
            others.add(make(new byte[OCTETS]));
          }
          assertArrayEquals(octets, read(client));
        } finally {
          others.forEach(MemoryFile::close);
        }
      }
    }
  }

  private static byte[] read(SocketChannel client) throws IOException {
    ByteBuffer read = ByteBuffer.allocate(OCTETS);
    int count = 1;
    while (read.hasRemaining() && count > 0) {
      count = client.read(read);
    }
    return read.array();
  }

  private static byte[] noise(int count) {
    byte[] octets = new byte[count];
    new Random(count).nextBytes(octets);
    return octets;
  }
}
