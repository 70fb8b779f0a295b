package passerelle.files;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The versions that some worker is just making, so that no two make the same.
 *
 * <p>Safe from any thread.
 */
final class Makings {
  /** How long one worker waits for what another compresses, rather than doing it too. */
  private static final long PATIENCE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private static final long LOOK_MILLIS = 10;

  private final Object lock = new Object();
  private final Set<FileVersion> underWay = new HashSet<>();

  /**
   * Has only the caller make a version, for a while; returns false if another worker has been at
   * it, and what came of it can be looked for now.
   */
  boolean tryBegin(FileVersion version) {
    long deadlineNanos = System.nanoTime() + PATIENCE_NANOS;
    synchronized (lock) {
      if (tryAdd(version)) {
        return true;
      }
      try {
        while (underWay.contains(version) && System.nanoTime() - deadlineNanos < 0) {
          lock.wait(LOOK_MILLIS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return false;
    }
  }

  private boolean tryAdd(FileVersion version) {
    try {
      return underWay.add(version);
    } catch (OutOfMemoryError e) {
      underWay.remove(version); // a set that cannot grow may have it nevertheless
      throw e;
    }
  }

  /** The version was made, or could not be. */
  void end(FileVersion version) {
    synchronized (lock) {
      underWay.remove(version);
      lock.notifyAll();
    }
  }
}
