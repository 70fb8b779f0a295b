package passerelle.files;

import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The closing of files that nobody can hold any more. On a network file system it may have to wait
 * for the server of that; so whoever closes has no lock, and the loop leaves it to others.
 *
 * <p>Safe from any thread.
 */
final class Closings {
  private static final Logger log = LoggerFactory.getLogger(Closings.class);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private final Executor closer;
  private final Object lock = new Object();
  private int underWay;

  /**
   * None are under way.
   *
   * @param closer closes open files; what it rejects is closed by whoever let it go
   */
  Closings(Executor closer) {
    this.closer = closer;
  }

  /** Has a file closed, soon. */
  void add(HeldFile file) {
    if (file.isInMemory()) {
      closeNow(file);
      return;
    }
    count(1);
    try {
      closer.execute(() -> close(file));
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      close(file);
    }
  }

  private void close(HeldFile file) {
    try {
      closeNow(file);
    } finally {
      count(-1);
    }
  }

  private void count(int more) {
    synchronized (lock) {
      underWay += more;
      lock.notifyAll();
    }
  }

  /** Closes a file; on a worker, unless it is in memory. */
  static void closeNow(HeldFile file) {
    try {
      file.drop();
    } catch (IOException e) {
      log.warn("closing a file: {}", e.getMessage());
    }
  }

  /** Waits until none is under way, or the deadline of {@link System#nanoTime} is over. */
  void await(long deadlineNanos) {
    synchronized (lock) {
      try {
        while (underWay > 0 && System.nanoTime() - deadlineNanos < 0) {
          TimeUnit.NANOSECONDS.timedWait(lock, LOOK_NANOS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
