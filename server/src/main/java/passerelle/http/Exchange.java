package passerelle.http;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its one response: all that a handler sees. What it calls is recorded and returns;
 * the connection takes it up in its own turn, from the {@link ExchangeState}.
 *
 * <p>The object belongs to a connection and is used again for its next exchange; a worker holds a
 * {@link Deferral} instead.
 *
 * <p>Confined to the loop thread.
 */
public final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  /** How often one exchange may be handed on to another handler. */
  private static final int MOST_HANDED_ON = 10;

  private final ExchangeState state;
  private final Executor loop;
  private final Request request;
  private final RefusalContent pages;
  private final Response response = new Response();
  private @Nullable Deferral pending;
  private @Nullable Runnable onCutOff;
  private int handedOn;

  /**
   * An exchange that is recorded in a state of its own.
   *
   * @param loop runs tasks on the loop
   * @param pages the content of refusals that have none of their own
   */
  public Exchange(Request request, ExchangeState state, Executor loop, RefusalContent pages) {
    this.request = request;
    this.state = state;
    this.loop = loop;
    this.pages = pages;
    state.belongsTo(this);
  }

  /** The request. */
  public Request request() {
    return request;
  }

  /** The response, for filling in before {@link #send}. */
  public Response response() {
    return response;
  }

  /** Runs tasks on the loop; may be called from any thread. */
  public Executor loop() {
    return loop;
  }

  /** Whether the response was sent, at least as far as the connection is concerned. */
  public boolean isAnswered() {
    return state.isAnswered();
  }

  /** Sends the response as it is filled in. Once per exchange. */
  public void send() {
    if (state.isAnswered()) {
      throw new IllegalStateException("this exchange was answered before");
    }
    cancelPending();
    state.recordAnswer(response.body());
  }

  /** Sends a refusal that its status says all about. */
  public void refuse(Status status) {
    refuse(Refusal.of(status));
  }

  /** Sends a refusal, with a short page that explains it; fields that were added before stay. */
  public void refuse(Refusal refusal) {
    refuse(refusal, pages);
  }

  /** Sends a refusal with content of its own. */
  public void refuse(Refusal refusal, RefusalContent content) {
    refusal.addTo(response);
    content.addTo(response, refusal);
    send();
  }

  /** Has the request's content go to the sink; a client that waits for 100 gets it. */
  public void receive(ContentSink sink) {
    state.recordSink(sink);
  }

  /** The sink accepts content again. */
  public void resume() {
    state.recordResumption();
  }

  /**
   * Breaks off a response that is being sent, since what it holds is needed for others: the
   * connection closes, and the client can tell that content is missing.
   */
  public void breakOff() {
    state.recordFault();
  }

  /**
   * Promises an answer from another thread.
   *
   * @param timeoutNanos after which the client gets 504
   * @param onCancel run on the loop if the answer is not wanted any more; at most once
   */
  public Deferral defer(long timeoutNanos, Runnable onCancel) {
    Deferral deferral = new Deferral(this, loop, onCancel);
    pending = deferral;
    state.recordDeferral(timeoutNanos);
    return deferral;
  }

  /**
   * Has a task run, on the loop, if the exchange ends before its answer was sent to its end: for
   * those who leave the answer to others and want to know. Tasks that were given before run first.
   */
  public void ifCutOff(Runnable task) {
    Runnable before = onCutOff;
    onCutOff =
        before == null
            ? task
            : () -> {
              try {
                before.run();
              } finally {
                task.run();
              }
            };
  }

  /** The exchange is over; whether its answer was sent to its end. */
  void end(boolean isSent) {
    Runnable task = onCutOff;
    onCutOff = null;
    try {
      cancelPending();
    } finally {
      if (task != null && !isSent) {
        task.run();
      }
    }
  }

  /**
   * Has another handler answer, which sees a response that nobody has touched.
   *
   * @return false, having done nothing, if this exchange was handed on too often: it goes round in
   *     circles
   */
  public boolean tryHandOn(Handler other) {
    if (handedOn == MOST_HANDED_ON) {
      return false;
    }
    handedOn++;
    response.reset();
    other.handle(this);
    return true;
  }

  /** A deferral's answer has arrived on the loop. */
  void answerDeferred(Deferral deferral, Deferral.Answer answer) {
    if (deferral != pending) {
      answer.discard();
      return;
    }
    pending = null;
    try {
      answer.applyTo(this);
    } catch (RuntimeException | Error e) {
      giveUp(answer);
      log.error("an answer could not be given", e); // last, for that may fail as well
    }
  }

  /**
   * What can be done is done, whatever fails, out of memory too. An answer that was sent before
   * something behind it failed is broken off: it may need what is discarded here.
   */
  private void giveUp(Deferral.Answer answer) {
    try {
      if (state.isAnswered()) {
        state.recordFault();
      } else {
        failWith(Status.INTERNAL_SERVER_ERROR);
      }
    } catch (RuntimeException | Error e) {
      state.recordFault();
    } finally {
      answer.discard();
    }
  }

  /** The answer cannot be made: the client gets an error, or at least an end. Throws nothing. */
  void failDeferred(Deferral deferral) {
    if (deferral == pending) {
      pending = null;
      try {
        failWith(Status.INTERNAL_SERVER_ERROR);
      } catch (RuntimeException | Error e) {
        state.recordFault(); // whoever calls this has a fault to report already
      }
    }
  }

  /** An answer that is still to come will be discarded. */
  void cancelPending() {
    Deferral waiting = pending;
    pending = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  /**
   * Takes the word from whoever was to answer, or has prepared an answer, and refuses.
   *
   * @throws IllegalStateException if the connection has begun to send the answer
   */
  public void failWith(Status status) {
    failWith(Refusal.of(status));
  }

  /** The same, with more to say than a status. */
  public void failWith(Refusal refusal) {
    state.withdrawAnswer();
    cancelPending();
    response.reset();
    refuse(refusal);
  }

  /** Makes the exchange ready for the connection's next request. */
  void reset() {
    pending = null;
    onCutOff = null;
    handedOn = 0;
    response.reset();
  }
}
