package passerelle.files;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import passerelle.posix.OpenFile;

/**
 * Opens files when nobody writes to them: one that was changed less than 50 ms ago is opened again
 * when it has been quiet for so long, or when two seconds are over.
 *
 * <p>Those two seconds are for all files of one load together: an {@link Allowance}.
 *
 * <p>Waiting takes a worker. So only a few wait at the same time; who comes when they do gets the
 * file as it is.
 *
 * <p>Safe from any thread.
 */
final class QuietFiles {
  static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  /** Less than what the {@link DiskQueue} takes for a task that hangs. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  static final int WAITING_AT_ONCE = 2;

  /** Lets time pass. */
  interface Pause {
    /** Returns after so many nanoseconds, or when the thread is interrupted. */
    void of(long nanos) throws InterruptedException;
  }

  /**
   * How long one load may still wait, for whatever files it opens.
   *
   * <p>Confined to one worker.
   */
  static final class Allowance {
    private long nanos = PATIENCE_NANOS;
  }

  private final FileStore store;
  private final LongSupplier epochNanos;
  private final Pause pause;
  private final Semaphore places = new Semaphore(WAITING_AT_ONCE);

  /** Files opened by a store. */
  QuietFiles(FileStore store) {
    this(
        store,
        () -> TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()),
        TimeUnit.NANOSECONDS::sleep);
  }

  /** The same with a clock, in nanoseconds since 1970, and a way to let time pass. */
  QuietFiles(FileStore store, LongSupplier epochNanos, Pause pause) {
    this.store = store;
    this.epochNanos = epochNanos;
    this.pause = pause;
  }

  /** The time, in nanoseconds since 1970. */
  long nowNanos() {
    return epochNanos.getAsLong();
  }

  /** Opens a file as it is. */
  OpenFile open(Path path) throws IOException {
    return store.open(path);
  }

  /** Whether a file was changed a moment ago. */
  boolean isBeingWritten(BasicFileAttributes attributes) {
    return Math.abs(age(attributes)) < QUIET_NANOS;
  }

  private long age(BasicFileAttributes attributes) {
    return epochNanos.getAsLong() - attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
  }

  /**
   * Takes an open file that is being written and returns it, open anew, as it is when it has become
   * quiet; or as it is when nothing is left of the allowance. If this throws, nothing is open.
   */
  OpenFile whenQuiet(Path path, OpenFile first, Allowance allowance) throws IOException {
    if (allowance.nanos <= 0 || !places.tryAcquire()) {
      return first;
    }
    OpenFile open = first;
    boolean isQuiet = false;
    try {
      do {
        // A date that is old has not been changed yet, though the size has.
        boolean isDated = isBeingWritten(open.attributes());
        long rest = QUIET_NANOS - (isDated ? Math.max(0, age(open.attributes())) : 0);
        open.close();
        long span = Math.min(Math.max(rest, LEAST_PAUSE_NANOS), allowance.nanos);
        allowance.nanos -= span;
        pause.of(span);
        open = store.open(path);
      } while (isBeingWritten(open.attributes()) && allowance.nanos > 0);
      isQuiet = true;
      return open;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("the server is closing", e);
    } finally {
      places.release();
      if (!isQuiet) {
        open.close();
      }
    }
  }
}
