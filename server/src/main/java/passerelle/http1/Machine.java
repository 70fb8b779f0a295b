package passerelle.http1;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.Progress;
import passerelle.http.Refusal;
import passerelle.http.Request;
import passerelle.http.ResponseChannel;
import passerelle.http.Status;
import passerelle.wire.Deadline;
import passerelle.wire.Input;
import passerelle.wire.Port;
import passerelle.wire.Staging;

/**
 * The phases of one {@link Http1Connection} and the steps between them. A step does what its phase
 * can do now, and says whether another may follow at once. Steps read what has arrived and stage
 * what is to be sent; the connection waits, flushes and closes.
 *
 * <p>Confined to the loop thread.
 */
final class Machine implements ResponseChannel {
  private static final Logger log = LoggerFactory.getLogger(Machine.class);

  private static final byte[] PROCESSING =
      "HTTP/1.1 102 Processing\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Http1 http1;
  private final Port port;
  private final Input input;
  private final Staging staging;
  private final Runnable advance;
  private final Request request;
  private final Exchange exchange;
  private final HeadReader head;
  private final ContentReader content;
  private final ResponseSender sender;
  private final Deadline deadline;
  private final LingeringClose end;
  private Phase phase = Phase.READ_HEAD;
  private boolean isExchangeOpen;
  private boolean isDeferred;
  private boolean isPersistent;
  private boolean mustLinger;
  private boolean isBlocked;
  private boolean hasMore;
  private long deferralNanos;

  /** A machine that waits for a request; {@code advance} runs its steps when an answer comes. */
  Machine(Http1 http1, Port port, Input input, Staging staging, Runnable advance) {
    this.http1 = http1;
    this.port = port;
    this.input = input;
    this.staging = staging;
    this.advance = advance;
    this.request = new Request(port.remoteAddress(), port.localAddress());
    this.exchange = new Exchange(request, this, http1.loop, http1.defaults.pages());
    this.head = new HeadReader(input, new RequestParser(request, http1.limits));
    this.content = new ContentReader(input);
    this.sender = new ResponseSender(staging, http1.heads);
    this.deadline = new Deadline(http1.clock, http1.limits.patience());
    this.end = new LingeringClose(port, input, deadline);
    deadline.ofHead();
  }

  Phase phase() {
    return phase;
  }

  /** When to give up waiting. Call it when everything was written that could be. */
  long deadlineNanos() {
    deadline.sent(staging.takeWritten(), isBlocked || hasMore);
    return deadline.nanos(isBlocked);
  }

  /** Whether a head has begun and is not complete. */
  boolean isInsideHead() {
    return head.isInside();
  }

  /** Whether the socket takes no more for now. */
  boolean isBlocked() {
    return isBlocked;
  }

  /** Whether nothing of a request has come, and nothing of a response has to go. */
  boolean isIdle() {
    return phase == Phase.READ_HEAD && !head.isInside() && staging.isEmpty();
  }

  boolean isWaitingSince(long nanos) {
    return phase == Phase.READ_HEAD && staging.isEmpty() && deadline.isIdleSince(nanos);
  }

  /** Holds no buffer for input while there is none. */
  void rest() {
    head.rest();
  }

  void newTurn(boolean isWritable) {
    head.newTurn();
    isBlocked &= !isWritable;
  }

  void inputCame(int octets) {
    if (phase == Phase.READ_CONTENT && octets > 0) {
      deadline.received(octets);
    }
  }

  boolean acceptsContent() {
    return content.isAccepting();
  }

  boolean isOutputEnded() {
    return end.isOutputEnded();
  }

  /** Asks a client that ended its side whether it is there, if it knows 1xx (RFC 9110 §15.2). */
  void probe() throws IOException {
    if (request.minorVersion() > 0) {
      staging.tryStage(PROCESSING);
    }
  }

  /** Releases what the exchange under way holds, and tells the listener of it. */
  void close() {
    try {
      content.abort();
    } finally {
      phase = Phase.CLOSED;
      endExchange();
    }
  }

  @Override
  public void onFault() {
    port.close();
  }

  @Override
  public void onResponse() {
    if (http1.heads.bound(exchange.response()) > http1.limits.bufferOctets()) {
      log.error("the head of an answer to {} is too large to send", request.targetAsSent());
      exchange.failWith(Status.INTERNAL_SERVER_ERROR);
      return;
    }
    isPersistent &= !http1.isDraining() && !mustLinger && !exchange.response().isLast();
    http1.heads.renderFor(http1.clock.epochMillis());
    sender.begin(exchange.response(), isPersistent);
    advance.run();
  }

  @Override
  public void onContentWanted(ContentSink sink) {
    content.sink(sink);
    advance.run();
  }

  @Override
  public void onDeferred(long timeoutNanos) {
    isDeferred = true;
    deferralNanos = timeoutNanos;
    if (phase == Phase.AWAIT_RESPONSE) {
      deadline.within(timeoutNanos);
      port.deadline(deadlineNanos());
    }
  }

  @Override
  public void onResume() {
    if (phase == Phase.READ_CONTENT) {
      deadline.ofStall(); // it was the sink that made the client wait
    }
    advance.run();
  }

  /** One step of the current phase; returns whether another may follow at once. */
  boolean step() throws IOException {
    return switch (phase) {
      case READ_HEAD -> !isBlocked && readHead();
      case READ_CONTENT -> readContent();
      case AWAIT_RESPONSE -> awaitResponse();
      case SEND_RESPONSE -> !isBlocked && sendResponse();
      case LINGER -> !isBlocked && linger();
      case CLOSED -> false;
    };
  }

  private boolean readHead() throws IOException {
    if (!input.hasUnread()) {
      return input.isEnded() && endOfInput();
    }
    if (head.hasHadItsShare()) {
      port.again();
      return false;
    }
    boolean wasInside = head.isInside();
    RequestParser.Outcome outcome = head.read();
    if (head.isInside() && !wasInside) {
      deadline.ofHead();
    }
    switch (outcome) {
      case DONE -> beginExchange();
      case REFUSED -> refuse(head.refusal());
      case MORE -> {
        return input.isEnded() && endOfInput();
      }
    }
    return true;
  }

  /** The client ended its side between requests, or in the middle of one. */
  private boolean endOfInput() throws IOException {
    flush();
    if (!isBlocked) {
      port.close();
    }
    return false;
  }

  private void beginExchange() throws IOException {
    isExchangeOpen = true;
    isDeferred = false;
    deferralNanos = http1.limits.patience().stallTime().toNanos();
    mustLinger = false;
    exchange.reset();
    isPersistent = Persistence.isOffered(request) && !http1.isDraining();
    Status refusal = Framing.read(request, http1.limits.contentOctets());
    if (refusal == null && !Expectation.isKnown(request)) {
      refusal = Status.EXPECTATION_FAILED;
    }
    if (refusal != null) {
      answerAndClose(refusal);
      return;
    }
    content.begin(request, input.at(), http1.limits.contentOctets());
    handle();
    if (content.isComplete()) {
      contentComplete();
    } else {
      beginContent();
    }
  }

  private void handle() {
    try {
      http1.handler.handle(exchange);
    } catch (RuntimeException e) {
      log.error("a handler failed on {} {}", request.methodName(), request.targetAsSent(), e);
      content.abort();
      isDeferred = false;
    }
    if (isUndecided() && !isDeferred) {
      exchange.failWith(Status.INTERNAL_SERVER_ERROR);
    }
    if (exchange.isAnswered()) {
      content.abort();
    }
  }

  /**
   * Content is still to come: read it, or answer without it and close. While there is no answer and
   * nobody wants it, it stays where it is, and a client that waits for 100 waits on.
   */
  private void beginContent() throws IOException {
    boolean awaitsContinue = Expectation.isContinue(request) && !input.hasUnread();
    if (isUndecided()) {
      go(Phase.AWAIT_RESPONSE);
    } else if (exchange.isAnswered() && (awaitsContinue || !content.isShort())) {
      closeAfterAnswer();
    } else {
      if (awaitsContinue) {
        staging.tryStage(Expectation.FULFILMENT);
      }
      go(Phase.READ_CONTENT);
    }
  }

  private boolean isUndecided() {
    return !exchange.isAnswered() && !content.isWanted();
  }

  private void contentComplete() {
    if (content.isWanted() && !exchange.isAnswered()) {
      boolean isWell = content.tryComplete();
      if (!exchange.isAnswered() && !(isWell && isDeferred)) {
        exchange.failWith(Status.INTERNAL_SERVER_ERROR);
      }
    }
    go(exchange.isAnswered() ? Phase.SEND_RESPONSE : Phase.AWAIT_RESPONSE);
  }

  private boolean readContent() {
    Status refusal = input.hasUnread() ? content.read() : null;
    if (exchange.isAnswered() && content.isWanted()) {
      content.abort();
      closeAfterAnswer();
      return true;
    }
    if (refusal != null) {
      answerInstead(refusal);
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

  private boolean awaitResponse() throws IOException {
    if (!content.isComplete() && !isUndecided()) {
      beginContent();
      return true;
    }
    if (exchange.isAnswered()) {
      go(Phase.SEND_RESPONSE);
    }
    return exchange.isAnswered();
  }

  private boolean sendResponse() throws IOException {
    Progress progress = sender.proceed(request, exchange.response());
    hasMore = progress == Progress.MORE;
    if (progress == Progress.DONE) {
      isPersistent = sender.isPersistent() && !mustLinger && !http1.isDraining();
      endExchange();
      go(isPersistent ? Phase.READ_HEAD : Phase.LINGER);
      return true;
    }
    if (hasMore) {
      port.again();
    }
    isBlocked = progress == Progress.BLOCKED;
    if (progress == Progress.STARVED) {
      deadline.within(deferralNanos); // the producer has a limit of its own
    } else {
      deadline.ofStall();
    }
    return false;
  }

  private boolean linger() throws IOException {
    if (end.isOutputEnded()) {
      end.discard();
      return false;
    }
    flush();
    if (!isBlocked) {
      end.begin(mustLinger);
    }
    return false;
  }

  /** Writes what is staged, as far as the socket takes it. */
  void flush() throws IOException {
    if (!isBlocked) {
      isBlocked = !staging.flush();
    }
  }

  private void go(Phase following) {
    assert phase.mayBecome(following) : phase + " to " + following;
    phase = following;
    switch (following) {
      case READ_HEAD -> deadline.ofIdle();
      case AWAIT_RESPONSE -> deadline.within(deferralNanos);
      case READ_CONTENT, SEND_RESPONSE, LINGER, CLOSED -> deadline.ofStall();
    }
  }

  /** Answers a head that cannot become a request, then closes. */
  void refuse(Status status) {
    head.giveUp();
    isExchangeOpen = true;
    answerAndClose(status);
  }

  /** Takes the word from whoever was to answer. */
  void answerInstead(Status status) {
    content.abort();
    sender.end();
    answerAndClose(status);
  }

  private void answerAndClose(Status status) {
    mustLinger = true;
    go(Phase.SEND_RESPONSE);
    exchange.failWith(Refusal.of(status).andClose());
  }

  /** The answer came before the request was read to its end. */
  private void closeAfterAnswer() {
    mustLinger = true;
    sender.closeAfterwards();
    go(Phase.SEND_RESPONSE);
  }

  private void endExchange() {
    boolean wasOpen = isExchangeOpen;
    isExchangeOpen = false;
    // Each hears of it whatever became of the one before it.
    try {
      if (wasOpen) {
        http1.listener.onEnd(exchange, sender.contentOctets());
      }
    } finally {
      try {
        sender.end();
      } finally {
        exchange.end();
      }
    }
  }
}
