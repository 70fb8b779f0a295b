package passerelle.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.PiecesBody;
import passerelle.http.Response;
import passerelle.http.Status;

/**
 * A listing on its way from the worker to the loop, or the status that says why there is none.
 *
 * <p>Confined to the loop thread.
 */
final class ListingAnswer implements Deferral.Answer {
  private final ListingRequest request;
  private final Status status;
  private final @Nullable DirectorySnapshot snapshot;

  private ListingAnswer(
      ListingRequest request, Status status, @Nullable DirectorySnapshot snapshot) {
    this.request = request;
    this.status = status;
    this.snapshot = snapshot;
  }

  /** The listing that a snapshot gives; the answer owns it. */
  static ListingAnswer of(ListingRequest request, DirectorySnapshot snapshot) {
    return new ListingAnswer(request, Status.OK, snapshot);
  }

  /** There is no listing. */
  static ListingAnswer refusal(ListingRequest request, Status status) {
    return new ListingAnswer(request, status, null);
  }

  @Override
  public void applyTo(Exchange exchange) {
    Response response = exchange.response();
    if (snapshot == null) {
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
        .body(new PiecesBody(source(snapshot)));
    exchange.send();
  }

  private PiecesBody.Source source(DirectorySnapshot listed) {
    try {
      return request.isJson() ? new ListingJson(listed) : new ListingPage(listed, request);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // not from memory
    }
  }

  @Override
  public void discard() {
    if (snapshot != null) {
      snapshot.close();
    }
  }
}
