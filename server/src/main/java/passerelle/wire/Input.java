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
 * <p>A head that does not fit has it grow, once, by one of the few {@link LargeBuffers}.
 *
 * <p>Between {@code start} and {@code at} lies the head of the exchange under way; it does not move
 * until the exchange ends, for the request's slices point into it.
 *
 * <p>Confined to the loop thread.
 */
public final class Input {
  private final Port port;
  private final Transport transport;
  private final BufferPool pool;
  private final LargeBuffers large;
  private @Nullable ByteBuffer buffer;
  private LargeBuffers.@Nullable Loan loan;
  private int at;
  private boolean ended;

  /** Input from a connection; buffers are borrowed from a server. */
  public Input(Port port, OriginServer server) {
    this.port = port;
    this.transport = port.transport();
    this.pool = server.buffers();
    this.large = server.largeBuffers();
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

  /** The buffer that is held; there has to be one. */
  public ByteBuffer buffer() {
    if (buffer == null) {
      throw new IllegalStateException("no input buffer is held");
    }
    return buffer;
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

  /**
   * Moves what is not taken to the front of a large buffer. Only between exchanges.
   *
   * @return false, having done nothing, if there is none to borrow, or it was done before
   */
  public boolean tryGrow() {
    LargeBuffers.Loan larger = loan == null ? large.tryBorrow(port.remoteAddress()) : null;
    if (larger == null) {
      return false;
    }
    ByteBuffer held = buffer();
    larger.buffer().put(held.flip().position(at));
    pool.giveBack(held);
    loan = larger;
    buffer = larger.buffer();
    at = 0;
    return true;
  }

  /** Drops everything that has arrived and gives the buffer back. */
  public void release() {
    ByteBuffer held = buffer;
    LargeBuffers.Loan lent = loan;
    buffer = null;
    loan = null;
    at = 0;
    if (lent != null) {
      large.giveBack(lent);
    } else if (held != null) {
      pool.giveBack(held);
    }
  }
}
