package passerelle.listing;

import passerelle.http.FieldName;
import passerelle.http.Method;
import passerelle.http.Request;
import passerelle.http.WeightedList;
import passerelle.io.ClientKey;

/**
 * What a request for a listing asks for, copied from it for a worker.
 *
 * <p>Immutable.
 *
 * @param client who asks
 * @param urlPath the directory's decoded URL path, with the trailing slash
 * @param order in which order the entries come
 * @param isJson whether they are wanted as JSON rather than as a page
 * @param isHead whether only the fields are wanted
 */
public record ListingRequest(
    ClientKey client, String urlPath, ListingOrder order, boolean isJson, boolean isHead) {
  static final String JSON = "application/json";
  static final String HTML = "text/html";

  /** Reads a request; on the loop. */
  public static ListingRequest of(Request request, String urlPath) {
    String accept = request.fields().joined(FieldName.ACCEPT);
    return new ListingRequest(
        ClientKey.of(request.remoteAddress()),
        urlPath,
        ListingOrder.of(request.target().query()),
        accept != null && new WeightedList(accept).prefersMedia(JSON, HTML),
        request.method() == Method.HEAD);
  }
}
