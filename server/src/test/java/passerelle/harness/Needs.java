package passerelle.harness;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;
import passerelle.posix.Libc;

/**
 * What a test needs of the machine. Without it the test is skipped, with the reason; on CI, where
 * everything is to be there, it fails.
 *
 * <p>Immutable.
 */
public final class Needs {
  private Needs() {}

  /** Where programs are looked for: the system's own folders first. */
  public static String searchPath() {
    String path = System.getenv("PATH");
    return "/usr/local/bin:/usr/bin:/bin" + (path == null ? "" : ":" + path);
  }

  /** A program on the PATH; returns where it is. */
  public static Path tool(String name) {
    for (String folder : searchPath().split(":", -1)) {
      Path candidate = Path.of(folder, name);
      if (folder.startsWith("/") && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    that(false, name + " is not installed");
    throw new IllegalStateException("not reached");
  }

  /** Native calls: nobody misses them where they are switched off on purpose. */
  public static void nativeCalls() {
    Assumptions.assumeFalse(Libc.isSwitchedOff(), "native calls are switched off");
    that(Libc.isAvailable(), "native calls are missing: " + Libc.lack());
  }

  /** Anything else. */
  public static void that(boolean isThere, String reasonIfNot) {
    if (!isThere && Boolean.parseBoolean(System.getenv("CI"))) {
      Assertions.fail("CI has to have everything: " + reasonIfNot);
    }
    Assumptions.assumeTrue(isThere, reasonIfNot);
  }
}
