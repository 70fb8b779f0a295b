package passerelle.cgi;

import org.jspecify.annotations.Nullable;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.http.StreamBody;

/**
 * What a run of a script came to, on its way to the loop.
 *
 * <p>Confined to the loop thread.
 */
final class ScriptAnswer implements Deferral.Answer {
  private final @Nullable ScriptResponse head;
  private final @Nullable StreamBody body;
  private final @Nullable Handler localRedirects;
  private final Status failure;

  private ScriptAnswer(
      @Nullable ScriptResponse head,
      @Nullable StreamBody body,
      @Nullable Handler localRedirects,
      Status failure) {
    this.head = head;
    this.body = body;
    this.localRedirects = localRedirects;
    this.failure = failure;
  }

  /** A script's head, and its content if the client is to see it. */
  static ScriptAnswer of(ScriptResponse head, @Nullable StreamBody body, Handler localRedirects) {
    return new ScriptAnswer(head, body, localRedirects, Status.BAD_GATEWAY);
  }

  /** A failure before the head. */
  static ScriptAnswer error(Status status) {
    return new ScriptAnswer(null, null, null, status);
  }

  @Override
  public void applyTo(Exchange exchange) {
    if (head == null || localRedirects == null) {
      if (failure.equals(Status.SERVICE_UNAVAILABLE)) {
        exchange.response().field("Retry-After", "1");
      }
      exchange.sendError(failure);
    } else if (head.isLocalRedirect() && head.location() != null) {
      if (exchange.tryRedirectLocally(head.location())) {
        localRedirects.handle(exchange);
      } else {
        exchange.sendError(Status.BAD_GATEWAY, "The script redirects in a circle.");
      }
    } else {
      send(exchange.response(), head);
      exchange.send();
    }
  }

  private void send(Response response, ScriptResponse script) {
    response.status(script.clientStatus());
    if (script.location() != null) {
      response.field("Location", script.location());
    }
    for (ScriptResponse.Field field : script.fields()) {
      response.field(field.name(), field.value());
    }
    if (body != null) {
      response.body(body);
    } else {
      response.representationLength(script.contentLength());
    }
  }

  @Override
  public void discard() {
    if (body != null) {
      body.close();
    }
  }
}
