package passerelle.wire;

import java.net.InetSocketAddress;
import passerelle.io.Transport;
import passerelle.reactor.Connection;

/**
 * A {@link Port} over the reactor's connection.
 *
 * <p>Confined to the loop thread.
 *
 * @param connection an open connection
 */
public record SocketPort(Connection connection) implements Port {
  @Override
  public Transport transport() {
    return connection.transport();
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return connection.remoteAddress();
  }

  @Override
  public InetSocketAddress localAddress() {
    return connection.localAddress();
  }

  @Override
  public void interest(boolean read, boolean write) {
    connection.interest(read, write);
  }

  @Override
  public void deadline(long nanos) {
    connection.deadline(nanos);
  }

  @Override
  public void again() {
    connection.again();
  }

  @Override
  public void close() {
    connection.close();
  }

  @Override
  public void fail(Throwable fault) {
    connection.fail(fault);
  }
}
