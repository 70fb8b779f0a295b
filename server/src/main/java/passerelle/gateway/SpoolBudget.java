package passerelle.gateway;

import java.util.concurrent.atomic.AtomicLong;

/**
 * How much content of requests the server holds, for all of them together.
 *
 * <p>Safe from any thread.
 */
public final class SpoolBudget {
  private final long memoryLimit;
  private final long diskLimit;
  private final AtomicLong memory = new AtomicLong();
  private final AtomicLong disk = new AtomicLong();

  /** A budget in octets. */
  SpoolBudget(long memoryLimit, long diskLimit) {
    this.memoryLimit = memoryLimit;
    this.diskLimit = diskLimit;
  }

  /** A budget with this limit for temporary files, and an eighth of the largest heap. */
  public static SpoolBudget withDisk(long octets) {
    return new SpoolBudget(Runtime.getRuntime().maxMemory() / 8, octets);
  }

  /** Whether there is memory for more than is in use. */
  boolean hasMemory() {
    return memory.get() < memoryLimit;
  }

  /** Counts octets that were taken, or with a negative number given back. */
  void takeMemory(long octets) {
    memory.addAndGet(octets);
  }

  /** Counts octets that go to a file, unless that would be too many. */
  boolean tryTakeDisk(long octets) {
    if (disk.addAndGet(octets) <= diskLimit) {
      return true;
    }
    disk.addAndGet(-octets);
    return false;
  }

  void giveBackDisk(long octets) {
    disk.addAndGet(-octets);
  }

  /** How much is in use, memory and disk. */
  public long inUse() {
    return memory.get() + disk.get();
  }
}
