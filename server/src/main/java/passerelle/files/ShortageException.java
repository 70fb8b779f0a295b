package passerelle.files;

import java.io.IOException;

/**
 * There is no room for another file, although all gave way that may.
 *
 * <p>Immutable.
 */
final class ShortageException extends IOException {
  private static final long serialVersionUID = 1;

  /** A shortage of what is named. */
  ShortageException(String what) {
    super("there is no room left: " + what);
  }
}
