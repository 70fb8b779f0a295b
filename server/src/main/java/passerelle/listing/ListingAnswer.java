package passerelle.listing;

import org.jspecify.annotations.Nullable;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.PiecesBody;
import passerelle.http.Response;
import passerelle.http.Status;

/**
 * A listing on its way from the worker to the loop, or the status that says why there is none.
 *
 * <p>Made by a worker, which does not touch it afterwards.
 *
 * <p>Confined to the loop thread.
 */
final class ListingAnswer implements Deferral.Answer {
  private final ListingRequest request;
  private final Status status;
  private final PiecesBody.@Nullable Source source;

  private ListingAnswer(ListingRequest request, Status status, PiecesBody.@Nullable Source source) {
    this.request = request;
    this.status = status;
    this.source = source;
  }

  /**
   * The listing that a snapshot gives; the answer owns it. What is needed for the first time, such
   * as the style or the classes of JSON, is loaded here and not on the loop.
   */
  static ListingAnswer of(ListingRequest request, DirectorySnapshot snapshot) {
    PiecesBody.Source source =
        request.isJson() ? new ListingJson(snapshot) : new ListingPage(snapshot, request);
    return new ListingAnswer(request, Status.OK, source);
  }

  /** There is no listing. */
  static ListingAnswer refusal(ListingRequest request, Status status) {
    return new ListingAnswer(request, status, null);
  }

  @Override
  public void applyTo(Exchange exchange) {
    Response response = exchange.response();
    if (source == null) {
      if (status.equals(Status.SERVICE_UNAVAILABLE)) {
        response.field("Retry-After", "1");
      }
      exchange.sendError(status);
      return;
    }
    if (request.isJson()) {
      response.field("Content-Type", ListingRequest.JSON);
    } else {
      response
          .field("Content-Type", ListingRequest.HTML + "; charset=utf-8")
          .field("Content-Security-Policy", ListingLook.POLICY);
    }
    response
        .field("Vary", "Accept")
        .field("Cache-Control", "no-cache")
        .field("X-Content-Type-Options", "nosniff")
        .body(new PiecesBody(source));
    exchange.send();
  }

  @Override
  public void discard() {
    if (source != null) {
      source.close();
    }
  }
}
