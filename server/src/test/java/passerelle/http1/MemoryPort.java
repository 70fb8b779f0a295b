package passerelle.http1;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;
import passerelle.io.MemoryTransport;
import passerelle.io.Transport;
import passerelle.reactor.Protocol;
import passerelle.wire.Port;

/** A {@link Port} that remembers what the machine waits for. */
final class MemoryPort implements Port {
  private final MemoryTransport transport;
  private @Nullable Protocol protocol;
  private boolean reads = true;
  private boolean writes;
  private boolean again;
  private boolean closed;
  private @Nullable Throwable fault;
  private long deadline = Long.MAX_VALUE;

  MemoryPort(MemoryTransport transport) {
    this.transport = transport;
  }

  /** The protocol to tell when it is closed. */
  void attach(Protocol value) {
    protocol = value;
  }

  boolean reads() {
    return reads && !closed;
  }

  boolean writes() {
    return writes && !closed;
  }

  boolean takeAgain() {
    boolean was = again && !closed;
    again = false;
    return was;
  }

  boolean isClosed() {
    return closed;
  }

  /** What it was closed for; null if for no fault. */
  @Nullable Throwable fault() {
    return fault;
  }

  /** When the deadline is due; {@link Long#MAX_VALUE} for never. */
  long deadline() {
    return deadline;
  }

  /** Takes the deadline if it has passed, as the sweep does. */
  boolean takeDeadline(long nowNanos) {
    if (closed || deadline == Long.MAX_VALUE || nowNanos - deadline < 0) {
      return false;
    }
    deadline = Long.MAX_VALUE;
    return true;
  }

  @Override
  public Transport transport() {
    return transport;
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return Head.REMOTE;
  }

  @Override
  public InetSocketAddress localAddress() {
    return Head.LOCAL;
  }

  @Override
  public void interest(boolean read, boolean write) {
    reads = read;
    writes = write;
  }

  @Override
  public void deadline(long nanos) {
    deadline = nanos;
  }

  @Override
  public void again() {
    again = true;
  }

  @Override
  public void fail(Throwable cause) {
    fault = cause;
    close();
  }

  @Override
  public void close() {
    if (!closed) {
      closed = true;
      transport.close();
      if (protocol != null) {
        protocol.onClosed();
      }
    }
  }
}
