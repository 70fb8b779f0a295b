package passerelle.posix;

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
public final class PollSet implements AutoCloseable {
  private static final int ENTRY_OCTETS = 8;
  private static final int EVENTS = 4;
  private static final int READY = 6;

  private final int size;
  private final Memory entries;

  /** Room for so many descriptors, none of them set. */
  public PollSet(int size) {
    this.size = size;
    this.entries = new Memory((long) size * ENTRY_OCTETS);
    for (int i = 0; i < size; i++) {
      set(i, -1);
    }
  }

  public int size() {
    return size;
  }

  /** Puts a descriptor at an index; the kernel skips negative ones. */
  public void set(int index, int descriptor) {
    long at = (long) index * ENTRY_OCTETS;
    entries.setInt(at, descriptor);
    entries.setShort(at + EVENTS, Libc.POLLIN);
    entries.setShort(at + READY, (short) 0);
  }

  /**
   * Waits until something is ready.
   *
   * @param millis how long at most; for ever if it is negative
   * @return how many are ready
   */
  public int poll(long millis) throws IOException {
    int ready = Libc.poll(entries, size, (int) Math.min(millis, Integer.MAX_VALUE));
    if (ready < 0) {
      int problem = Native.getLastError();
      if (problem != Libc.EINTR) {
        Libc.check(problem, "poll");
      }
      return 0;
    }
    return ready;
  }

  /** Whether the last poll found it ready: there is something to read, the end, or an error. */
  public boolean isReady(int index) {
    return entries.getShort((long) index * ENTRY_OCTETS + READY) != 0;
  }

  /** What was ready has been dealt with. */
  public void clear(int index) {
    entries.setShort((long) index * ENTRY_OCTETS + READY, (short) 0);
  }

  @Override
  public void close() {
    entries.close();
  }
}
