package passerelle.process;

import java.io.IOException;
import passerelle.io.TemporaryFiles;
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
   * @throws StdinFailure if there is no room for what it would read
   * @throws IOException if this process itself lacks something, such as descriptors
   */
  Child start(Command command, Stdin stdin) throws LaunchFailure, IOException;

  /** What it is, for people. */
  String description();

  /** Releases what all starts share; its threads end within some seconds. After the last start. */
  void close() throws InterruptedException;

  /**
   * The best launcher that works on this system.
   *
   * @param files for what programs read, if it takes files for that
   */
  static Launcher best(TemporaryFiles files) {
    return Libc.isAvailable() ? new PosixLauncher() : byJdk(files);
  }

  /** The one that works everywhere. */
  static Launcher byJdk(TemporaryFiles files) {
    return new JdkLauncher(files);
  }
}
