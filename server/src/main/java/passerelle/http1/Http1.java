package passerelle.http1;

import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import passerelle.http.ExchangeListener;
import passerelle.http.Handler;
import passerelle.http.Refusal;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.io.BufferPool;
import passerelle.reactor.Connection;
import passerelle.reactor.LoopClock;
import passerelle.reactor.Protocol;
import passerelle.wire.AnswerDefaults;
import passerelle.wire.Limits;
import passerelle.wire.SocketPort;

/**
 * What all HTTP/1.1 connections of one server share: the handler, the limits, the buffers.
 *
 * <p>Confined to the loop thread.
 */
public final class Http1 implements Connection.ProtocolFactory {
  final Handler handler;
  final Limits limits;
  final ExchangeListener listener;
  final Executor loop;
  final LoopClock clock;
  final BufferPool buffers;
  final AnswerDefaults defaults;
  final HeadWriter heads;
  private boolean draining;

  /** Connections that ask {@code handler} and tell {@code listener}. */
  public Http1(
      Handler handler,
      AnswerDefaults defaults,
      Limits limits,
      ExchangeListener listener,
      Executor loop,
      LoopClock clock) {
    this.handler = handler;
    this.defaults = defaults;
    this.heads = new HeadWriter(defaults.fields());
    this.limits = limits;
    this.listener = listener;
    this.loop = loop;
    this.clock = clock;
    this.buffers = new BufferPool(limits.bufferOctets(), 256);
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
    heads.renderFor(clock.epochMillis());
    heads.write(head, response, 0, false, HeadWriter.ConnectionOption.CLOSE);
    return head.flip();
  }

  /** From now on every response closes its connection. */
  public void drain() {
    draining = true;
  }

  boolean isDraining() {
    return draining;
  }

  /** The pool of input and output buffers. */
  public BufferPool buffers() {
    return buffers;
  }
}
