package passerelle.http1;

import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.ExchangeState;
import passerelle.http.Progress;
import passerelle.http.Request;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.reactor.Protocol;
import passerelle.wire.Deadline;
import passerelle.wire.Input;
import passerelle.wire.OriginServer;
import passerelle.wire.Patience;
import passerelle.wire.Port;
import passerelle.wire.Staging;
import passerelle.wire.TurnRequest;

/**
 * One HTTP/1.1 connection: reads requests and sends their responses, in order. {@link Phase} says
 * what is special about each of its phases, ARCHITECTURE.md draws how they follow each other.
 *
 * <p><b>How it runs.</b> Every event (readable, writable, again, a deadline, a record that a
 * handler made outside of a turn) notes what it brought and calls {@link #pull}. That takes one
 * step of the current phase after the other until nothing changes. Then it flushes what the steps
 * staged, and sets interest and deadline from the phase's row: no event decides on its own.
 *
 * <p><b>Why every connection ends.</b> A wait begins with its phase. Octets that come postpone the
 * end of content alone, at a bounded rate, and no other wait. The way back to an earlier phase
 * leads through an exchange that was answered.
 *
 * <p>Confined to the loop thread.
 */
public final class Http1Connection implements Protocol {
  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

  private final OriginServer server;
  private final Patience patience;
  private final Port port;
  private final Input input;
  private final Staging staging;
  private final Request request;
  private final ExchangeState state;
  private final Dispatch dispatch;
  private final HeadReader head;
  private final ContentReader content;
  private final ResponseSender sender;
  private final Presence presence;
  private final Deadline deadline;
  private final TurnRequest wakeUp;
  private Phase phase = Phase.IDLE;

  /** Whether the request under way was read to its end and is the last, as its client says. */
  private boolean isClientsLast;

  /** A connection that waits for its first request. */
  Http1Connection(Http1 http1, Port port) {
    this.server = http1.server;
    this.patience = server.limits().patience();
    this.port = port;
    this.input = new Input(port, server);
    this.staging = new Staging(port.transport(), server.buffers());
    this.request = new Request(port.remoteAddress(), port.localAddress());
    this.wakeUp = new TurnRequest(server.loop(), this::pull);
    this.state = new ExchangeState(wakeUp::call);
    this.dispatch = new Dispatch(http1, input, request, state);
    this.head = new HeadReader(input, new RequestParser(request, server.limits()));
    this.content = dispatch.content();
    this.sender = new ResponseSender(staging, http1.heads, server.clock());
    this.presence = new Presence(port.transport(), staging, server.clock());
    this.deadline = new Deadline(server.clock(), patience);
    deadline.within(patience.headTime().toNanos()); // who connects has a request at hand
    port.deadline(deadline.nanos(false));
  }

  Phase phase() {
    return phase;
  }

  @Override
  public void onReadable() {
    try {
      int octets = input.fill();
      if (phase == Phase.READ_CONTENT && octets > 0) {
        deadline.received(octets);
      }
    } catch (IOException e) {
      close("reading", e);
      return;
    }
    onAgain();
  }

  @Override
  public void onWritable() {
    staging.full(false);
    onAgain();
  }

  @Override
  public void onAgain() {
    head.newTurn();
    pull();
  }

  @Override
  public void onDeadline() {
    if (staging.isFull()) {
      deadline.look();
      onWritable(); // there may be room of which the system has not told yet
      if (staging.isFull() && deadline.isReaderLate()) {
        port.close(); // a client that does not read would not read an error either
      }
      return;
    }
    Status status = phase.waiting.onDeadline(content.isAccepting());
    if (status == null) {
      port.close();
      return;
    }
    if (phase == Phase.READ_CONTENT && state.isAnswered()) {
      respond(true); // the content that is late is nobody's: the answer does not depend on it
    } else {
      answerInstead(status);
    }
    pull();
  }

  @Override
  public void onTick() {
    try {
      if (isClientAsked() || wakeUp.isCalled()) {
        pull();
      }
    } catch (IOException e) {
      close("asking whether its client is there", e);
    }
  }

  /** Looks after a client that waits; returns whether something was staged for it. */
  private boolean isClientAsked() throws IOException {
    boolean isBeforeHead = phase.waiting == Phase.Wait.ANSWER;
    if (!isBeforeHead && phase.waiting != Phase.Wait.BODY) {
      return false;
    }
    if (presence.isOver()) {
      port.close();
      return false;
    }
    return isBeforeHead ? presence.tryAskBeforeHead(request) : presence.tryAskWithin(sender);
  }

  @Override
  public void onDrain() {
    if (phase.drain == Phase.Drain.LAST_LOOK) {
      onReadable(); // what has come by now is answered
    } else if (phase.drain == Phase.Drain.CLOSE) {
      port.close();
    }
  }

  @Override
  public boolean isWaitingSince(long nanos) {
    return phase.isBeforeRequest() && staging.isEmpty() && deadline.isIdleSince(nanos);
  }

  @Override
  public void onClosed() {
    phase = Phase.CLOSED;
    // Each is released whatever became of the one before it.
    try {
      endExchange(false);
    } finally {
      try {
        input.release();
      } finally {
        staging.release();
      }
    }
  }

  private void pull() {
    if (phase == Phase.CLOSED) {
      return;
    }
    try {
      boolean isMoving = true;
      while (isMoving && phase != Phase.CLOSED) {
        wakeUp.take();
        takeRecords();
        isMoving = step() || wakeUp.isCalled();
      }
      settle();
    } catch (IOException e) {
      close("sending", e);
    } catch (RuntimeException | Error e) {
      port.fail(e);
    } finally {
      wakeUp.end();
    }
  }

  /** Takes up what the exchange's handler has asked for since the last step. */
  private void takeRecords() {
    dispatch.takeSink();
    if (state.isBroken()) {
      port.close();
    }
    if (state.takeDeferral() && phase == Phase.AWAIT_RESPONSE) {
      deadline.within(state.deferralNanos());
    }
    if (state.takeResumption() && phase == Phase.READ_CONTENT) {
      deadline.ofStall(); // it was the sink that made the client wait
    }
  }

  /** One step of the current phase; returns whether another may follow at once. */
  private boolean step() throws IOException {
    if (staging.isFull() && phase.restsWhileFull()) {
      return false;
    }
    return switch (phase) {
      case IDLE, READ_HEAD -> readHead();
      case READ_CONTENT -> readContent();
      case AWAIT_RESPONSE -> awaitResponse();
      case SEND_RESPONSE -> sendResponse();
      case END_OUTPUT -> endOutput();
      case LINGER -> linger();
      case CLOSED -> false;
    };
  }

  /** Writes what the steps staged, then waits for exactly what the phase needs. */
  private void settle() throws IOException {
    if (phase == Phase.CLOSED) {
      return;
    }
    boolean isSent = staging.flush();
    boolean isFull = staging.isFull();
    if (phase == Phase.IDLE && isSent && server.isDraining()) {
      port.close();
      return;
    }
    if (phase == Phase.IDLE && !isFull && !input.hasUnread()) {
      head.rest();
    }
    boolean canRead = !input.isEnded() && input.hasRoom();
    boolean isRead = canRead && phase.reading.isNow(isFull, content.isAccepting());
    port.interest(isRead, isFull);
    presence.heard(isRead || isFull);
    deadline.sent(staging.takeWritten(), isFull || sender.hasMore());
    port.deadline(deadline.nanos(isFull));
  }

  private void go(Phase following) {
    assert phase.mayBecome(following) : phase + " to " + following;
    phase = following;
    deadline.within(phase.waiting.nanos(patience, state.deferralNanos()));
  }

  private boolean readHead() throws IOException {
    if (!input.hasUnread()) {
      return endIfInputEnded();
    }
    if (head.hasHadItsShare()) {
      port.again();
      return false;
    }
    if (phase == Phase.IDLE) {
      head.begin();
    }
    RequestParser.Outcome outcome = head.read();
    if (phase == Phase.IDLE && (head.hasBegun() || outcome == RequestParser.Outcome.REFUSED)) {
      go(Phase.READ_HEAD);
    }
    return switch (outcome) {
      case DONE -> beginExchange();
      case REFUSED -> answerInstead(head.refusal());
      case MORE -> endIfInputEnded();
    };
  }

  /** Closes if the client has ended its side and will send no more of what is needed. */
  private boolean endIfInputEnded() throws IOException {
    if (input.isEnded() && staging.flush()) {
      port.close();
    }
    return false;
  }

  private boolean beginExchange() throws IOException {
    Status refusal = dispatch.begin();
    if (refusal != null) {
      return answerInstead(refusal);
    }
    return content.isComplete() ? completeContent() : beginContent();
  }

  /**
   * Content is still to come: read it, or answer without it and close. While there is no answer and
   * nobody wants it, it stays where it is, and a client that waits for 100 waits on.
   */
  private boolean beginContent() throws IOException {
    boolean awaitsContinue = Expectation.isContinue(request) && !input.hasUnread();
    if (dispatch.isUndecided()) {
      go(Phase.AWAIT_RESPONSE);
    } else if (state.isAnswered() && (awaitsContinue || !content.isShort())) {
      respond(true);
    } else {
      if (awaitsContinue) {
        staging.tryStage(Expectation.FULFILMENT);
      }
      go(Phase.READ_CONTENT);
    }
    return true;
  }

  private boolean completeContent() {
    dispatch.completeContent();
    if (state.isAnswered()) {
      return respond(false);
    }
    if (phase != Phase.AWAIT_RESPONSE) {
      go(Phase.AWAIT_RESPONSE);
    }
    return true;
  }

  private boolean readContent() throws IOException {
    Status refusal = input.hasUnread() ? content.read() : null;
    if (state.isAnswered() && content.isWanted()) {
      content.abort();
      return respond(true);
    }
    if (refusal != null) {
      return answerInstead(refusal); // in place of an answer that stands ready, too
    }
    if (state.isAnswered() && !content.isShort()) {
      return respond(true); // some chunks have come, and more of them than is read for nobody
    }
    if (content.isComplete()) {
      return completeContent();
    }
    return !input.hasUnread() && endIfInputEnded();
  }

  private boolean awaitResponse() throws IOException {
    if (content.isComplete()) {
      return (state.isAnswered() || content.hasSink()) && completeContent();
    }
    return !dispatch.isUndecided() && beginContent();
  }

  private boolean answerInstead(Status status) {
    dispatch.answerInstead(status);
    return respond(true);
  }

  /** The answer is there: begins to send it. */
  private boolean respond(boolean isUnread) {
    Response response = dispatch.takeResponse();
    boolean isOffered = !isUnread && Persistence.isOffered(request);
    isClientsLast = !isUnread && !isOffered;
    sender.begin(response, isOffered && !server.isDraining() && !response.isLast());
    go(Phase.SEND_RESPONSE);
    return true;
  }

  private boolean sendResponse() throws IOException {
    Progress progress = sender.proceed(request, dispatch.response());
    if (progress == Progress.DONE) {
      endExchange(true);
      go(sender.isPersistent() && !server.isDraining() ? Phase.IDLE : Phase.END_OUTPUT);
      return true;
    }
    if (sender.hasMoved()) {
      deadline.within(state.deferralNanos()); // the producer has a limit of its own
    }
    if (progress == Progress.MORE) {
      port.again();
    } else if (progress == Progress.BLOCKED) {
      staging.full(true);
    }
    return false;
  }

  /**
   * Everything was said: ends the output, or closes at once if the client has nothing to lose. If
   * it was the server that chose the end, another request may be on its way or in the kernel.
   */
  private boolean endOutput() throws IOException {
    if (!staging.flush()) {
      return false;
    }
    port.transport().breaksOff(false); // all is said
    if (isClientsLast && !input.hasUnread()) {
      port.close();
      return false;
    }
    port.transport().shutdownOutput();
    go(Phase.LINGER);
    return true;
  }

  /** Drops what has come, and closes once the client has ended its side too. */
  private boolean linger() throws IOException {
    head.rest();
    return endIfInputEnded();
  }

  private void endExchange(boolean isSent) {
    try {
      dispatch.end(sender.contentOctets(), isSent);
    } finally {
      presence.heard(true); // whoever waits for the next answer has not waited yet
      sender.end();
    }
    deadline.idle();
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
