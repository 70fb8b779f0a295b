package passerelle.bench.peers;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Another server that runs and serves a directory.
 *
 * <p>Safe from any thread.
 */
interface Peer extends AutoCloseable {
  /** The port it listens on. */
  int port();

  /** Ends it, without regard for what is under way. */
  @Override
  void close();

  /** Starts a server of one kind. */
  interface Kind {
    /** When this returns, the server answers. */
    Peer start(Place place) throws IOException;
  }

  /**
   * What is served, and where.
   *
   * <p>Immutable.
   *
   * @param bindAddress a name or an address of this machine
   * @param port 0 for any that is free
   * @param root the directory
   */
  record Place(String bindAddress, int port, Path root) {}
}
