package passerelle.posix;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array for {@code poll}: descriptors to read from, and which of them are ready.
 *
 * <p>The system takes no more entries at once than a process may have descriptors. A larger set is
 * asked about in parts.
 *
 * <p>Confined to one worker.
 */
public final class PollSet {
  /** An entry is a descriptor, and two halves: what is asked for, then what is ready. */
  private static final int ENTRY_INTS = 2;

  private static final boolean IS_LITTLE = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  private static final int ASKED = IS_LITTLE ? Libc.POLLIN : Libc.POLLIN << 16;
  private static final int READY = IS_LITTLE ? 0xffff0000 : 0xffff;

  /** How long one part is waited for while something may come in another. */
  private static final int PART_MILLIS = 20;

  private final int size;
  private final int[] entries;

  /** Room for so many descriptors, none of them set. */
  public PollSet(int size) {
    this.size = size;
    this.entries = new int[size * ENTRY_INTS];
    for (int i = 0; i < size; i++) {
      set(i, Descriptor.NONE);
    }
  }

  public int size() {
    return size;
  }

  /** Puts a descriptor at an index; the kernel skips negative ones. */
  public void set(int index, int descriptor) {
    entries[index * ENTRY_INTS] = descriptor;
    entries[index * ENTRY_INTS + 1] = ASKED;
  }

  /**
   * Waits until something is ready, or for less if the system wills it.
   *
   * @param millis how long at most; for ever if it is negative
   * @return how many are ready
   */
  public int poll(long millis) throws IOException {
    int most = (int) Math.min(millis, Integer.MAX_VALUE);
    int ready = Libc.poll(entries, size, most);
    return ready >= 0 ? ready : again(Native.getLastError(), 0, size, most);
  }

  private int pollPart(int from, int count, int millis) throws IOException {
    int[] part = Arrays.copyOfRange(entries, from * ENTRY_INTS, (from + count) * ENTRY_INTS);
    int ready = Libc.poll(part, count, millis);
    if (ready < 0) {
      return again(Native.getLastError(), from, count, millis);
    }
    System.arraycopy(part, 0, entries, from * ENTRY_INTS, part.length);
    return ready;
  }

  /** After a failure: in two parts, if there were too many. */
  private int again(int problem, int from, int count, int millis) throws IOException {
    if (problem == Libc.EINVAL && count > 1) {
      int half = count / 2;
      int here = pollPart(from, half, 0);
      boolean mayWait = here == 0 && millis != 0;
      int least = millis < 0 ? PART_MILLIS : Math.min(millis, PART_MILLIS);
      return here + pollPart(from + half, count - half, mayWait ? least : 0);
    }
    if (problem != Libc.EINTR) {
      Libc.check(problem, "poll");
    }
    return 0;
  }

  /** Whether the last poll found it ready: there is something to read, the end, or an error. */
  public boolean isReady(int index) {
    return (entries[index * ENTRY_INTS + 1] & READY) != 0;
  }

  /** What was ready has been dealt with. */
  public void clear(int index) {
    entries[index * ENTRY_INTS + 1] &= ~READY;
  }
}
