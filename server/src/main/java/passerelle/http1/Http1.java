package passerelle.http1;

import java.nio.ByteBuffer;
import passerelle.http.Refusal;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.reactor.Connection;
import passerelle.reactor.Protocol;
import passerelle.wire.OriginServer;
import passerelle.wire.SocketPort;

/**
 * HTTP/1.1 as the protocol of a server's connections.
 *
 * <p>Confined to the loop thread.
 */
public final class Http1 implements Connection.ProtocolFactory {
  final OriginServer server;
  final HeadWriter heads;

  /** The connections of a server. */
  public Http1(OriginServer server) {
    this.server = server;
    this.heads = new HeadWriter(server.defaults().fields());
  }

  @Override
  public Protocol newProtocol(Connection connection) {
    return new Http1Connection(this, new SocketPort(connection));
  }

  @Override
  public ByteBuffer refusal() {
    Response response = new Response();
    Refusal.of(Status.TOO_MANY_REQUESTS).andClose().addTo(response);
    ByteBuffer head = ByteBuffer.allocate(heads.bound(response));
    heads.renderFor(server.clock().epochMillis());
    heads.write(head, response, 0, false, HeadWriter.ConnectionOption.CLOSE);
    return head.flip();
  }
}
