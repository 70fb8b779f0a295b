package passerelle.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.io.Transport;

/**
 * Several bodies of known length, sent one after the other as one content.
 *
 * <p>A part is made when the one before it was sent, so however many there are, a slow client holds
 * one of them, and what they are made from.
 *
 * <p>Confined to the loop thread.
 */
public final class SequenceBody implements Body {
  /** A part counts as so many octets of the quantum at least: each costs a few system calls. */
  private static final long LEAST_OCTETS = 2 * 1024;

  /** Where the parts come from. */
  public interface Parts {
    /** The next part, which the body owns; null after the last. */
    @Nullable Body next();

    /** Releases what the parts are made from; called once. */
    void close();
  }

  private final long length;
  private final Parts parts;
  private @Nullable Body current;
  private Runnable onContent = () -> {};
  private boolean isClosed;

  /**
   * A body of parts, which it owns from now on.
   *
   * @param length of all parts together, in octets
   */
  public SequenceBody(long length, Parts parts) {
    this.length = length;
    this.parts = parts;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void onContent(Runnable task) {
    onContent = task;
  }

  @Override
  public int moveInto(ByteBuffer target) throws IOException {
    int moved = 0;
    for (Body part = part(); part != null; part = part()) {
      long octets = part.length();
      int count = part.moveInto(target);
      moved += count;
      if (count < octets) {
        break;
      }
      closePart();
    }
    return moved;
  }

  @Override
  public Progress writeTo(Transport transport, long quantum) throws IOException {
    long budget = quantum;
    for (Body part = part(); part != null; part = part()) {
      if (budget <= 0) {
        return Progress.MORE;
      }
      long octets = part.length();
      Progress progress = part.writeTo(transport, budget);
      if (progress != Progress.DONE) {
        return progress;
      }
      budget -= Math.max(octets, LEAST_OCTETS);
      closePart();
    }
    return Progress.DONE;
  }

  /** The part that is being sent, or the next; null if there are no more. */
  private @Nullable Body part() {
    if (current == null && !isClosed) {
      Body next = parts.next();
      if (next != null) {
        next.onContent(() -> onContent.run());
      }
      current = next;
    }
    return current;
  }

  private void closePart() {
    Body sent = current;
    current = null;
    if (sent != null) {
      sent.close();
    }
  }

  /** A part that cannot be closed does not keep what it was made from. */
  @Override
  public void close() {
    if (!isClosed) {
      isClosed = true;
      try {
        closePart();
      } finally {
        parts.close();
      }
    }
  }
}
