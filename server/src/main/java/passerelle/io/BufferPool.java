package passerelle.io;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Direct buffers of one size, lent to exchanges and given back when a connection falls idle.
 *
 * <p>A borrower owns its buffer until it gives it back, once. The pool keeps at most {@code
 * retained} free buffers; the garbage collector takes the rest, so a burst of connections does not
 * pin its memory for ever.
 *
 * <p>Confined to the loop thread.
 */
public final class BufferPool {
  private final int capacityBytes;
  private final int retained;
  private final ArrayDeque<ByteBuffer> free;
  private int outstanding;

  /** A pool of buffers of {@code capacityBytes}, keeping at most {@code retained} free ones. */
  public BufferPool(int capacityBytes, int retained) {
    this.capacityBytes = capacityBytes;
    this.retained = retained;
    this.free = new ArrayDeque<>(retained); // never grows: to give back asks for no memory
  }

  /** How many octets each of its buffers holds. */
  public int capacityBytes() {
    return capacityBytes;
  }

  /** A cleared buffer that the caller owns until {@link #giveBack}. */
  public ByteBuffer borrow() {
    ByteBuffer buffer = free.pollLast();
    buffer = buffer != null ? buffer.clear() : ByteBuffer.allocateDirect(capacityBytes);
    outstanding++; // not before: there may be no memory
    return buffer;
  }

  /** Takes a borrowed buffer back; the caller must not touch it afterwards. */
  public void giveBack(ByteBuffer buffer) {
    if (buffer.capacity() != capacityBytes || outstanding == 0) {
      throw new IllegalArgumentException("not a buffer of this pool");
    }
    outstanding--;
    if (free.size() < retained) {
      free.addLast(buffer);
    }
  }

  /** How many buffers are lent out now. */
  public int outstanding() {
    return outstanding;
  }
}
