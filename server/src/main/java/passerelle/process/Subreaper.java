package passerelle.process;

import passerelle.posix.Libc;
import passerelle.posix.ProcessCalls;

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
    if (!Libc.isAvailable()) {
      return false;
    }
    if (users == 0) {
      wasOn = ProcessCalls.isSubreaper();
      if (!ProcessCalls.setSubreaper(true)) {
        return false;
      }
    }
    users++;
    return true;
  }

  /** One server less wants them. After {@link #begin} returned true. */
  static synchronized void end() {
    users--;
    if (users == 0 && !wasOn) {
      ProcessCalls.setSubreaper(false);
    }
  }

  /** Whether they come now. Where there are native calls. */
  static boolean isOn() {
    return ProcessCalls.isSubreaper();
  }
}
