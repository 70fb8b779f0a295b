package passerelle.listing;

import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.PiecesBody;
import passerelle.http.Response;

/**
 * A listing on its way from the worker to the loop.
 *
 * <p>Made by a worker, which does not touch it afterwards.
 *
 * <p>Confined to the loop thread.
 */
final class ListingAnswer implements Deferral.Answer {
  private final ListingRequest request;
  private final PiecesBody.Source source;

  private ListingAnswer(ListingRequest request, PiecesBody.Source source) {
    this.request = request;
    this.source = source;
  }

  /**
   * The listing that a snapshot gives; the answer owns it. What is needed for the first time, such
   * as the style or the classes of JSON, is loaded here and not on the loop.
   */
  static ListingAnswer of(ListingRequest request, DirectorySnapshot snapshot) {
    return new ListingAnswer(
        request, request.isJson() ? new ListingJson(snapshot) : new ListingPage(snapshot, request));
  }

  @Override
  public void applyTo(Exchange exchange) {
    Response response = exchange.response();
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
    source.close();
  }
}
