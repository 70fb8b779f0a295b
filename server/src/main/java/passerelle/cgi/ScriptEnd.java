package passerelle.cgi;

import java.math.BigDecimal;

/**
 * How a script ended, and what it took.
 *
 * <p>Immutable.
 *
 * @param code its exit status; 0 if a signal killed it
 * @param signal the number of the signal that killed it; 0 if it exited
 * @param userMicros CPU time of it, and of those children that it waited for; 0 if it is not known
 * @param systemMicros CPU time that the system spent for them
 */
record ScriptEnd(int code, int signal, long userMicros, long systemMicros) {
  /** Whether it exited with 0. */
  boolean isWell() {
    return code == 0 && signal == 0;
  }

  /** How it ended, as the rest of a sentence about it. */
  String words() {
    return signal != 0 ? "was killed by signal " + signal : "exited with status " + code;
  }

  /** How it ended and the seconds it took, for a log. */
  String line(long wallMicros) {
    return (signal == 0 ? "exit=" + code : "signal=" + signal)
        + " wall="
        + seconds(wallMicros)
        + " user="
        + seconds(userMicros)
        + " system="
        + seconds(systemMicros);
  }

  private static String seconds(long micros) {
    return BigDecimal.valueOf(micros, 6).toPlainString();
  }
}
