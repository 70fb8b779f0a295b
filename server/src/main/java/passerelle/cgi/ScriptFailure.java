package passerelle.cgi;

/**
 * Why a script cannot be started, in words for the person who wrote it.
 *
 * <p>Immutable.
 */
final class ScriptFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** A failure; the message says what happened and what to do. */
  ScriptFailure(String message) {
    super(message, null, false, false);
  }
}
