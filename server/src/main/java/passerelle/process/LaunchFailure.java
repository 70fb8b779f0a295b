package passerelle.process;

/**
 * Why a program cannot be started, in words for the person who wrote it.
 *
 * <p>Immutable.
 */
public final class LaunchFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** A failure; the message says what happened and what to do. */
  public LaunchFailure(String message) {
    super(message, null, false, false);
  }
}
