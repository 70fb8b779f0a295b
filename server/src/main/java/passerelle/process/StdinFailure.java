package passerelle.process;

import java.io.IOException;

/**
 * Why there is no room for what a program would read from its standard input.
 *
 * <p>Immutable.
 */
public final class StdinFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** A failure that another brought about. */
  StdinFailure(IOException cause) {
    super(cause.toString(), cause);
  }
}
