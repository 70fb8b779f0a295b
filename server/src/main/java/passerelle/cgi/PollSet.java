package passerelle.cgi;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;

/**
 * An array for {@code poll}: descriptors to read from, and which of them are ready.
 *
 * <p>Each is used by one thread only, a worker or the watch.
 *
 * <p>Confined to one worker.
 */
final class PollSet implements AutoCloseable {
  private static final int ENTRY_OCTETS = 8;
  private static final int EVENTS = 4;
  private static final int READY = 6;

  private final int size;
  private final Memory entries;

  /** Room for so many descriptors, none of them set. */
  PollSet(int size) {
    this.size = size;
    this.entries = new Memory((long) size * ENTRY_OCTETS);
    for (int i = 0; i < size; i++) {
      set(i, -1);
    }
  }

  int size() {
    return size;
  }

  /** Puts a descriptor at an index; the kernel skips negative ones. */
  void set(int index, int descriptor) {
    long at = (long) index * ENTRY_OCTETS;
    entries.setInt(at, descriptor);
    entries.setShort(at + EVENTS, Posix.POLLIN);
    entries.setShort(at + READY, (short) 0);
  }

  /**
   * Waits until something is ready.
   *
   * @param millis how long at most; for ever if it is negative
   * @return how many are ready
   */
  int poll(long millis) throws IOException {
    int ready = Posix.poll(entries, size, (int) Math.min(millis, Integer.MAX_VALUE));
    if (ready < 0) {
      int problem = Native.getLastError();
      if (problem != Posix.EINTR) {
        Posix.check(problem, "poll");
      }
      return 0;
    }
    return ready;
  }

  /** Whether the last poll found it ready: there is something to read, the end, or an error. */
  boolean isReady(int index) {
    return entries.getShort((long) index * ENTRY_OCTETS + READY) != 0;
  }

  /** What was ready has been dealt with. */
  void clear(int index) {
    entries.setShort((long) index * ENTRY_OCTETS + READY, (short) 0);
  }

  @Override
  public void close() {
    entries.close();
  }
}
