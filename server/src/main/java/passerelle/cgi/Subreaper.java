package passerelle.cgi;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import passerelle.posix.Libc;

/**
 * Whether processes that have lost their parent come to this process (Linux 3.4). All servers in it
 * share that; when the last of them has ended, it is as it was before the first.
 *
 * <p>Safe from any thread.
 */
final class Subreaper {
  // Guarded by the class:
  private static int users;
  private static boolean wasOn;

  private Subreaper() {}

  /** From now on they come; returns false if the system has no such thing. */
  static synchronized boolean begin() {
    if (users == 0) {
      try {
        wasOn = isOn();
        if (Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) {
          return false;
        }
      } catch (LinkageError | UnsupportedOperationException e) {
        return false; // no native calls
      }
    }
    users++;
    return true;
  }

  /** One server less wants them. After {@link #begin} returned true. */
  static synchronized void end() {
    users--;
    if (users == 0 && !wasOn) {
      Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
    }
  }

  /** Whether they come now. Where there are native calls. */
  static boolean isOn() {
    try (Memory answer = new Memory(4)) {
      answer.clear();
      Libc.prctl(Libc.PR_GET_CHILD_SUBREAPER, Pointer.nativeValue(answer), 0, 0, 0);
      return answer.getInt(0) != 0;
    }
  }
}
