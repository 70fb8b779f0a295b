package passerelle.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectionKey;

/**
 * A non-blocking two-way stream of octets: a socket today, TLS one day, memory in tests.
 *
 * <p>No method waits. A write that takes fewer octets than it was offered means that the other side
 * is full for now. Every method may throw an {@link IOException}, after which only {@link #close}
 * makes sense. The caller keeps ownership of every buffer it passes.
 *
 * <p>Confined to the loop thread.
 */
public interface Transport {
  /** Reads what there is into the buffer: a count, 0 for nothing now, -1 at the end of input. */
  int read(ByteBuffer target) throws IOException;

  /** Writes from the buffer's position and advances it; returns how many octets went out. */
  int write(ByteBuffer source) throws IOException;

  /** Writes both buffers in order with one system call; returns how many octets went out. */
  long write(ByteBuffer first, ByteBuffer second) throws IOException;

  /**
   * Sends octets of a file, without copying them through the process where the system can.
   *
   * @return how many went out; 0 is ambiguous (decision D9): the socket is full, or the file has
   *     been truncated before {@code position}
   */
  long transferFrom(FileChannel file, long position, long count) throws IOException;

  /**
   * Writes a buffer and sends octets of a file behind it; together, if so many are to be {@link
   * #isJoined joined}.
   *
   * @return how many octets of the file went out, as without a buffer; 0 if not all of the buffer
   *     did
   */
  default long transferFrom(ByteBuffer head, FileChannel file, long position, long count)
      throws IOException {
    write(head);
    return head.hasRemaining() ? 0 : transferFrom(file, position, count);
  }

  /** Whether a buffer leaves in one packet with the first of so many octets of a file. */
  default boolean isJoined(long count) {
    return false;
  }

  /**
   * What to wait for at the socket, as a mask of {@link SelectionKey} constants, so that the user
   * can go on who wants to read, to write, both or neither. A transport that only passes octets on
   * waits for just that; one that encrypts may have to write before it can read.
   */
  default int operations(boolean wantsToRead, boolean wantsToWrite) {
    return (wantsToRead ? SelectionKey.OP_READ : 0) | (wantsToWrite ? SelectionKey.OP_WRITE : 0);
  }

  /**
   * Whether the other side is gone for certain, as far as this machine knows without a word to it.
   * It is asked while nobody reads or writes, which would tell.
   */
  default boolean isPeerGone() {
    return false;
  }

  /**
   * Says what the other side sees when this is closed, or when the process is killed: the end of
   * the output, as from the beginning, or that it was broken off (a reset). Then octets that are
   * still on their way may be lost.
   */
  void breaksOff(boolean isOn) throws IOException;

  /** Ends the output (a FIN), input stays open: the first half of a lingering close. */
  void shutdownOutput() throws IOException;

  /** Releases the transport. Further calls do nothing. */
  void close();
}
