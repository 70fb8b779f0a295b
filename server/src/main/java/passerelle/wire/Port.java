package passerelle.wire;

import java.net.InetSocketAddress;
import passerelle.io.Transport;

/**
 * What an HTTP connection needs of the one under it; tests give it one without a socket.
 *
 * <p>Confined to the loop thread.
 */
public interface Port {
  /** The octets. */
  Transport transport();

  /** The client's address. */
  InetSocketAddress remoteAddress();

  /** The address that the client connected to. */
  InetSocketAddress localAddress();

  /** Sets what to wait for. */
  void interest(boolean read, boolean write);

  /** Sets when {@code onDeadline} is due, on the loop's clock. */
  void deadline(long nanos);

  /** Asks for {@code onAgain} at the end of this turn. */
  void again();

  /** Closes; {@code onClosed} follows before this returns. */
  void close();

  /** The same for a fault, which the log is told of; out of memory too. */
  void fail(Throwable fault);
}
