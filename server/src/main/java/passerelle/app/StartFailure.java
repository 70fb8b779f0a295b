package passerelle.app;

import java.io.IOException;

/**
 * Why the server cannot start, in one line that says what to do about it.
 *
 * <p>Immutable.
 */
public final class StartFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** A failure with its message for the person at the terminal. */
  public StartFailure(String message) {
    super(message);
  }
}
