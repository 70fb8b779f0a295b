package passerelle.io;

import java.net.SocketAddress;

/**
 * Knows of a TCP connection what the socket does not say while nobody reads or writes it.
 *
 * <p>Confined to the loop thread.
 */
@FunctionalInterface
public interface PeerWatch {
  /** Knows nothing. */
  PeerWatch NONE = (local, remote) -> false;

  /**
   * Whether the connection was reset, or its peer is a process of this machine that has closed it.
   * False if nobody can tell. Does not wait.
   *
   * @param local this side's address, with its port
   * @param remote the peer's
   */
  boolean isGone(SocketAddress local, SocketAddress remote);
}
