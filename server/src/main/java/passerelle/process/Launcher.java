package passerelle.process;

import java.io.IOException;
import passerelle.posix.Libc;

/**
 * Starts programs.
 *
 * <p>Safe from any thread.
 */
public interface Launcher {
  /** Starts what all starts share. Once, before there are connections. */
  void prepare() throws IOException;

  /**
   * Starts a program.
   *
   * @throws LaunchFailure if the system cannot start it
   * @throws IOException if this process itself lacks something, such as descriptors
   */
  Child start(Command command, Stdin stdin) throws LaunchFailure, IOException;

  /** What it is, for people. */
  String description();

  /** Releases what all starts share; its threads end within some seconds. After the last start. */
  void close() throws InterruptedException;

  /** The best launcher that works on this system. */
  static Launcher best() {
    return Libc.isAvailable() ? new PosixLauncher() : byJdk();
  }

  /** The one that works everywhere. */
  static Launcher byJdk() {
    return new JdkLauncher();
  }
}
