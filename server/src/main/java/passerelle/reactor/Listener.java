package passerelle.reactor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.InheritedOptions;
import passerelle.io.Transport;
import passerelle.io.TransportFactory;

/**
 * The listening socket: accepts, up to the cap on connections, and backs off when descriptors or
 * memory run out.
 *
 * <p>At the cap a connection that has waited for a request for a while, idle or half-sent, makes
 * room for a new one, so that those who only hold connections cannot keep out those who use them.
 * If there is none, and when descriptors or memory have run out, the listener stops asking for
 * connections instead of spinning on them; clients wait in the kernel's backlog meanwhile. It asks
 * again when a connection has closed, and in any case after a second.
 *
 * <p>A client that is at its own limit is told so and let go at once.
 *
 * <p>Confined to the loop thread.
 */
public final class Listener implements Reactor.ReadyListener {
  private static final Logger log = LoggerFactory.getLogger(Listener.class);

  /** So that a storm of connections cannot keep the loop from those that are open. */
  private static final int ACCEPTS_PER_TURN = 64;

  private static final int BACKLOG = 4096;

  /**
   * Where the system cannot be told to hold less, from so many connections on a new one's socket
   * takes no more than this of an answer at once. Else it is megabytes, and a thousand readers that
   * do not read fill the memory for all sockets of the machine (decision D29).
   */
  private static final int CROWD = 128;

  private static final int CROWD_SEND_OCTETS = 256 * 1024;

  private static final int DISCARD_OCTETS = 4096;
  private static final int PROBE_MILLIS = 2000;

  /** Those below are for root alone on most systems. */
  private static final int FIRST_FREE_PORT = 1024;

  private final Reactor reactor;
  private final ConnectionList connections;
  private final Connection.Layers layers;
  private final ServerSocketChannel channel;
  private final SelectionKey key;
  private final boolean hasOptions;

  /** Whether connections come with {@link InheritedOptions}. */
  private boolean isInheriting;

  private final ByteBuffer discarded = ByteBuffer.allocateDirect(DISCARD_OCTETS);
  private boolean isPaused;

  /** Whether descriptors or memory have run out. */
  private boolean isShort;

  private long refused;

  /**
   * Where to listen.
   *
   * <p>Immutable.
   *
   * @param address with the port 0 for any free one
   * @param isShared whether other processes of the same user may listen there too ({@code
   *     SO_REUSEPORT}); the system then spreads new connections over all that do
   * @param transports what is put over each connection
   * @param options what connections inherit from the listening socket, as far as that can be had
   */
  public record Endpoint(
      InetSocketAddress address,
      boolean isShared,
      TransportFactory transports,
      InheritedOptions options) {
    /** A place where octets pass as they are, by the JDK's means alone. */
    public Endpoint(InetSocketAddress address, boolean isShared) {
      this(address, isShared, TransportFactory.PLAIN, InheritedOptions.NONE);
    }
  }

  /**
   * Binds and begins to accept; call it before the loop runs, or on the loop.
   *
   * @throws IOException if the address cannot be bound
   * @throws UnsupportedOperationException if it is to be shared and the system knows no such thing
   */
  public Listener(
      Reactor reactor,
      ConnectionList connections,
      Endpoint place,
      Connection.ProtocolFactory factory)
      throws IOException {
    this.reactor = reactor;
    this.connections = connections;
    this.layers = new Connection.Layers(place.transports(), factory);
    this.channel = ServerSocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      if (place.isShared()) {
        channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
      }
      channel.bind(place.address(), BACKLOG);
      this.hasOptions = place.options().trySet(localAddress());
      this.key = reactor.register(channel, SelectionKey.OP_ACCEPT, this);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
    connections.onRoom(this::resume);
    reactor.everySecond(this::onTick);
  }

  /** The address in use, with the port that the system chose if the asked one was 0. */
  public InetSocketAddress localAddress() throws IOException {
    return (InetSocketAddress) channel.getLocalAddress();
  }

  @Override
  public void onReady(SelectionKey ready) {
    boolean mayBeMore = true;
    for (int i = 0; i < ACCEPTS_PER_TURN && mayBeMore; i++) {
      // That one waits is certain only for the first: nobody makes room for those who may not come.
      mayBeMore = (i == 0 || !connections.isFull()) && tryAccept();
    }
    isInheriting = hasOptions; // who came in the moment before they were set is accepted by now
  }

  /** Accepts one connection, if one waits and there is room for it. */
  private boolean tryAccept() {
    if (connections.isFull() && !connections.tryMakeRoom(reactor.clock().nanos())) {
      pause();
      return false;
    }
    SocketChannel accepted;
    try {
      accepted = channel.accept();
    } catch (IOException e) {
      isShort = true;
      pause();
      log.warn("cannot accept a connection: {}; trying again in a second", e.getMessage());
      return false;
    } catch (Throwable e) {
      note("a connection could not be accepted", e);
      return false;
    }
    if (accepted != null) {
      open(accepted);
    }
    return accepted != null;
  }

  private boolean tryAcceptLast() {
    try {
      return tryAccept();
    } catch (Throwable e) {
      reactor.faults().note("a connection that waited could not be accepted", e);
      return true;
    }
  }

  /** A fault; if it is that memory has run out, those who wait do so until the next second. */
  private void note(String place, Throwable fault) {
    reactor.faults().note(place, fault);
    if (fault instanceof OutOfMemoryError) {
      isShort = true;
      pause();
    }
  }

  private void open(SocketChannel accepted) {
    try {
      accepted.configureBlocking(false);
      if (!connections.hasRoomFor((InetSocketAddress) accepted.getRemoteAddress())) {
        refuse(accepted);
        return;
      }
      if (!isInheriting) {
        setOptions(accepted);
      }
      Connection connection = new Connection(reactor, connections, accepted, layers);
      try {
        connections.add(connection);
      } catch (Throwable e) {
        connection.close();
        throw e;
      }
    } catch (IOException e) {
      // The client was gone before we looked; there is nobody to answer.
      closeQuietly(accepted);
      log.debug("a connection ended while it was accepted", e);
    } catch (Throwable e) {
      note("a connection could not be opened and is closed", e);
      closeQuietly(accepted);
    }
  }

  /** What can be had of the {@link InheritedOptions} by the JDK's means. */
  private void setOptions(SocketChannel accepted) throws IOException {
    accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
    if (connections.size() >= CROWD) {
      accepted.setOption(StandardSocketOptions.SO_SNDBUF, CROWD_SEND_OCTETS);
    }
  }

  /**
   * What has come is read first: closing over it would be a reset, which could overtake the answer.
   */
  private void refuse(SocketChannel accepted) throws IOException {
    refused++;
    Transport transport = layers.transports().over(accepted);
    transport.write(layers.protocols().refusal());
    transport.read(discarded.clear());
    transport.close();
  }

  private void closeQuietly(SocketChannel accepted) {
    try {
      accepted.close();
    } catch (IOException e) {
      log.debug("closing a connection that was never used", e);
    } catch (Throwable e) {
      reactor.faults().note("a connection that was never used could not be closed", e);
    }
  }

  private void pause() {
    if (key.isValid()) {
      isPaused = true;
      key.interestOps(0);
    }
  }

  private void resume() {
    if (isPaused && !isShort && key.isValid()) {
      key.interestOps(0); // if the last try failed, the key believes what the system never heard
      key.interestOps(SelectionKey.OP_ACCEPT);
      isPaused = false;
    }
  }

  private void onTick() {
    isShort = false;
    resume();
    if (refused > 0) {
      log.warn("connections refused, for their clients hold as many as they may: {}", refused);
      refused = 0;
    }
  }

  /** The listener goes on. */
  @Override
  public void onFault() {}

  /**
   * Stops listening; connections that are open stay open. Those that wait to be accepted are, as
   * far as there is room for them, since the system would reset them, even where another process
   * listens on the same port.
   */
  public void close() {
    boolean mayBeMore = channel.isOpen();
    try (channel) {
      if (mayBeMore) {
        key.cancel();
        reactor.forgetCancelled(); // else the system would go on queuing behind our last accept
      }
      for (int i = 0; i < BACKLOG && mayBeMore; i++) {
        mayBeMore = tryAcceptLast();
      }
    } catch (IOException e) {
      log.warn("closing the listening socket: {}", e.getMessage());
    }
  }

  /**
   * Whether it is the port, taken by another program, that keeps an address from being listened on.
   * The system's message would say so, but in the language of the environment. May wait a moment.
   */
  public static boolean isTaken(InetSocketAddress wanted) {
    try (ServerSocketChannel any = ServerSocketChannel.open()) {
      any.bind(new InetSocketAddress(wanted.getAddress(), 0));
    } catch (IOException e) {
      return false; // no port of this address can be had
    }
    try (Socket client = new Socket()) {
      client.connect(wanted, PROBE_MILLIS);
      return true; // a port for root alone may be taken too
    } catch (IOException e) {
      return wanted.getPort() >= FIRST_FREE_PORT;
    }
  }
}
