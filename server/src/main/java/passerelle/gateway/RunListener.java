package passerelle.gateway;

/**
 * Hears of every run of a script that had a process, when it has ended.
 *
 * <p>Confined to the loop thread.
 */
public interface RunListener {
  /** Hears nothing. */
  RunListener NONE = (script, outcome) -> {};

  /**
   * A run has ended.
   *
   * @param script the script's URL path, or its file where it is the whole site; one character per
   *     octet
   * @param outcome its process id, exit status or signal, and the seconds it took, in ASCII
   */
  void onEnd(String script, String outcome);
}
