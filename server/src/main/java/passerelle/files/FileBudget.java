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
 * @param memoryFiles of how much content in memory has a file and so a descriptor of its own
 */
public record FileBudget(long octets, int descriptors, int memoryFiles) {
  /** What files take where descriptors are plenty. */
  public static final int MOST_DESCRIPTORS = 768;

  private static final long MOST_OCTETS = 64L << 20;
  private static final int HEAP_SHARES = 8;

  /** Of all descriptors, files in memory have so much: one in three. */
  private static final int MEMORY_FILE_PARTS = 3;

  /** A budget without files in memory. */
  public FileBudget(long octets, int descriptors) {
    this(octets, descriptors, 0);
  }

  /**
   * A budget of so many descriptors, one open file at least, and of an eighth of the largest heap,
   * 64 MiB at most.
   */
  public static FileBudget of(int descriptors) {
    long octets = Math.min(MOST_OCTETS, Runtime.getRuntime().maxMemory() / HEAP_SHARES);
    int memoryFiles = descriptors / MEMORY_FILE_PARTS;
    int least = OpenFile.descriptorsOfEach();
    return new FileBudget(octets, Math.max(descriptors - memoryFiles, least), memoryFiles);
  }

  /** The budget where descriptors are plenty. */
  public static FileBudget standard() {
    return of(MOST_DESCRIPTORS);
  }
}
