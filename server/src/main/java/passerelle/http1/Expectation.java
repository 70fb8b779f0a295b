package passerelle.http1;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.io.Ascii;

/**
 * What a request expects of the server before it sends its content (RFC 9110 §10.1.1).
 *
 * <p>Immutable.
 */
final class Expectation {
  /** The interim response that makes the client go on. */
  static final byte[] FULFILMENT =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private static final String CONTINUE = "100-continue";

  private Expectation() {}

  /** Whether the client waits for an interim response before it sends content. */
  static boolean isContinue(Request request) {
    String list = list(request);
    return list != null && Ascii.lower(list).contains(CONTINUE) && isKnown(request);
  }

  /** Whether the server can meet everything that is expected; if not, 417. */
  static boolean isKnown(Request request) {
    String list = list(request);
    if (list == null) {
      return true;
    }
    for (String member : list.split(",", -1)) {
      String expectation = Ascii.lower(Ascii.trimOws(member));
      if (!expectation.isEmpty() && !expectation.equals(CONTINUE)) {
        return false;
      }
    }
    return true;
  }

  /** The expectations, or null for none. HTTP/1.0 does not know them; there they are ignored. */
  private static @Nullable String list(Request request) {
    return request.minorVersion() == 0 ? null : request.fields().joined(FieldName.EXPECT);
  }
}
