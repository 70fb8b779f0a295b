package passerelle.io;

import java.io.IOException;
import java.nio.channels.SocketChannel;

/**
 * Puts a transport over each new connection of a listening socket.
 *
 * <p>Confined to the loop thread.
 */
public interface TransportFactory {
  /** Octets as they are. */
  TransportFactory PLAIN = socket -> new SocketTransport(socket, PeerWatch.NONE, Cork.NONE);

  /**
   * A transport that owns a socket, which is in non-blocking mode, from now on.
   *
   * @throws IOException if the socket cannot be used; the caller still owns it
   */
  Transport over(SocketChannel socket) throws IOException;
}
