package passerelle.cgi;

import java.math.BigDecimal;
import passerelle.process.Exit;

/**
 * What the log of runs says of one: its process, how that ended, and the seconds it took.
 *
 * <p>Immutable.
 */
final class RunLine {
  private RunLine() {}

  /**
   * The words, in ASCII.
   *
   * @param wallMicros from its start to its end
   */
  static String of(long pid, Exit exit, long wallMicros) {
    return "pid="
        + pid
        + (exit.signal() == 0 ? " exit=" + exit.code() : " signal=" + exit.signal())
        + " wall="
        + seconds(wallMicros)
        + " user="
        + seconds(exit.userMicros())
        + " system="
        + seconds(exit.systemMicros());
  }

  private static String seconds(long micros) {
    return BigDecimal.valueOf(micros, 6).toPlainString();
  }
}
