package passerelle.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test needs of the machine. Without it the test is skipped, with the reason; on CI, where
 * everything is to be there, it fails.
 */
final class Needs {
  private Needs() {}

  /** A program on the PATH; returns where it is. */
  static Path tool(String name) {
    for (String folder : Command.searchPath().split(":", -1)) {
      Path candidate = Path.of(folder, name);
      if (folder.startsWith("/") && Files.isExecutable(candidate)) {
        return candidate;
      }
    }
    that(false, name + " is not installed");
    throw new IllegalStateException("not reached");
  }

  /** A command that has to do its work; what it writes is not looked at. */
  static void toWork(String reasonIfNot, String... words) throws IOException {
    that(Command.of(words).run().code() == 0, reasonIfNot);
  }

  /** Anything else. */
  static void that(boolean isThere, String reasonIfNot) {
    if (!isThere && Boolean.parseBoolean(System.getenv("CI"))) {
      Assertions.fail("CI has to have everything: " + reasonIfNot);
    }
    if (!isThere) {
      System.out.println("Skipped: " + test() + ": " + reasonIfNot);
    }
    Assumptions.assumeTrue(isThere, reasonIfNot);
  }

  /** The test that asks, or the whole class of those that need the same. */
  private static String test() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(frame -> frame.getClassName().endsWith("IT"))
                    .map(frame -> frame.getClassName() + "." + frame.getMethodName())
                    .map(name -> name.replace(".<init>", ""))
                    .findFirst()
                    .orElse("a test"));
  }
}
