package passerelle.posix;

import java.io.IOException;

/**
 * The system does not start a program: it is not there, may not be executed, or is none.
 *
 * <p>Immutable.
 */
public final class SpawnException extends IOException {
  private static final long serialVersionUID = 1L;

  private final boolean isFormatUnknown;

  SpawnException(String message, boolean isFormatUnknown) {
    super(message);
    this.isFormatUnknown = isFormatUnknown;
  }

  /** Whether the file may be executed, but the system does not know how (ENOEXEC). */
  public boolean isFormatUnknown() {
    return isFormatUnknown;
  }
}
