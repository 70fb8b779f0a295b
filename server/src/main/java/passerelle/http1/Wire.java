package passerelle.http1;

import java.util.concurrent.Executor;
import passerelle.http.ExchangeListener;
import passerelle.http.Handler;
import passerelle.io.BufferPool;
import passerelle.reactor.Connection;
import passerelle.reactor.LoopClock;
import passerelle.reactor.Protocol;

/**
 * What all HTTP/1.1 connections of one server share: the handler, the limits, the buffers.
 *
 * <p>Confined to the loop thread.
 */
public final class Wire implements Connection.ProtocolFactory {
  final Handler handler;
  final Limits limits;
  final ExchangeListener listener;
  final Executor loop;
  final LoopClock clock;
  final BufferPool buffers;
  final HeadWriter heads = new HeadWriter();
  private boolean draining;

  /** Connections that ask {@code handler} and tell {@code listener}. */
  public Wire(
      Handler handler, Limits limits, ExchangeListener listener, Executor loop, LoopClock clock) {
    this.handler = handler;
    this.limits = limits;
    this.listener = listener;
    this.loop = loop;
    this.clock = clock;
    this.buffers = new BufferPool(Limits.BUFFER_OCTETS, 256);
  }

  @Override
  public Protocol newProtocol(Connection connection) {
    return new Http1Connection(this, new SocketPort(connection));
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
