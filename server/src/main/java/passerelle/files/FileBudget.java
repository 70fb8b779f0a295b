package passerelle.files;

import passerelle.posix.OpenFile;

/**
 * What files may take, in all: those that are kept for the next request, and those that left the
 * cache and are still being sent.
 *
 * <p>Immutable.
 *
 * @param octets of content in memory
 * @param descriptors of files that are open
 */
public record FileBudget(long octets, int descriptors) {
  /** What files take where descriptors are plenty. */
  public static final int MOST_DESCRIPTORS = 512;

  private static final long MOST_OCTETS = 64L << 20;
  private static final int HEAP_SHARES = 8;

  /**
   * A budget of so many descriptors, one open file at least, and of an eighth of the largest heap,
   * 64 MiB at most.
   */
  public static FileBudget of(int descriptors) {
    long octets = Math.min(MOST_OCTETS, Runtime.getRuntime().maxMemory() / HEAP_SHARES);
    return new FileBudget(octets, Math.max(descriptors, OpenFile.descriptorsOfEach()));
  }

  /** The budget where descriptors are plenty. */
  public static FileBudget standard() {
    return of(MOST_DESCRIPTORS);
  }
}
