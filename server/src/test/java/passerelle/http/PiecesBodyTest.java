package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import passerelle.io.MemoryTransport;

/** Pieces: each is asked for when it can be written, and no call writes for long. */
final class PiecesBodyTest {
  private static final int KIB = 1024;

  private final MemoryTransport transport = new MemoryTransport();

  /** As many pieces of one size, each of another letter. */
  private static final class Letters implements PiecesBody.Source {
    private final int pieces;
    private final int octets;
    private int asked;
    private int closed;

    Letters(int pieces, int octets) {
      this.pieces = pieces;
      this.octets = octets;
    }

    @Override
    public @Nullable ByteBuffer next() throws IOException {
      assertEquals(0, closed);
      if (asked == pieces) {
        return null;
      }
      return ByteBuffer.wrap(letters(asked++).getBytes(StandardCharsets.ISO_8859_1));
    }

    String letters(int piece) {
      return Character.toString('a' + piece).repeat(octets);
    }

    String all() {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < pieces; i++) {
        text.append(letters(i));
      }
      return text.toString();
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @Test
  void allPiecesAreWrittenInTheirOrder() throws IOException {
    Letters letters = new Letters(3, 10);
    PiecesBody body = new PiecesBody(letters);
    assertEquals(Body.UNKNOWN, body.length());
    assertEquals(Progress.DONE, body.writeTo(transport, Long.MAX_VALUE));
    assertEquals(Progress.DONE, body.writeTo(transport, Long.MAX_VALUE));
    assertEquals(letters.all(), transport.output());
  }

  @Test
  void oneCallWritesTwoPiecesOf16KiBWhateverTheQuantum() throws IOException {
    Letters letters = new Letters(5, 16 * KIB);
    PiecesBody body = new PiecesBody(letters);
    assertEquals(Progress.MORE, body.writeTo(transport, 256 * KIB));
    assertEquals(2, letters.asked, "a piece was made that is not to be written yet");
    assertEquals(Progress.MORE, body.writeTo(transport, 256 * KIB));
    assertEquals(Progress.DONE, body.writeTo(transport, 256 * KIB));
    assertEquals(letters.all(), transport.output());
  }

  @Test
  void aSmallerQuantumIsKept() throws IOException {
    Letters letters = new Letters(3, 10);
    PiecesBody body = new PiecesBody(letters);
    assertEquals(Progress.MORE, body.writeTo(transport, 10));
    assertEquals("a".repeat(10), transport.output());
  }

  @Test
  void aFullSocketHasNoFurtherPieceMade() throws IOException {
    Letters letters = new Letters(4, 10);
    PiecesBody body = new PiecesBody(letters);
    transport.capacity(7);
    for (int written = 7; written < 40; written += 7) {
      assertEquals(Progress.BLOCKED, body.writeTo(transport, Long.MAX_VALUE));
      assertEquals(written, transport.output().length());
      assertEquals(written / 10 + 1, letters.asked);
      transport.drain();
    }
    assertEquals(Progress.DONE, body.writeTo(transport, Long.MAX_VALUE));
    assertEquals(letters.all(), transport.output());
  }

  @Test
  void theSourceIsClosedOnceAndWithTheBodyOnly() throws IOException {
    Letters letters = new Letters(1, 1);
    PiecesBody body = new PiecesBody(letters);
    body.writeTo(transport, Long.MAX_VALUE);
    assertEquals(0, letters.closed);
    body.close();
    body.close();
    assertEquals(1, letters.closed);
  }

  @Test
  void aSourceThatFailsFailsTheBody() {
    PiecesBody body =
        new PiecesBody(
            new PiecesBody.Source() {
              @Override
              public ByteBuffer next() throws IOException {
                throw new IOException("no more");
              }

              @Override
              public void close() {}
            });
    IOException e = assertThrows(IOException.class, () -> body.writeTo(transport, Long.MAX_VALUE));
    assertTrue(String.valueOf(e.getMessage()).contains("no more"));
  }
}
