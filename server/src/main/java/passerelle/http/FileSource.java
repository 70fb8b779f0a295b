package passerelle.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * An open file that bodies are sent from; many may share one.
 *
 * <p>Confined to the loop thread.
 */
public interface FileSource {
  /** The channel to send from, by absolute positions. */
  FileChannel channel();

  /** Whether so many octets, at least 1, can be sent without waiting for the disk. */
  boolean isResident(long position, long count);

  /**
   * Reads from an absolute position what can be had without waiting for the disk.
   *
   * @param target a direct buffer with room for {@code count} octets
   * @return how many octets were read; 0 if it would have to wait, or nobody can tell
   */
  int readResident(ByteBuffer target, long position, int count);

  /**
   * Has a worker read a part, so that it is resident for a while, and then runs the task on the
   * loop, whether that went well or not.
   */
  void fetch(long position, long count, Runnable whenDone);

  /**
   * Whether the content is still that which the response's fields describe.
   *
   * @throws IOException if that cannot be found out
   */
  boolean isUnchanged() throws IOException;

  /** Gives the file back: one body is done with it. */
  void release();
}
