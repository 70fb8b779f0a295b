package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import passerelle.http.Exchange;
import passerelle.http.FieldBlock;
import passerelle.http.Handler;
import passerelle.http.Refusal;
import passerelle.http.Response;
import passerelle.io.MemoryTransport;
import passerelle.io.QueuedLoop;
import passerelle.pages.ErrorPages;
import passerelle.reactor.LoopClock;
import passerelle.wire.AnswerDefaults;
import passerelle.wire.Limits;
import passerelle.wire.OriginServer;

/**
 * One {@link Http1Connection} on a test bench: no socket, no thread, a clock that is set by hand.
 *
 * <p>{@link #close} closes the connection and checks that nothing is left over.
 */
final class Rig implements AutoCloseable {
  /** The Date of every response, so that outputs can be compared. */
  static final String DATE = "Sun, 06 Nov 1994 08:49:37 GMT";

  private static final long EPOCH_MILLIS = 784111777_000L;
  private static final int TOO_MANY_TURNS = 300_000;

  final MemoryTransport transport = new MemoryTransport();
  final MemoryPort port = new MemoryPort(transport);
  final QueuedLoop loop = new QueuedLoop();
  final OriginServer server;

  /** Whether neither a page can be rendered nor a task posted to the loop. */
  boolean isOutOfMemory;

  /** One line for every exchange that ended: method, target, status, octets of content. */
  final List<String> ended = new ArrayList<>();

  /** The host that each of these asked for, as it was understood. */
  final List<String> hosts = new ArrayList<>();

  private final Http1Connection connection;
  private final LoopClock clock;
  private long nanos = 5_000_000_000L;
  private int handled;

  Rig(Handler handler) {
    this(handler, Limits.standard());
  }

  Rig(Handler handler, Limits limits) {
    clock = new LoopClock(() -> nanos, () -> EPOCH_MILLIS);
    Handler counting =
        exchange -> {
          handled++;
          handler.handle(exchange);
        };
    AnswerDefaults defaults = new AnswerDefaults(FieldBlock.EMPTY, this::addPage);
    OriginServer.Surroundings surroundings =
        new OriginServer.Surroundings(this::onEnd, this::post, clock);
    server = new OriginServer(counting, defaults, limits, surroundings);
    connection = new Http1Connection(new Http1(server), port);
    port.attach(connection);
  }

  private void addPage(Response response, Refusal refusal) {
    failIfOutOfMemory();
    new ErrorPages().addTo(response, refusal);
  }

  private void post(Runnable task) {
    failIfOutOfMemory();
    loop.execute(task);
  }

  private void failIfOutOfMemory() {
    if (isOutOfMemory) {
      throw new OutOfMemoryError("for a test");
    }
  }

  private void onEnd(Exchange exchange, long contentOctets) {
    hosts.add(exchange.request().authority().toString());
    ended.add(
        exchange.request().method()
            + " "
            + exchange.request().targetAsSent()
            + " "
            + exchange.response().status().code()
            + " "
            + contentOctets);
  }

  /** A segment arrives, and everything runs that can. */
  Rig send(String octets) {
    transport.offer(octets);
    return run();
  }

  /** The client ends its side. */
  Rig endInput() {
    transport.endInput();
    return run();
  }

  /** Runs the loop until nothing is ready. */
  Rig run() {
    int turns = 0;
    while (turn()) {
      assertTrue(++turns < TOO_MANY_TURNS, "the machine spins without end");
    }
    return this;
  }

  /** One turn as the reactor makes it; returns whether anything happened. */
  boolean turn() {
    boolean moved = false;
    if (port.writes() && transport.drain()) {
      connection.onWritable();
      moved = true;
    }
    if (port.reads() && transport.isReadable()) {
      connection.onReadable();
      moved = true;
    }
    moved |= loop.runAll();
    if (port.takeAgain()) {
      connection.onAgain();
      moved = true;
    }
    return moved;
  }

  /** One readable event, whether or not it brings anything, and nothing after it. */
  void readableOnce() {
    connection.onReadable();
  }

  /** Time passes, second by second, with a sweep and then a run for each. */
  Rig pass(int seconds) {
    for (int i = 0; i < seconds; i++) {
      passWithoutRunning(1);
      run();
    }
    return this;
  }

  /** Time passes while sockets are neither readable nor writable. */
  void passWithoutRunning(int seconds) {
    for (int i = 0; i < seconds; i++) {
      nanos += 1_000_000_000L;
      clock.update();
      if (port.takeDeadline(nanos)) {
        connection.onDeadline();
      }
      if (!port.isClosed()) {
        connection.onTick();
      }
    }
  }

  /** The server begins to shut down. */
  Rig drain() {
    server.drain();
    connection.onDrain();
    return run();
  }

  String output() {
    return transport.output();
  }

  /** The output with everything but status lines and content taken away, for short expectations. */
  String brief() {
    return Answers.brief(output());
  }

  Phase phase() {
    return connection.phase();
  }

  boolean isClosed() {
    return port.isClosed();
  }

  int buffers() {
    return server.buffers().outstanding() + server.largeBuffers().outstanding();
  }

  void assertOpenAndIdle() {
    assertFalse(port.isClosed(), "the connection is closed");
    assertTrue(port.reads(), "the connection does not wait for a request");
    assertFalse(port.writes(), "the connection waits to write");
    assertEquals(0, buffers(), "buffers held while idle");
  }

  /** What comes now is dropped, and the connection closes once the client ends its side. */
  void assertLingers() {
    assertEquals(Phase.LINGER, phase());
    assertTrue(transport.isOutputEnded(), "the client cannot see that there will be no more");
    int answered = ended.size();
    send("GET /dropped HTTP/1.1\r\nHost: a\r\n\r\n");
    assertFalse(isClosed(), "a reset could destroy the last answer on its way");
    endInput();
    assertClosed();
    assertEquals(answered, ended.size(), "a request behind the last was handled");
  }

  void assertClosed() {
    assertTrue(port.isClosed(), () -> "the connection is open after " + output());
    assertEquals(0, buffers(), "buffers held after close");
  }

  @Override
  public void close() {
    port.close();
    loop.runAll();
    assertEquals(0, buffers(), "buffers held after close");
    assertTrue(handled <= ended.size(), "an exchange was begun and never ended");
  }
}
