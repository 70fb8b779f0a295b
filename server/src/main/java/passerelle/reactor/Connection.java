package passerelle.reactor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;
import passerelle.io.Transport;
import passerelle.io.TransportFactory;

/**
 * One accepted socket: its key, its deadline, its place in the list, the transport over it, and the
 * protocol that the transport carries.
 *
 * <p>It owns the socket. A fault in what it runs costs this connection only. Interest is changed
 * only when it differs, so that an exchange that is answered at once touches the key not at all.
 *
 * <p>Confined to the loop thread.
 */
public final class Connection implements Reactor.ReadyListener {
  /** The deadline of a connection that has none. */
  public static final long NO_DEADLINE = Long.MAX_VALUE;

  private final Reactor reactor;
  private final ConnectionList list;
  private final Transport transport;
  private final InetSocketAddress remoteAddress;
  private final InetSocketAddress localAddress;
  private final SelectionKey key;
  private final Protocol protocol;
  private final Runnable againTask = this::runAgain;
  private int interest;
  private long deadlineNanos = NO_DEADLINE;
  private boolean waitsForAgain;
  private boolean closed;

  /** What its client is counted by, kept by the {@link ConnectionList}. */
  ClientCounts.@Nullable Client client;

  /** Its index in the {@link ConnectionList}, kept by that list. */
  int index = -1;

  /** A connection over a socket that was just accepted: the transport first, then its protocol. */
  Connection(Reactor reactor, ConnectionList list, SocketChannel channel, Layers layers)
      throws IOException {
    this.reactor = reactor;
    this.list = list;
    this.transport = layers.transports.over(channel);
    this.remoteAddress = (InetSocketAddress) channel.getRemoteAddress();
    this.localAddress = (InetSocketAddress) channel.getLocalAddress();
    this.interest = transport.operations(true, false);
    this.key = reactor.register(channel, interest, this);
    this.protocol = layers.protocols.newProtocol(this);
  }

  /**
   * What a connection is made of, from below.
   *
   * <p>Immutable.
   */
  public record Layers(TransportFactory transports, ProtocolFactory protocols) {}

  /** Makes the protocol of a new connection, whose transport may have been told which one. */
  public interface ProtocolFactory {
    /** A protocol that will use this connection and nothing else. */
    Protocol newProtocol(Connection connection);

    /** What a client that holds too many connections is told before another one is closed. */
    default ByteBuffer refusal() {
      return ByteBuffer.allocate(0);
    }
  }

  /** The octets. */
  public Transport transport() {
    return transport;
  }

  /** The client's address. */
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** The address that the client connected to. */
  public InetSocketAddress localAddress() {
    return localAddress;
  }

  /** Sets what the protocol waits for; the transport says what that is at the socket. */
  public void interest(boolean wantsToRead, boolean wantsToWrite) {
    int operations = transport.operations(wantsToRead, wantsToWrite);
    if (operations != interest && !closed) {
      interest = operations;
      key.interestOps(operations);
    }
  }

  /** Sets when {@link Protocol#onDeadline} is due, in the loop clock's nanoseconds. */
  public void deadline(long nanos) {
    deadlineNanos = nanos;
  }

  /** Asks for {@link Protocol#onAgain} at the end of this turn or the next. */
  public void again() {
    if (!waitsForAgain && !closed) {
      reactor.again(againTask); // first, for it may fail for want of memory
      waitsForAgain = true;
    }
  }

  private void runAgain() {
    waitsForAgain = false;
    if (!closed) {
      try {
        protocol.onAgain();
      } catch (Throwable e) {
        fail(e);
      }
    }
  }

  /**
   * Closes for a fault, which the log is told of within a second. If memory has run out, the
   * reserve is let go before: to close asks for memory.
   */
  public void fail(Throwable fault) {
    reactor.faults().note("a connection failed and is closed", fault);
    close();
  }

  /**
   * Closes the socket and tells the protocol; further calls do nothing. Each step is taken whatever
   * became of those before it, and none of them throws.
   */
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    closeSocket();
    try {
      list.remove(this);
    } catch (Throwable e) {
      reactor.faults().note("the room of a closed connection was not given away", e);
    }
    try {
      protocol.onClosed();
    } catch (Throwable e) {
      reactor.faults().note("a closed connection could not release everything", e);
    }
  }

  /** Out of memory, noting the first failure lets go of what the second try needs. */
  private void closeSocket() {
    if (!tryCloseSocket("a socket could not be closed and is closed again")) {
      tryCloseSocket("a socket could not be closed");
    }
  }

  private boolean tryCloseSocket(String failure) {
    try {
      key.cancel(); // closing would do so, but not if it failed before
      transport.close();
      return true;
    } catch (Throwable e) {
      reactor.faults().note(failure, e);
      return false;
    }
  }

  boolean isWaitingSince(long nanos) {
    return protocol.isWaitingSince(nanos);
  }

  @Override
  public void onReady(SelectionKey ready) {
    if (closed || !ready.isValid()) {
      return;
    }
    int operations = ready.readyOps();
    if ((operations & SelectionKey.OP_WRITE) != 0) {
      protocol.onWritable();
    }
    if ((operations & SelectionKey.OP_READ) != 0 && !closed) {
      protocol.onReadable();
    }
  }

  @Override
  public void onFault() {
    close();
  }

  /** The once-a-second visit; returns whether the deadline had passed. */
  boolean sweep(long nowNanos) {
    boolean isDue = deadlineNanos != NO_DEADLINE && nowNanos - deadlineNanos >= 0;
    try {
      if (isDue) {
        deadlineNanos = NO_DEADLINE;
        protocol.onDeadline();
      }
      if (!closed) {
        protocol.onTick();
      }
    } catch (Throwable e) {
      fail(e);
    }
    return isDue;
  }

  void drain() {
    try {
      protocol.onDrain();
    } catch (Throwable e) {
      fail(e);
    }
  }
}
