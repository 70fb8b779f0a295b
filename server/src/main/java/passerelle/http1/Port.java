package passerelle.http1;

import java.net.InetSocketAddress;
import passerelle.io.Transport;

/**
 * What the HTTP/1.1 machine needs of the connection under it; tests give it one without a socket.
 *
 * <p>Confined to the loop thread.
 */
interface Port {
  Transport transport();

  InetSocketAddress remoteAddress();

  InetSocketAddress localAddress();

  /** Sets what to wait for. */
  void interest(boolean read, boolean write);

  /** Sets when {@code onDeadline} is due, on the loop's clock. */
  void deadline(long nanos);

  /** Asks for {@code onAgain} at the end of this turn. */
  void again();

  /** Closes; {@code onClosed} follows before this returns. */
  void close();
}
