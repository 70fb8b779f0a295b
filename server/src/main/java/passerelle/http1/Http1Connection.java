package passerelle.http1;

import java.io.IOException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.http.ResponseChannel;
import passerelle.http.Status;
import passerelle.io.Slice;
import passerelle.reactor.Protocol;

/**
 * One HTTP/1.1 connection: the machine that reads requests and sends their responses, in order.
 *
 * <h2>The machine</h2>
 *
 * <pre>
 *                    head complete,          content complete,
 *                    content follows         no response yet
 *   ┌──► READ_HEAD ───────────────► READ_CONTENT ───────────► AWAIT_RESPONSE
 *   │     │    │ no content,          │                         │
 *   │     │    │ deferred             │ content complete,       │ a worker answers,
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
 * one place where a connection could fall asleep for ever, and it is twenty lines long.
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
public final class Http1Connection implements Protocol, ResponseChannel {
  private static final Logger log = LoggerFactory.getLogger(Http1Connection.class);

  /** Pipelined requests that one connection has answered before others get their turn. */
  private static final int EXCHANGES_PER_TURN = 16;

  /** Unwanted content up to this length is read so that the connection can go on. */
  private static final long DISCARD_OCTETS = 64 * 1024;

  /** Ticks between the end of input and the first interim response. */
  private static final int TICKS_BEFORE_PROBE = 2;

  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final String PROCESSING = "HTTP/1.1 102 Processing\r\n\r\n";

  private final Wire wire;
  private final Port port;
  private final Request request;
  private final Exchange exchange;
  private final RequestParser parser;
  private final Input input;
  private final Staging staging;
  private final ContentReader content;
  private final ResponseSender sender;

  private Phase phase = Phase.READ_HEAD;
  private boolean isParsing;
  private boolean isAdvancing;
  private boolean isExchangeOpen;
  private boolean isContentWanted;
  private boolean isDeferred;
  private boolean isDiscarding;
  private boolean isPersistent;
  private boolean mustLinger;
  private boolean isOutputEnded;
  private boolean isBlocked;
  private int exchangesThisTurn;
  private int ticksSinceInputEnded;
  private long deferralNanos;
  private long phaseDeadline;

  /** A connection that waits for its first request. */
  Http1Connection(Wire wire, Port port) {
    this.wire = wire;
    this.port = port;
    this.request = new Request(port.remoteAddress(), port.localAddress());
    this.exchange = new Exchange(request, this, wire.loop);
    this.parser = new RequestParser(request, wire.limits);
    this.input = new Input(port.transport(), wire.buffers);
    this.staging = new Staging(port.transport(), wire.buffers);
    this.content = new ContentReader(input);
    this.sender = new ResponseSender(staging, wire.heads);
    expectWithin(wire.limits.headTime());
    port.deadline(phaseDeadline);
  }

  // ---- events -------------------------------------------------------------------------------

  @Override
  public void onReadable() {
    exchangesThisTurn = 0;
    try {
      if (!input.fill()) {
        return;
      }
    } catch (IOException e) {
      close("reading", e);
      return;
    }
    if (phase == Phase.READ_CONTENT) {
      expectWithin(wire.limits.contentTime());
    }
    advance();
  }

  @Override
  public void onWritable() {
    exchangesThisTurn = 0;
    isBlocked = false;
    advance();
  }

  @Override
  public void onAgain() {
    exchangesThisTurn = 0;
    advance();
  }

  @Override
  public void onResume() {
    advance();
  }

  @Override
  public void onDeadline() {
    switch (phase) {
      case READ_HEAD -> {
        if (isParsing && !isBlocked) {
          refuse(Status.REQUEST_TIMEOUT);
          advance();
        } else {
          port.close();
        }
      }
      case READ_CONTENT -> {
        content.abort();
        answerInstead(Status.REQUEST_TIMEOUT);
      }
      case AWAIT_RESPONSE -> answerInstead(Status.GATEWAY_TIMEOUT);
      case SEND_RESPONSE, LINGER, CLOSED -> port.close();
    }
  }

  @Override
  public void onTick() {
    if (phase != Phase.AWAIT_RESPONSE || !input.isEnded()) {
      ticksSinceInputEnded = 0;
    } else if (++ticksSinceInputEnded >= TICKS_BEFORE_PROBE && request.minorVersion() > 0) {
      stageInterim(PROCESSING);
      advance();
    }
  }

  @Override
  public void onDrain() {
    if (phase == Phase.LINGER || (phase == Phase.READ_HEAD && !isParsing && staging.isEmpty())) {
      port.close();
    }
  }

  @Override
  public void onClosed() {
    boolean wasOpen = isExchangeOpen;
    if (phase == Phase.READ_CONTENT) {
      content.abort();
    }
    phase = Phase.CLOSED;
    endExchange(wasOpen);
    input.release();
    staging.release();
  }

  // ---- what the exchange asks for ------------------------------------------------------------

  @Override
  public void onResponse() {
    isPersistent &= !wire.isDraining();
    sender.begin(exchange.response(), isPersistent);
    advance();
  }

  @Override
  public void onContentWanted(ContentSink sink) {
    isContentWanted = true;
    content.sink(sink);
  }

  @Override
  public void onDeferred(long timeoutNanos) {
    isDeferred = true;
    deferralNanos = timeoutNanos;
    if (phase == Phase.AWAIT_RESPONSE) {
      expectWithin(Duration.ofNanos(timeoutNanos));
    }
  }

  // ---- the machine ----------------------------------------------------------------------------

  private void advance() {
    if (isAdvancing || phase == Phase.CLOSED) {
      return;
    }
    isAdvancing = true;
    try {
      boolean isMoving = true;
      while (isMoving && phase != Phase.CLOSED) {
        isMoving = step();
      }
      settle();
    } catch (IOException e) {
      close("sending", e);
    } finally {
      isAdvancing = false;
    }
  }

  /** One step of the current phase; returns whether another may follow at once. */
  private boolean step() throws IOException {
    return switch (phase) {
      case READ_HEAD -> readHead();
      case READ_CONTENT -> readContent();
      case AWAIT_RESPONSE -> awaitResponse();
      case SEND_RESPONSE -> sendResponse();
      case LINGER -> linger();
      case CLOSED -> false;
    };
  }

  private boolean readHead() throws IOException {
    if (isBlocked) {
      return false;
    }
    if (!input.hasUnread()) {
      return input.isEnded() && endOfInput();
    }
    if (exchangesThisTurn == EXCHANGES_PER_TURN) {
      port.again();
      return false;
    }
    if (!isParsing) {
      isParsing = true;
      parser.begin(input.buffer(), input.at());
      expectWithin(wire.limits.headTime());
    }
    switch (parser.parse(input.filled())) {
      case DONE -> {
        exchangesThisTurn++;
        input.take(parser.headEnd());
        beginExchange();
        return true;
      }
      case REFUSED -> {
        refuse(parser.refusal());
        return true;
      }
      case MORE -> {
        if (input.isEnded()) {
          return endOfInput();
        }
        if (input.at() > 0) {
          input.compact();
          parser.begin(input.buffer(), 0);
          parser.parse(input.filled());
        }
        return false;
      }
    }
    return false;
  }

  /** The client ended its side between requests, or in the middle of one. */
  private boolean endOfInput() throws IOException {
    if (staging.flush()) {
      port.close();
    } else {
      isBlocked = true;
    }
    return false;
  }

  private void beginExchange() {
    isParsing = false;
    isExchangeOpen = true;
    isContentWanted = false;
    isDeferred = false;
    isDiscarding = false;
    deferralNanos = wire.limits.contentTime().toNanos();
    mustLinger = false;
    exchange.reset();
    isPersistent = Persistence.isOffered(request) && !wire.isDraining();
    Status refusal = Framing.read(request, wire.limits.contentOctets());
    if (refusal == null && !isExpectationKnown()) {
      refusal = Status.EXPECTATION_FAILED;
    }
    if (refusal != null) {
      answerAndClose(refusal);
      return;
    }
    content.begin(request, parser.headEnd(), wire.limits.contentOctets());
    handle();
    if (content.isComplete()) {
      contentComplete();
    } else {
      beginContent();
    }
  }

  private boolean isExpectationKnown() {
    Slice expectation = request.fields().first(FieldName.EXPECT);
    return expectation == null
        || request.minorVersion() == 0
        || expectation.equalsIgnoreCase("100-continue");
  }

  private void handle() {
    try {
      wire.handler.handle(exchange);
    } catch (RuntimeException e) {
      log.error("a handler failed on {} {}", request.method(), request.targetAsSent(), e);
      isContentWanted = false;
      isDeferred = false;
    }
    if (!exchange.isAnswered() && !isContentWanted && !isDeferred) {
      content.abort();
      exchange.end();
      exchange.reset();
      exchange.sendError(Status.INTERNAL_SERVER_ERROR);
    }
  }

  /** Content is still to come: read it, or answer without it and close. */
  private void beginContent() {
    boolean awaitsContinue =
        request.minorVersion() > 0
            && request.fields().first(FieldName.EXPECT) != null
            && !input.hasUnread();
    boolean isShort =
        request.contentLength() != Request.UNKNOWN_LENGTH
            && request.contentLength() <= DISCARD_OCTETS;
    if (exchange.isAnswered() && (awaitsContinue || !isShort)) {
      isPersistent = false;
      mustLinger = true;
      sender.begin(exchange.response(), false);
      go(Phase.SEND_RESPONSE);
      return;
    }
    if (awaitsContinue) {
      stageInterim(CONTINUE);
    }
    isDiscarding = exchange.isAnswered();
    go(Phase.READ_CONTENT);
  }

  private void contentComplete() {
    if (isContentWanted) {
      content.complete();
    }
    go(exchange.isAnswered() ? Phase.SEND_RESPONSE : Phase.AWAIT_RESPONSE);
  }

  private boolean readContent() {
    Status refusal = input.hasUnread() ? content.read() : null;
    boolean isEarly = exchange.isAnswered() && !isDiscarding;
    if (refusal != null || isEarly) {
      content.abort();
      if (!isEarly) {
        exchange.end();
        exchange.reset();
        exchange.sendError(refusal == null ? Status.BAD_REQUEST : refusal);
      }
      mustLinger = true;
      isPersistent = false;
      sender.begin(exchange.response(), false);
      go(Phase.SEND_RESPONSE);
      return true;
    }
    if (content.isComplete()) {
      contentComplete();
      return true;
    }
    if (input.isEnded() && !input.hasUnread()) {
      port.close();
    }
    return false;
  }

  private boolean awaitResponse() {
    if (!exchange.isAnswered()) {
      return false;
    }
    go(Phase.SEND_RESPONSE);
    return true;
  }

  private boolean sendResponse() throws IOException {
    if (isBlocked) {
      return false;
    }
    switch (sender.proceed(request, exchange.response())) {
      case DONE -> {
        isPersistent = sender.isPersistent() && !mustLinger;
        endExchange(true);
        if (isPersistent) {
          go(Phase.READ_HEAD);
        } else {
          go(Phase.LINGER);
        }
        return true;
      }
      case MORE -> port.again();
      case BLOCKED -> {
        isBlocked = true;
        expectWithin(wire.limits.writeTime());
      }
      case STARVED -> expectWithin(Duration.ofNanos(deferralNanos));
    }
    return false;
  }

  private boolean linger() throws IOException {
    if (isBlocked) {
      return false;
    }
    if (!isOutputEnded) {
      if (!staging.flush()) {
        isBlocked = true;
        return false;
      }
      if (!mustLinger && !input.hasUnread()) {
        port.close();
        return false;
      }
      port.transport().shutdownOutput();
      isOutputEnded = true;
      expectWithin(wire.limits.lingerTime());
    }
    input.release();
    if (input.isEnded()) {
      port.close();
    }
    return false;
  }

  /** Writes what the steps staged, then waits for exactly what the phase needs. */
  private void settle() throws IOException {
    if (phase == Phase.CLOSED) {
      return;
    }
    if (!isBlocked && !staging.isEmpty() && !staging.flush()) {
      isBlocked = true;
    }
    if (phase == Phase.READ_HEAD && !input.hasUnread() && !isBlocked) {
      input.release();
    }
    boolean canRead = !input.isEnded() && input.hasRoom();
    boolean reads =
        switch (phase) {
          case READ_HEAD -> canRead && !isBlocked;
          case READ_CONTENT -> canRead && content.isAccepting();
          case AWAIT_RESPONSE -> canRead;
          case SEND_RESPONSE -> canRead && !isBlocked;
          case LINGER -> isOutputEnded;
          case CLOSED -> false;
        };
    port.interest(reads, isBlocked);
    port.deadline(phaseDeadline);
  }

  // ---- transitions ----------------------------------------------------------------------------

  private void go(Phase following) {
    assert phase.successors().contains(following) : phase + " to " + following;
    phase = following;
    switch (following) {
      case READ_HEAD -> expectWithin(wire.limits.idleTime());
      case READ_CONTENT -> expectWithin(wire.limits.contentTime());
      case AWAIT_RESPONSE -> expectWithin(Duration.ofNanos(deferralNanos));
      case SEND_RESPONSE -> {
        wire.heads.renderFor(wire.clock.epochMillis());
        expectWithin(wire.limits.writeTime());
      }
      case LINGER -> expectWithin(wire.limits.writeTime());
      case CLOSED -> {
        // Nothing is awaited any more.
      }
    }
  }

  private void expectWithin(Duration time) {
    phaseDeadline = wire.clock.nanos() + time.toNanos();
  }

  /** Answers a head that cannot become a request, then closes. */
  private void refuse(Status status) {
    isParsing = false;
    isExchangeOpen = true;
    exchange.reset();
    answerAndClose(status);
  }

  private void answerAndClose(Status status) {
    isPersistent = false;
    mustLinger = true;
    boolean nested = isAdvancing;
    isAdvancing = true; // so that the answer is staged by the machine, in its order
    exchange.sendError(status);
    isAdvancing = nested;
    go(Phase.SEND_RESPONSE);
  }

  /** Takes the word from whoever was to answer. */
  private void answerInstead(Status status) {
    exchange.end();
    exchange.reset();
    answerAndClose(status);
    advance();
  }

  private void endExchange(boolean tell) {
    if (tell && isExchangeOpen) {
      wire.listener.onEnd(exchange, sender.contentOctets());
    }
    isExchangeOpen = false;
    sender.end();
    exchange.end();
  }

  private void stageInterim(String response) {
    if (staging.buffer().remaining() >= response.length()) {
      HeadWriter.putAscii(staging.buffer(), response);
    }
  }

  private void close(String activity, IOException e) {
    log.debug("the connection with {} ended while {}", port.remoteAddress(), activity, e);
    port.close();
  }
}
