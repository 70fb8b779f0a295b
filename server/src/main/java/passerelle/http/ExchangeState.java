package passerelle.http;

import org.jspecify.annotations.Nullable;

/**
 * The wire's face of an {@link Exchange}: how it stands, and what its handler has asked for since
 * the connection looked last.
 *
 * <p>Whatever a handler calls is recorded here and nothing else happens, so no handler ever finds
 * its connection at work below its own call. The connection takes the records when its turn comes.
 * It is woken for those that are made outside of its turn.
 *
 * <p>One object serves all exchanges of a connection, one after the other. HTTP/1.1 reads it; other
 * wire formats can.
 *
 * <p>Confined to the loop thread.
 */
public final class ExchangeState {
  private enum Stage {
    /** The handler is to answer. */
    OPEN,
    /** The response is complete; nothing of it was sent. */
    ANSWERED,
    /** The connection has taken the response. */
    SENDING,
    /** Between two exchanges. */
    OVER
  }

  private final Runnable wake;

  /** Handed to bodies; made once, for an answer shall allocate nothing. */
  private final Runnable resumption = this::recordResumption;

  private @Nullable Exchange exchange;
  private @Nullable ContentSink sink;
  private Stage stage = Stage.OPEN;
  private long deferralNanos;
  private boolean isDeferred;
  private boolean isDeferralNew;
  private boolean isResumed;
  private boolean isBroken;

  /** A state that runs {@code wake} after every record; it returns at once and throws nothing. */
  public ExchangeState(Runnable wake) {
    this.wake = wake;
  }

  /** Whose state it is; called once, by the exchange. */
  void belongsTo(Exchange owner) {
    exchange = owner;
  }

  private Exchange exchange() {
    if (exchange == null) {
      throw new IllegalStateException("a state belongs to an exchange");
    }
    return exchange;
  }

  /**
   * Begins the connection's next exchange.
   *
   * @param patienceNanos how long an answer may take for which nobody named a time
   */
  public void begin(long patienceNanos) {
    stage = Stage.OPEN;
    sink = null;
    isDeferred = false;
    isDeferralNew = false;
    isResumed = false;
    isBroken = false;
    deferralNanos = patienceNanos;
    exchange().reset();
  }

  /**
   * Ends the exchange: an answer that is still to come will be discarded, and a body that was
   * prepared and never sent is closed.
   *
   * @param isSent whether the answer was sent to its end
   */
  public void end(boolean isSent) {
    stage = Stage.OVER;
    try {
      exchange().end(isSent);
    } finally {
      exchange().response().dropBody();
    }
  }

  /** Whether an exchange has begun and not ended. */
  public boolean isOpen() {
    return stage != Stage.OVER;
  }

  /** Whether there is an answer, or was. */
  public boolean isAnswered() {
    return stage != Stage.OPEN;
  }

  /** Whether the exchange cannot even be answered with an error: its connection is to end. */
  public boolean isBroken() {
    return isBroken;
  }

  /** Whether somebody has promised an answer from another thread. */
  public boolean isDeferred() {
    return isDeferred;
  }

  /**
   * How long the answer may take, in nanoseconds: from the beginning of the phase that waits for
   * it, or from its promise if that comes later. Each wait for more of its body may take as long.
   */
  public long deferralNanos() {
    return deferralNanos;
  }

  /** Whether an answer was promised since this was last asked. */
  public boolean takeDeferral() {
    boolean was = isDeferralNew;
    isDeferralNew = false;
    return was;
  }

  /** Whether a sink accepts again, or a body has content again, since this was last asked. */
  public boolean takeResumption() {
    boolean was = isResumed;
    isResumed = false;
    return was;
  }

  /** Who wants the request's content since this was last asked; null for nobody new. */
  public @Nullable ContentSink takeSink() {
    ContentSink taken = sink;
    sink = null;
    return taken;
  }

  /** Takes the answer; from now on nobody can change it. */
  public Response takeResponse() {
    stage = Stage.SENDING;
    return exchange().response();
  }

  /** Takes the word from whoever was to answer, and refuses. */
  public void fail(Refusal refusal) {
    exchange().failWith(refusal);
  }

  void recordAnswer(@Nullable Body body) {
    if (body != null) {
      body.onContent(resumption); // first: if it fails, there is no answer
    }
    stage = Stage.ANSWERED;
    wake.run();
  }

  /** An answer that was not taken yet is forgotten. */
  void withdrawAnswer() {
    if (stage == Stage.SENDING || stage == Stage.OVER) {
      throw new IllegalStateException("this exchange's answer is on its way");
    }
    stage = Stage.OPEN;
  }

  void recordSink(ContentSink wanting) {
    sink = wanting;
    wake.run();
  }

  void recordDeferral(long nanos) {
    isDeferred = true;
    isDeferralNew = true;
    deferralNanos = nanos;
    wake.run();
  }

  /** The exchange cannot even be refused. Throws nothing, and allocates nothing. */
  void recordFault() {
    isBroken = true;
    try {
      wake.run();
    } catch (RuntimeException | Error e) {
      // Then the connection finds it at its next deadline.
    }
  }

  void recordResumption() {
    isResumed = true;
    wake.run();
  }
}
