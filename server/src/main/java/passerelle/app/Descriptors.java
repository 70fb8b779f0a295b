package passerelle.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import passerelle.io.Ascii;

/**
 * How many file descriptors the system lets this process have.
 *
 * <p>Immutable.
 */
final class Descriptors {
  private static final Path LIMITS = Path.of("/proc/self/limits");
  private static final String LINE = "Max open files";

  private Descriptors() {}

  /** The limit, which the JVM has raised as far as it may; a very large number if it is unknown. */
  static int limit() {
    try {
      for (String line : Files.readAllLines(LIMITS)) {
        if (line.startsWith(LINE)) {
          String soft = line.substring(LINE.length()).strip().split(" ", 2)[0];
          long limit = Ascii.parseDecimal(soft);
          return limit < 0 ? Integer.MAX_VALUE : (int) Math.min(limit, Integer.MAX_VALUE);
        }
      }
    } catch (IOException e) {
      return Integer.MAX_VALUE; // not Linux: accepting pauses if they run out all the same
    }
    return Integer.MAX_VALUE;
  }
}
