package passerelle.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;
import passerelle.io.BufferPool;
import passerelle.io.Transport;

/**
 * The output buffer in front of a transport: heads, chunk sizes and small contents gather here and
 * leave together, so that a small answer, or a row of pipelined ones, is one write.
 *
 * <p>A head that is larger than the buffer gets one of its own, on the heap, that is dropped when
 * it is sent.
 *
 * <p>Larger writes go out beside what is staged, in one gathering call. The buffer is borrowed with
 * the first octet and given back with the last.
 *
 * <p>Confined to the loop thread.
 */
public final class Staging implements Transport {
  /** Writes of up to this many octets are copied rather than sent on their own. */
  private static final int COPY_OCTETS = 4 * 1024;

  private final Transport transport;
  private final BufferPool pool;
  private @Nullable ByteBuffer staged;
  private long accepted;
  private long written;
  private boolean isFull;

  /** Output to a transport, which it closes; buffers are borrowed from the pool. */
  public Staging(Transport transport, BufferPool pool) {
    this.transport = transport;
    this.pool = pool;
  }

  /** The buffer to append to; {@link #hasRoomFor} first. */
  public ByteBuffer buffer() {
    if (staged == null) {
      staged = pool.borrow();
    }
    return staged;
  }

  /** Whether nothing is staged. */
  public boolean isEmpty() {
    return staged == null;
  }

  /** Whether so many octets can be appended, after a flush if need be. */
  public boolean hasRoomFor(int octets) throws IOException {
    if (buffer().remaining() < octets && flush() && octets > pool.capacityBytes()) {
      staged = ByteBuffer.allocate(octets);
    }
    return buffer().remaining() >= octets;
  }

  /** Stages an interim response, unless the client does not even read what it was sent before. */
  public void tryStage(byte[] octets) throws IOException {
    if (hasRoomFor(octets.length)) {
      buffer().put(octets);
    }
  }

  /** Whether the socket took less than it was offered, and has not asked for more since. */
  public boolean isFull() {
    return isFull;
  }

  /** Says whether the socket takes more, by what it was heard to say or to do. */
  public void full(boolean value) {
    isFull = value;
  }

  /** Writes what is staged, unless the socket is full; returns whether nothing is left. */
  public boolean flush() throws IOException {
    if (staged == null) {
      return true;
    }
    if (isFull) {
      return false;
    }
    staged.flip();
    if (staged.hasRemaining()) {
      written += transport.write(staged);
    }
    return afterWrite(staged);
  }

  private boolean afterWrite(ByteBuffer buffer) {
    if (buffer.hasRemaining()) {
      buffer.compact();
      isFull = true;
      return false;
    }
    release();
    return true;
  }

  /** Counts octets of content that were appended to {@link #buffer} directly. */
  public void count(long octets) {
    accepted += octets;
  }

  /** How many octets of content were taken since the last {@link #resetCount}. */
  public long counted() {
    return accepted;
  }

  /** Counts from zero again. */
  public void resetCount() {
    accepted = 0;
  }

  /** How many octets, framing included, the transport has taken since this was last asked. */
  public long takeWritten() {
    long octets = written;
    written = 0;
    return octets;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int before = source.remaining();
    if (before <= COPY_OCTETS && before <= buffer().remaining()) {
      buffer().put(source);
    } else if (staged == null) {
      written += transport.write(source);
    } else {
      staged.flip();
      written += transport.write(staged, source);
      afterWrite(staged);
    }
    int taken = before - source.remaining();
    accepted += taken;
    return taken;
  }

  @Override
  public long write(ByteBuffer first, ByteBuffer second) throws IOException {
    int taken = write(first);
    return first.hasRemaining() ? taken : taken + write(second);
  }

  @Override
  public long transferFrom(FileChannel file, long position, long count) throws IOException {
    if (isFull && staged != null) {
      return 0;
    }
    long sent;
    if (staged == null) {
      sent = transport.transferFrom(file, position, count);
    } else {
      int octets = staged.flip().remaining();
      sent = transport.transferFrom(staged, file, position, count);
      written += octets - staged.remaining();
      afterWrite(staged);
    }
    accepted += sent;
    written += sent;
    return sent;
  }

  @Override
  public boolean isJoined(long count) {
    return transport.isJoined(count);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return transport.read(target);
  }

  @Override
  public int operations(boolean wantsToRead, boolean wantsToWrite) {
    return transport.operations(wantsToRead, wantsToWrite);
  }

  @Override
  public void breaksOff(boolean isOn) throws IOException {
    transport.breaksOff(isOn);
  }

  @Override
  public void shutdownOutput() throws IOException {
    transport.shutdownOutput();
  }

  @Override
  public void close() {
    release();
    transport.close();
  }

  /** Drops what is staged and gives the buffer back. */
  public void release() {
    ByteBuffer held = staged;
    staged = null;
    if (held != null && held.capacity() == pool.capacityBytes()) {
      pool.giveBack(held);
    }
  }
}
