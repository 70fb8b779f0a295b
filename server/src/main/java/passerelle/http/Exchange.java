package passerelle.http;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.Slice;

/**
 * One request and its one response: all that a handler sees.
 *
 * <p>The object belongs to a connection and is used again for its next exchange; a worker holds a
 * {@link Deferral} instead.
 *
 * <p>Confined to the loop thread.
 */
public final class Exchange {
  private static final Logger log = LoggerFactory.getLogger(Exchange.class);

  /** How often one request may be turned by local redirects. */
  private static final int LOCAL_REDIRECTS = 10;

  private final ResponseChannel channel;
  private final Executor loop;
  private final Request request;
  private final RefusalContent pages;
  private final Response response = new Response();
  private @Nullable Deferral pending;
  private boolean answered;
  private int localRedirects;

  /**
   * An exchange that answers through a channel.
   *
   * @param loop runs tasks on the loop
   * @param pages the content of refusals that have none of their own
   */
  public Exchange(Request request, ResponseChannel channel, Executor loop, RefusalContent pages) {
    this.request = request;
    this.channel = channel;
    this.loop = loop;
    this.pages = pages;
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
    return answered;
  }

  /** Sends the response as it is filled in. Once per exchange. */
  public void send() {
    if (answered) {
      throw new IllegalStateException("this exchange was answered before");
    }
    answered = true;
    cancelPending();
    Body body = response.body();
    if (body != null) {
      body.onContent(channel::onResume);
    }
    channel.onResponse();
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
    channel.onContentWanted(sink);
  }

  /** The sink accepts content again. */
  public void resume() {
    channel.onResume();
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
    channel.onDeferred(timeoutNanos);
    return deferral;
  }

  /**
   * Turns the request into a GET (or HEAD) of another resource of this server, without content (RFC
   * 3875 §6.2.2), for a handler to answer.
   *
   * @param target an origin-form target
   * @return false if this request was turned too often: it goes round in circles
   */
  public boolean tryRedirectLocally(String target) {
    localRedirects++;
    response.reset();
    request.target().setOrigin(Slice.of(target));
    request.contentLength(0);
    if (request.method() != Method.HEAD) {
      request.method(Method.GET);
    }
    return localRedirects <= LOCAL_REDIRECTS;
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

  /** What can be done is done, whatever fails, out of memory too. */
  private void giveUp(Deferral.Answer answer) {
    try {
      if (!answered) {
        failWith(Status.INTERNAL_SERVER_ERROR);
      }
    } catch (RuntimeException | Error e) {
      channel.onFault();
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
        channel.onFault(); // whoever calls this has a fault to report already
      }
    }
  }

  /**
   * Ends the exchange: an answer that is still to come will be discarded, and a body that was
   * prepared and never sent is closed.
   */
  public void end() {
    answered = true;
    Body unsent = response.takeBody();
    try {
      cancelPending();
    } finally {
      if (unsent != null) {
        unsent.close();
      }
    }
  }

  private void cancelPending() {
    Deferral waiting = pending;
    pending = null;
    if (waiting != null) {
      waiting.cancel();
    }
  }

  /** Takes the word from whoever was to answer, or has prepared an answer, and refuses. */
  public void failWith(Status status) {
    failWith(Refusal.of(status));
  }

  /** The same, with more to say than a status. */
  public void failWith(Refusal refusal) {
    cancelPending();
    response.reset();
    answered = false;
    refuse(refusal);
  }

  /** Makes the exchange ready for the connection's next request. */
  public void reset() {
    pending = null;
    answered = false;
    localRedirects = 0;
    response.reset();
  }
}
