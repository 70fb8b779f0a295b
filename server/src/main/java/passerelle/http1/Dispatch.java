package passerelle.http1;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Refusal;
import passerelle.http.Request;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.wire.Input;
import passerelle.wire.OriginServer;

/**
 * Gives a connection's requests to the handler, one after the other, and takes the handler's
 * answer, or an error in its place: whatever a handler does, each exchange that begins is answered
 * or ends with its connection, and the listener hears of it once.
 *
 * <p>Confined to the loop thread.
 */
final class Dispatch {
  private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

  private final OriginServer server;
  private final HeadWriter heads;
  private final Input input;
  private final Request request;
  private final ExchangeState state;
  private final Exchange exchange;
  private final ContentReader content;
  private final long patienceNanos;

  /** Dispatches what is parsed into {@code request}; {@code state} says how that is going. */
  Dispatch(Http1 http1, Input input, Request request, ExchangeState state) {
    this.server = http1.server;
    this.heads = http1.heads;
    this.input = input;
    this.request = request;
    this.state = state;
    this.exchange = new Exchange(request, state, server.loop(), server.defaults().pages());
    this.content = new ContentReader(input);
    this.patienceNanos = server.limits().patience().stallTime().toNanos();
    state.end(true); // the first exchange begins with its request
  }

  /** The content of the request under way. */
  ContentReader content() {
    return content;
  }

  Response response() {
    return exchange.response();
  }

  /** Whether there is neither an answer nor anybody who wants the content. */
  boolean isUndecided() {
    return !state.isAnswered() && !content.isWanted();
  }

  /** Calls the handler for a head that has just come; returns the status of a refusal, or null. */
  @Nullable Status begin() {
    state.begin(patienceNanos);
    long limitOctets = server.limits().contentOctets();
    Status refusal = Framing.read(request, limitOctets);
    if (refusal == null && !Expectation.isKnown(request)) {
      refusal = Status.EXPECTATION_FAILED;
    }
    if (refusal == null) {
      content.begin(request, input.at(), limitOctets);
      handle();
    }
    return refusal;
  }

  private void handle() {
    boolean isFaulty = false;
    try {
      if (request.target().isEncoded()) {
        server.handler().handle(exchange);
      } else {
        exchange.refuse(Refusal.moved(request.target().encoded())); // RFC 9112 §3.2
      }
    } catch (RuntimeException e) {
      log.error("a handler failed on {} {}", request.methodAsSent(), request.targetAsSent(), e);
      isFaulty = true;
    }
    takeSink();
    if (isFaulty || state.isAnswered()) {
      content.abort();
    }
    if (isUndecided() && (isFaulty || !state.isDeferred())) {
      state.fail(Refusal.of(Status.INTERNAL_SERVER_ERROR));
    }
  }

  /** Has the content go to whoever wants it by now. */
  void takeSink() {
    ContentSink sink = state.takeSink();
    if (sink != null) {
      content.sink(sink);
    }
  }

  /** All content has come: tells the sink, which is to answer or to have promised an answer. */
  void completeContent() {
    if (content.isWanted() && !state.isAnswered()) {
      boolean isWell = content.tryComplete();
      if (!state.isAnswered() && !(isWell && state.isDeferred())) {
        state.fail(Refusal.of(Status.INTERNAL_SERVER_ERROR));
      }
    }
  }

  /** Takes the word from whoever was to answer, also to a head that could not become a request. */
  void answerInstead(Status status) {
    if (!state.isOpen()) {
      state.begin(patienceNanos);
    }
    content.abort();
    state.fail(Refusal.of(status).andClose());
  }

  /** Takes the answer, to be sent. */
  Response takeResponse() {
    if (heads.bound(exchange.response()) > server.limits().responseHeadOctets()) {
      log.error("the head of an answer to {} is too large to send", request.targetAsSent());
      state.fail(Refusal.of(Status.INTERNAL_SERVER_ERROR));
    }
    return state.takeResponse();
  }

  /**
   * The exchange is over, if there is one: tells the listener.
   *
   * @param contentOctets how many octets of content were sent
   * @param isSent whether that was the whole answer
   */
  void end(long contentOctets, boolean isSent) {
    // Each hears of it whatever became of the one before it.
    try {
      takeSink();
      content.abort();
    } finally {
      try {
        if (state.isOpen()) {
          server.listener().onEnd(exchange, contentOctets);
        }
      } finally {
        state.end(isSent);
      }
    }
  }
}
