package passerelle.cgi;

/**
 * Hears of every run of a script that had a process, when it has ended.
 *
 * <p>Confined to the loop thread.
 */
public interface RunListener {
  /** Hears nothing. */
  RunListener NONE = (scriptName, outcome) -> {};

  /**
   * A run has ended.
   *
   * @param scriptName the script's URL path, one character per octet
   * @param outcome its process id, exit status or signal, and the seconds it took, in ASCII
   */
  void onEnd(String scriptName, String outcome);
}
