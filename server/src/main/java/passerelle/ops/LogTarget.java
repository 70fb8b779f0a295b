package passerelle.ops;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Opens what a log is written to: at the start, and anew when it may have been moved away.
 *
 * <p>Safe from any thread.
 */
@FunctionalInterface
public interface LogTarget {
  /**
   * A stream that writes behind what is there; the log owns it.
   *
   * @throws IOException if it cannot be opened, with what to do about it
   */
  OutputStream open() throws IOException;
}
