package passerelle.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.io.BufferPool;
import passerelle.io.Transport;

/**
 * A connection's input buffer: borrowed when octets arrive, given back when none are left.
 *
 * <pre>
 *   0 ─── start ────────── at ─────────── filled ─────── capacity
 *          │ head in use    │ not yet read  │ free
 * </pre>
 *
 * <p>Between {@code start} and {@code at} lies the head of the exchange under way; it does not move
 * until the exchange ends, for the request's slices point into it.
 *
 * <p>Confined to the loop thread.
 */
public final class Input {
  private final Transport transport;
  private final BufferPool pool;
  private @Nullable ByteBuffer buffer;
  private int at;
  private boolean ended;

  /** Input from a transport; buffers are borrowed from the pool. */
  public Input(Transport transport, BufferPool pool) {
    this.transport = transport;
    this.pool = pool;
  }

  /** Reads once; returns how many octets came, or a negative number at the end of input. */
  public int fill() throws IOException {
    if (buffer == null) {
      buffer = pool.borrow();
      at = 0;
    }
    int count = transport.read(buffer);
    ended |= count < 0;
    return count;
  }

  /** The buffer; only while {@link #isHeld}. */
  public ByteBuffer buffer() {
    if (buffer == null) {
      throw new IllegalStateException("no input buffer is held");
    }
    return buffer;
  }

  /** Whether a buffer is held. */
  public boolean isHeld() {
    return buffer != null;
  }

  /** Whether the client has ended its side. */
  public boolean isEnded() {
    return ended;
  }

  /** The index of the first octet that nobody has taken. */
  public int at() {
    return at;
  }

  /** The index behind the last octet that has arrived. */
  public int filled() {
    return buffer == null ? 0 : buffer.position();
  }

  /** Whether there are octets that nobody has taken. */
  public boolean hasUnread() {
    return buffer != null && at < buffer.position();
  }

  /** Whether more can be read. */
  public boolean hasRoom() {
    return buffer == null || buffer.hasRemaining();
  }

  /** Takes all octets before {@code index}. */
  public void take(int index) {
    at = index;
  }

  /** Frees the room of content that was taken, down to the end of the head. */
  public void rewind(int headEnd) {
    if (at == filled()) {
      buffer().position(headEnd);
      at = headEnd;
    }
  }

  /** Moves what is not taken to the front. Only between exchanges. */
  public void compact() {
    ByteBuffer held = buffer();
    int end = held.position();
    held.position(at).limit(end);
    held.compact();
    at = 0;
  }

  /** Drops everything that has arrived and gives the buffer back. */
  public void release() {
    if (buffer != null) {
      pool.giveBack(buffer);
      buffer = null;
      at = 0;
    }
  }
}
