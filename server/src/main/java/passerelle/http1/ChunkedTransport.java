package passerelle.http1;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import passerelle.io.Transport;
import passerelle.wire.Staging;

/**
 * Writes content of unknown length in chunks (RFC 9112 §7.1); a body does not know that it does.
 *
 * <p>A chunk's CRLF is staged as soon as its data is taken, so that no client waits for it. What a
 * body offered once it must offer again until it is taken, as bodies do.
 *
 * <p>Confined to the loop thread.
 */
final class ChunkedTransport implements Transport {
  /** CRLF of the chunk before, eight digits, CRLF, CRLF. */
  private static final int FRAMING_OCTETS = 14;

  /** More digits than these and those of a size some clients refuse, whatever their value. */
  private static final int MOST_ZEROS = 8;

  /** So many zeros are written whenever one is asked for, the others after ever more calls. */
  private static final int ZEROS_AT_ONCE = 3;

  private final Staging staging;
  private int chunkLeft;
  private boolean owesLineEnd;

  /** Since the last chunk: the zeros that were written, and how often one was asked for. */
  private int zeros;

  private int zerosAsked;

  ChunkedTransport(Staging staging) {
    this.staging = staging;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (chunkLeft == 0) {
      if (!staging.hasRoomFor(FRAMING_OCTETS)) {
        return 0;
      }
      endChunk();
      chunkLeft = source.remaining();
      HeadWriter.putAscii(staging.buffer(), Integer.toHexString(chunkLeft));
      putLineEnd();
      zeros = 0;
      zerosAsked = 0;
    }
    int taken = staging.write(source);
    chunkLeft -= taken;
    owesLineEnd = chunkLeft == 0;
    if (staging.buffer().remaining() >= FRAMING_OCTETS) {
      endChunk();
    }
    return taken;
  }

  private void endChunk() {
    if (owesLineEnd) {
      putLineEnd();
      owesLineEnd = false;
    }
  }

  private void putLineEnd() {
    staging.buffer().put((byte) '\r').put((byte) '\n');
  }

  /**
   * Writes a leading zero of the next chunk's size (RFC 9112 §7.1), unless a chunk is under way or
   * has enough of them: calls 1, 2, 3, 6, 12, 24, 48 and 96 since the last chunk write one. Returns
   * whether it did.
   */
  boolean tryZero() throws IOException {
    zerosAsked++;
    int due = zeros < ZEROS_AT_ONCE ? 0 : ZEROS_AT_ONCE << (zeros - ZEROS_AT_ONCE + 1);
    if (chunkLeft > 0 || zeros == MOST_ZEROS || zerosAsked < due) {
      return false;
    }
    if (!staging.hasRoomFor(FRAMING_OCTETS)) {
      return false;
    }
    endChunk();
    staging.buffer().put((byte) '0');
    zeros++;
    return true;
  }

  /** Writes the last chunk; returns false if there is no room yet. */
  boolean finish() throws IOException {
    if (!staging.hasRoomFor(FRAMING_OCTETS)) {
      return false;
    }
    endChunk();
    staging.buffer().put((byte) '0');
    putLineEnd();
    putLineEnd();
    return true;
  }

  @Override
  public long write(ByteBuffer first, ByteBuffer second) throws IOException {
    int taken = write(first);
    return first.hasRemaining() ? taken : taken + write(second);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return staging.read(target);
  }

  @Override
  public long transferFrom(FileChannel file, long position, long count) {
    throw new UnsupportedOperationException("a file's length is known: it needs no chunks");
  }

  @Override
  public int operations(boolean wantsToRead, boolean wantsToWrite) {
    return staging.operations(wantsToRead, wantsToWrite);
  }

  @Override
  public void breaksOff(boolean isOn) throws IOException {
    staging.breaksOff(isOn);
  }

  @Override
  public void shutdownOutput() throws IOException {
    staging.shutdownOutput();
  }

  @Override
  public void close() {
    staging.close();
  }
}
