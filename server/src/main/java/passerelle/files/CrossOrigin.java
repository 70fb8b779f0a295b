package passerelle.files;

import passerelle.http.FieldBlock;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.http.Response;

/**
 * What lets scripts of other origins read the files (the Fetch Standard, "CORS protocol").
 *
 * <p>Immutable.
 */
public final class CrossOrigin {
  /** Those of every response. */
  public static final FieldBlock FIELDS =
      FieldBlock.of(
          "Access-Control-Allow-Origin",
          "*",
          "Access-Control-Expose-Headers",
          "Accept-Ranges, Content-Encoding, Content-Length, Content-Range, ETag");

  private CrossOrigin() {}

  /** Adds them to a response that is no file. */
  public static void allow(Response response) {
    response.fields(FIELDS);
  }

  /** Whether an OPTIONS request is a browser's question before another request. */
  public static boolean isPreflight(Request request) {
    return request.fields().first(FieldName.ACCESS_CONTROL_REQUEST_METHOD) != null;
  }

  /** Adds what a browser asks before a request that a form could not have made. */
  public static void answerPreflight(Request request, Response response) {
    allow(response);
    if (isPreflight(request)) {
      response
          .field("Access-Control-Allow-Methods", "GET, HEAD")
          .field("Access-Control-Allow-Headers", "*")
          .field("Access-Control-Max-Age", "86400");
    }
  }
}
