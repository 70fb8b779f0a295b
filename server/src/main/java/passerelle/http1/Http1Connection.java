package passerelle.http1;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Status;
import passerelle.reactor.Protocol;
import passerelle.wire.Input;
import passerelle.wire.Port;
import passerelle.wire.Staging;

/**
 * One HTTP/1.1 connection: the machine that reads requests and sends their responses, in order.
 *
 * <h2>The machine</h2>
 *
 * <pre>
 *                    head complete,          content complete,
 *                    content follows         no response yet
 *   ┌──► READ_HEAD ───────────────► READ_CONTENT ───────────► AWAIT_RESPONSE
 *   │     │    │ deferred, content    │      ▲ wanted now        │
 *   │     │    │ absent or not wanted │      │                  │ a worker answers,
 *   │     │    └──────────────────────┼──► AWAIT_RESPONSE       │ or its time is over
 *   │     │ no content, answered;     │ answered; or refused    │
 *   │     │ or refused                ▼                         │
 *   │     └─────────────────────► SEND_RESPONSE ◄───────────────┘
 *   │            persistent         │    │
 *   └───────────────────────────────┘    │ not persistent
 *                                        ▼
 *                                      LINGER ──► CLOSED
 * </pre>
 *
 * <p>Any phase may go to CLOSED: the client is gone, a deadline has passed, the server stops.
 *
 * <p><b>How it runs.</b> Every event (readable, writable, again, an answer, a deadline) notes what
 * it brought and calls {@link #advance}. That runs one step of the current phase after the other
 * until nothing changes; then it flushes what the steps staged, and recomputes interest and
 * deadline from the phase alone. No event handler decides on its own what to wait for, so there is
 * one place where a connection could fall asleep for ever, and it is twenty lines long. The steps
 * themselves are in {@link Machine}.
 *
 * <p><b>Content that nobody asked for yet.</b> A handler that first has to ask a worker leaves the
 * request's content where it is, in the input buffer and on the client's side, and asks for it
 * later, or never. Only then a client that waits for 100 is told to go on.
 *
 * <p><b>Pipelining.</b> A request that is already in the buffer is answered in the same turn, and
 * its answer joins the same write, sixteen at most; then others have their turn. While output is
 * blocked no further request is read.
 *
 * <p><b>Half-closed clients.</b> The end of input does not mean that the client is gone: it may
 * have ended only its side ({@code nc -N}) and still be waiting. While a worker prepares an answer
 * for such a client, an interim response 102 asks the network once a second: a client that waits
 * skips it (RFC 9110 §15.2), one that is gone answers with a reset, and its script is stopped.
 *
 * <p><b>Early answers.</b> A response that is sent before the request was read to its end closes
 * the connection lingeringly (RFC 9112 §9.6): output ends, input is discarded for a while, so that
 * no reset destroys the answer on its way.
 *
 * <p>Confined to the loop thread.
 */
public final class Http1Connection implements Protocol {
  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

  /** Ticks between the end of input and the first interim response. */
  private static final int TICKS_BEFORE_PROBE = 2;

  private final Port port;
  private final Input input;
  private final Staging staging;
  private final Machine machine;
  private boolean isAdvancing;
  private int ticksSinceInputEnded;

  /** A connection that waits for its first request. */
  Http1Connection(Http1 http1, Port port) {
    this.port = port;
    this.input = new Input(port.transport(), http1.buffers);
    this.staging = new Staging(port.transport(), http1.buffers);
    this.machine = new Machine(http1, port, input, staging, this::advance);
    port.deadline(machine.deadlineNanos());
  }

  @Override
  public void onReadable() {
    try {
      machine.inputCame(input.fill());
    } catch (IOException e) {
      close("reading", e);
      return;
    }
    machine.newTurn(false);
    advance();
  }

  @Override
  public void onWritable() {
    machine.newTurn(true);
    advance();
  }

  @Override
  public void onAgain() {
    machine.newTurn(false);
    advance();
  }

  @Override
  public void onDeadline() {
    if (machine.isBlocked()) {
      port.close(); // a client that does not read would not read an error either
      return;
    }
    switch (machine.phase()) {
      case READ_HEAD -> {
        if (machine.isInsideHead()) {
          machine.refuse(Status.REQUEST_TIMEOUT);
        } else {
          port.close();
        }
      }
      case READ_CONTENT ->
          machine.answerInstead(
              machine.acceptsContent() ? Status.REQUEST_TIMEOUT : Status.SERVICE_UNAVAILABLE);
      case AWAIT_RESPONSE -> machine.answerInstead(Status.GATEWAY_TIMEOUT);
      case SEND_RESPONSE, LINGER, CLOSED -> port.close();
    }
    advance();
  }

  @Override
  public void onTick() {
    if (machine.phase() != Phase.AWAIT_RESPONSE || !input.isEnded()) {
      ticksSinceInputEnded = 0;
    } else if (++ticksSinceInputEnded >= TICKS_BEFORE_PROBE) {
      try {
        machine.probe();
      } catch (IOException e) {
        close("probing", e);
      }
      advance();
    }
  }

  @Override
  public void onDrain() {
    if (machine.phase() == Phase.LINGER) {
      port.close();
    } else if (machine.isIdle()) {
      onReadable(); // a request that has come by now is answered
      if (machine.isIdle()) {
        port.close();
      }
    }
  }

  @Override
  public boolean isWaitingSince(long nanos) {
    return machine.isWaitingSince(nanos);
  }

  @Override
  public void onClosed() {
    // Each is released whatever became of the one before it.
    try {
      machine.close();
    } finally {
      try {
        input.release();
      } finally {
        staging.release();
      }
    }
  }

  private void advance() {
    if (isAdvancing || machine.phase() == Phase.CLOSED) {
      return;
    }
    isAdvancing = true;
    try {
      boolean isMoving = true;
      while (isMoving && machine.phase() != Phase.CLOSED) {
        isMoving = machine.step();
      }
      settle();
    } catch (IOException e) {
      close("sending", e);
    } catch (RuntimeException | Error e) {
      port.close();
      log.error("the connection with {} is closed for a fault", port.remoteAddress(), e);
    } finally {
      isAdvancing = false;
    }
  }

  /** Writes what the steps staged, then waits for exactly what the phase needs. */
  private void settle() throws IOException {
    if (machine.phase() == Phase.CLOSED) {
      return;
    }
    machine.flush();
    boolean isBlocked = machine.isBlocked();
    if (machine.phase() == Phase.READ_HEAD && !input.hasUnread() && !isBlocked) {
      machine.rest();
    }
    boolean canRead = !input.isEnded() && input.hasRoom();
    boolean reads =
        switch (machine.phase()) {
          case READ_HEAD, SEND_RESPONSE -> canRead && !isBlocked;
          case READ_CONTENT -> canRead && machine.acceptsContent();
          case AWAIT_RESPONSE -> canRead;
          case LINGER -> canRead && machine.isOutputEnded();
          case CLOSED -> false;
        };
    port.interest(reads, isBlocked);
    port.deadline(machine.deadlineNanos());
  }

  private void close(String activity, IOException e) {
    log.debug("the connection with {} ended while {}", port.remoteAddress(), activity, e);
    try {
      // If a body failed, and not the socket, its client shall see how far it came.
      staging.flush();
    } catch (IOException alsoFailed) {
      log.debug("and its last octets could not be sent", alsoFailed);
    }
    port.close();
  }
}
