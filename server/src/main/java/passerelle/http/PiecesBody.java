package passerelle.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.io.Transport;

/**
 * Content that is made on the loop, piece by piece, while it is sent: a page too long to be held as
 * a whole.
 *
 * <p>The next piece is asked for when the one before was written, so a slow client holds what the
 * pieces are made from and one piece, and no worker. Making them takes the loop's time; therefore
 * one call writes about {@value #OCTETS_PER_CALL} octets at most, whatever the quantum.
 *
 * <p>Confined to the loop thread.
 */
public final class PiecesBody implements Body {
  private static final int OCTETS_PER_CALL = 32 * 1024;

  /** Where the pieces come from. */
  public interface Source {
    /**
     * The next piece, or null after the last. It belongs to the body until the next call.
     *
     * @throws IOException if there should be more, but cannot be
     */
    @Nullable ByteBuffer next() throws IOException;

    /** Releases what the pieces are made from; called once. */
    void close();
  }

  private final Source source;
  private @Nullable ByteBuffer piece;
  private boolean isExhausted;
  private boolean isClosed;

  /** A body of what a source, which it owns from now on, will say. */
  public PiecesBody(Source source) {
    this.source = source;
  }

  @Override
  public long length() {
    return UNKNOWN;
  }

  @Override
  public Progress writeTo(Transport transport, long quantum) throws IOException {
    long budget = Math.min(quantum, OCTETS_PER_CALL);
    while (!isExhausted) {
      if (budget <= 0) {
        return Progress.MORE;
      }
      if (piece == null || !piece.hasRemaining()) {
        piece = source.next();
        isExhausted = piece == null;
      } else {
        int written = transport.write(piece);
        if (written == 0) {
          return Progress.BLOCKED;
        }
        budget -= written;
      }
    }
    return Progress.DONE;
  }

  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      piece = null;
      source.close();
    }
  }
}
