package passerelle.cgi;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts scripts as processes.
 *
 * <p>Safe from any thread.
 */
public interface ScriptLauncher {
  /** Starts what all starts share. Once, before there are connections. */
  void prepare() throws IOException;

  /**
   * Starts a script with the spool's content as its standard input.
   *
   * @throws ScriptFailure if the system cannot start it
   * @throws IOException if the server itself lacks something, such as descriptors
   */
  ScriptProcess start(ScriptCommand command, ContentSpool content)
      throws ScriptFailure, IOException;

  /** What it is, for people. */
  String description();

  /** Releases what all starts share; its threads end within some seconds. After the last start. */
  void close() throws InterruptedException;

  /** The best launcher that works on this system. */
  static ScriptLauncher best() {
    try {
      return new PosixLauncher();
    } catch (LinkageError | UnsupportedOperationException e) {
      Logger log = LoggerFactory.getLogger(ScriptLauncher.class);
      log.info("native calls are missing: {}", e.toString());
      return new JdkLauncher();
    }
  }
}
