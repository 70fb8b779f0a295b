package passerelle.http1;

import org.jspecify.annotations.Nullable;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.io.Slice;

/**
 * What a request expects of the server before it sends its content (RFC 9110 §10.1.1).
 *
 * <p>Immutable.
 */
final class Expectation {
  private static final String CONTINUE = "100-continue";

  private Expectation() {}

  /** Whether the client waits for an interim response before it sends content. */
  static boolean isContinue(Request request) {
    Slice expectation = of(request);
    return expectation != null && expectation.equalsIgnoreCase(CONTINUE);
  }

  /** Whether the server can meet the expectation, if there is one; if not, 417. */
  static boolean isKnown(Request request) {
    return of(request) == null || isContinue(request);
  }

  /** HTTP/1.0 does not know expectations; one in it is ignored. */
  private static @Nullable Slice of(Request request) {
    return request.minorVersion() == 0 ? null : request.fields().first(FieldName.EXPECT);
  }
}
