package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;

/**
 * An array for {@code poll}: descriptors to read from, and which of them are ready.
 *
 * <p>The system takes no more entries at once than a process may have descriptors. A larger set is
 * asked about in parts.
 *
 * <p>Confined to one worker.
 */
public final class PollSet implements AutoCloseable {
  private static final int ENTRY_OCTETS = 8;
  private static final int EVENTS = 4;
  private static final int READY = 6;

  /** How long one part is waited for while something may come in another. */
  private static final int PART_MILLIS = 20;

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
   * Waits until something is ready, or for less if the system wills it.
   *
   * @param millis how long at most; for ever if it is negative
   * @return how many are ready
   */
  public int poll(long millis) throws IOException {
    return poll(0, size, (int) Math.min(millis, Integer.MAX_VALUE));
  }

  private int poll(int from, int count, int millis) throws IOException {
    Pointer first = entries.share((long) from * ENTRY_OCTETS);
    int ready = Libc.poll(first, count, millis);
    if (ready >= 0) {
      return ready;
    }
    int problem = Native.getLastError();
    if (problem == Libc.EINVAL && count > 1) {
      int half = count / 2;
      int here = poll(from, half, 0);
      boolean mayWait = here == 0 && millis != 0;
      int least = millis < 0 ? PART_MILLIS : Math.min(millis, PART_MILLIS);
      return here + poll(from + half, count - half, mayWait ? least : 0);
    }
    if (problem != Libc.EINTR) {
      Libc.check(problem, "poll");
    }
    return 0;
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
