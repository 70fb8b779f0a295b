package passerelle.posix;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Scanner;
import java.util.Set;
import passerelle.io.OctetPath;

/**
 * What the system under the tests offers beyond the JDK. A test that needs what is not there is
 * skipped; where it has to be there, its lack is left for the test to find.
 */
public final class Kernel {
  /** On these it keeps names and pages, and tells. Memory file systems do neither. */
  private static final Set<String> DISKS = Set.of("ext2", "ext3", "ext4", "xfs", "btrfs");

  /** Linux 5.12 looks up a name without asking the disk. */
  private static final int LOOKS_AT_CACHE = 5012;

  private Kernel() {}

  /** Whether the server calls the kernel itself. */
  public static boolean isCalled() {
    return NativeFile.isAvailable();
  }

  /** Goes on if it remembers that there is nothing by some name in a folder. */
  public static void requireMissingNamesAreKept(Path folder) throws IOException {
    assumeTrue(isCalled(), "native calls are missing");
    Path none = folder.toRealPath().resolve("nothing by this name");
    boolean isKept = !Files.exists(none) && OpenFile.isSurelyMissing(OctetPath.octets(none));
    boolean hasToBe = isDisk(folder) && release() >= LOOKS_AT_CACHE;
    assumeTrue(isKept || hasToBe, "names that are missing are not remembered in " + folder);
  }

  /** Goes on if it tells which parts of the files in a folder are in memory. */
  static void requireResidencyIsTold(Path folder) throws IOException {
    assumeTrue(isCalled(), "native calls are missing");
    Path file = Files.writeString(folder.toRealPath().resolve("some file"), "x");
    int descriptor = NativeFile.open(OctetPath.octets(file));
    boolean isTold = NativeFile.residency(descriptor, 0) != NativeFile.Residency.UNKNOWN;
    NativeFile.closeDescriptor(descriptor);
    Files.delete(file);
    assumeTrue(isTold || isDisk(folder), "nobody tells what is in memory of files in " + folder);
  }

  private static boolean isDisk(Path folder) {
    try {
      return DISKS.contains(Files.getFileStore(folder).type());
    } catch (IOException e) {
      return false; // a mount that is hidden from us
    }
  }

  /** The release, as 1000 times its first number plus its second. */
  private static int release() {
    try (Scanner numbers = new Scanner(System.getProperty("os.version")).useDelimiter("\\D+")) {
      return 1000 * numbers.nextInt() + numbers.nextInt();
    }
  }
}
