package passerelle.files;

import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.http.Response;

/**
 * What lets scripts of other origins read the files (the Fetch Standard, "CORS protocol").
 *
 * <p>Immutable.
 */
final class CrossOrigin {
  /** The field lines of every response. */
  static final String LINES =
      "Access-Control-Allow-Origin: *\r\n"
          + "Access-Control-Expose-Headers: Accept-Ranges, Content-Encoding, Content-Length,"
          + " Content-Range, ETag\r\n";

  private CrossOrigin() {}

  /** Adds the lines to a response that has none rendered. */
  static void allow(Response response) {
    for (String line : LINES.split("\r\n", -1)) {
      int colon = line.indexOf(": ");
      if (colon > 0) {
        response.field(line.substring(0, colon), line.substring(colon + 2));
      }
    }
  }

  /** Adds what a browser asks before a request that a form could not have made. */
  static void answerPreflight(Request request, Response response) {
    allow(response);
    if (request.fields().first(FieldName.ACCESS_CONTROL_REQUEST_METHOD) != null) {
      response
          .field("Access-Control-Allow-Methods", "GET, HEAD")
          .field("Access-Control-Allow-Headers", "*")
          .field("Access-Control-Max-Age", "86400");
    }
  }
}
