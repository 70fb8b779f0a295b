package passerelle.io;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;

/**
 * A transport without a socket: input is offered by the test, output is kept for it.
 *
 * <p>Its socket buffer holds {@link #capacity} octets and is emptied by {@link #drain} only, so a
 * test decides how much goes out between two writable events. Each {@link #offer} arrives as one
 * read, like one segment.
 */
public final class MemoryTransport implements Transport {
  private final ArrayDeque<ByteBuffer> input = new ArrayDeque<>();
  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private long capacity = Long.MAX_VALUE;
  private long room = Long.MAX_VALUE;
  private boolean isTold;
  private int writes;
  private boolean inputEnded;
  private boolean outputEnded;
  private boolean closed;
  private boolean broken;
  private boolean peerGone;
  private boolean breaksOff;

  /** Adds a segment of input, one octet for each character. */
  public void offer(String octets) {
    input.addLast(ByteBuffer.wrap(octets.getBytes(StandardCharsets.ISO_8859_1)));
  }

  /** The client ends its side, after what was offered. */
  public void endInput() {
    inputEnded = true;
  }

  /** The client is gone: every further read and write fails. */
  public void breakOff() {
    broken = true;
  }

  /** The system knows that the client is gone; reading and writing does not tell. */
  public void losePeer() {
    peerGone = true;
  }

  @Override
  public boolean isPeerGone() {
    return peerGone;
  }

  /** How many octets the socket takes until {@link #drain}; 0 blocks it. */
  public MemoryTransport capacity(long octets) {
    capacity = octets;
    room = octets;
    return this;
  }

  /** The client reads what was written; returns whether the socket takes more now. */
  public boolean drain() {
    if (capacity > 0) {
      room = capacity;
      isTold = true;
    }
    boolean wasTold = isTold;
    isTold = false;
    return wasTold && room > 0;
  }

  /** A socket that takes so many octets more, and does not say so. */
  public void readUntold(long octets) {
    capacity = 0;
    room += octets;
  }

  /** It says so now, to the next {@link #drain}. */
  public void tell() {
    isTold = true;
  }

  /** How many octets the socket takes. */
  public long room() {
    return room;
  }

  /** Whether a read would bring something: octets, the end, or an error. */
  public boolean isReadable() {
    return !input.isEmpty() || inputEnded || broken;
  }

  /** Whether offered octets were not read yet. */
  public boolean hasUnreadInput() {
    return !input.isEmpty();
  }

  /** How many calls of write or transferFrom were made, those that found no room included. */
  public int writes() {
    return writes;
  }

  /** Everything that was written, one character for each octet. */
  public String output() {
    return output.toString(StandardCharsets.ISO_8859_1);
  }

  /** Forgets the output so far and returns it. */
  public String takeOutput() {
    String taken = output();
    output.reset();
    return taken;
  }

  public boolean isOutputEnded() {
    return outputEnded;
  }

  public boolean isClosed() {
    return closed;
  }

  /** Whether closing it now would be, or was, a reset. */
  public boolean isBreakingOff() {
    return breaksOff;
  }

  private void check() throws IOException {
    if (closed) {
      throw new IllegalStateException("used after close");
    }
    if (broken) {
      throw new IOException("Connection reset by peer");
    }
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    check();
    ByteBuffer segment = input.peekFirst();
    if (segment == null) {
      return inputEnded ? -1 : 0;
    }
    int count = Math.min(segment.remaining(), target.remaining());
    target.put(target.position(), segment, segment.position(), count);
    target.position(target.position() + count);
    segment.position(segment.position() + count);
    if (!segment.hasRemaining()) {
      input.removeFirst();
    }
    return count;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    check();
    writes++;
    return put(source);
  }

  private int put(ByteBuffer source) {
    if (outputEnded) {
      throw new IllegalStateException("a write after the end of output");
    }
    int count = (int) Math.min(source.remaining(), room);
    byte[] octets = new byte[count];
    source.get(octets);
    output.writeBytes(octets);
    room -= count;
    return count;
  }

  @Override
  public long write(ByteBuffer first, ByteBuffer second) throws IOException {
    check();
    writes++;
    long taken = put(first);
    return taken + put(second);
  }

  @Override
  public long transferFrom(FileChannel file, long position, long count) throws IOException {
    check();
    writes++;
    ByteBuffer part = ByteBuffer.allocate((int) Math.min(Math.min(count, room), 1 << 20));
    if (!part.hasRemaining() || file.read(part, position) <= 0) {
      return 0;
    }
    return put(part.flip());
  }

  @Override
  public void breaksOff(boolean isOn) throws IOException {
    check();
    breaksOff = isOn;
  }

  @Override
  public void shutdownOutput() throws IOException {
    check();
    outputEnded = true;
  }

  @Override
  public void close() {
    closed = true;
  }
}
