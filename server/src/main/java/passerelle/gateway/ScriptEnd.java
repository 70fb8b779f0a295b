package passerelle.gateway;

/**
 * How a script ended.
 *
 * <p>Immutable.
 *
 * @param code its exit status; 0 if a signal killed it
 * @param signal the number of the signal that killed it; 0 if it exited
 */
public record ScriptEnd(int code, int signal) {
  /** Whether it exited with 0. */
  boolean isWell() {
    return code == 0 && signal == 0;
  }

  /** How it ended, as the rest of a sentence about it. */
  String words() {
    return signal != 0 ? "was killed by signal " + signal : "exited with status " + code;
  }
}
