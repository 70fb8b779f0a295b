package passerelle.process;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Whether this process has many descriptors: then it takes long to start another, for the system
 * copies all of them. They are counted once a second at most, and only while somebody asks.
 *
 * <p>Safe from any thread.
 */
final class DescriptorTable {
  /** From here on a start is faster on a thread that has none of them. */
  static final int MANY = 512;

  private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Path descriptors;
  private final LongSupplier nanoClock;
  private final AtomicLong nextLookNanos;
  private volatile boolean isLarge = true;

  /** The table that the threads of this process have in common. */
  DescriptorTable() {
    // By its first thread: others may have a table of their own.
    this(
        Path.of("/proc/self/task", Long.toString(ProcessHandle.current().pid()), "fd"),
        System::nanoTime);
  }

  /**
   * A table of which nothing is known.
   *
   * @param descriptors a directory with an entry for each
   */
  DescriptorTable(Path descriptors, LongSupplier nanoClock) {
    this.descriptors = descriptors;
    this.nanoClock = nanoClock;
    this.nextLookNanos = new AtomicLong(nanoClock.getAsLong());
  }

  /** Whether there were many at the last look; also if nobody can tell. */
  boolean isLarge() {
    long next = nextLookNanos.get();
    long now = nanoClock.getAsLong();
    if (now - next >= 0 && nextLookNanos.compareAndSet(next, now + BETWEEN_NANOS)) {
      isLarge = hasMany();
    }
    return isLarge;
  }

  private boolean hasMany() {
    int count = 0;
    try (DirectoryStream<Path> all = Files.newDirectoryStream(descriptors)) {
      for (Path ignored : all) {
        count++;
        if (count >= MANY) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      return true;
    }
  }
}
