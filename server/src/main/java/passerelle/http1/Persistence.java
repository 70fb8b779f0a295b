package passerelle.http1;

import passerelle.http.FieldName;
import passerelle.http.Fields;
import passerelle.http.Request;
import passerelle.io.Slice;

/**
 * Decides whether a connection may carry another request (RFC 9112 §9.3).
 *
 * <p>Immutable.
 */
final class Persistence {
  private Persistence() {}

  /** What the client offers: HTTP/1.1 unless it says close, HTTP/1.0 if it says keep-alive. */
  static boolean isOffered(Request request) {
    Fields fields = request.fields();
    if (fields.occurrences(FieldName.CONNECTION) == 0) {
      return request.minorVersion() > 0;
    }
    boolean keepAlive = false;
    for (int i = 0; i < fields.count(); i++) {
      if (fields.isNamed(i, FieldName.CONNECTION)) {
        Slice options = fields.value(i);
        if (lists(options, "close")) {
          return false;
        }
        keepAlive |= lists(options, "keep-alive");
      }
    }
    return keepAlive || request.minorVersion() > 0;
  }

  /** Whether a comma-separated list holds the token, in any case; copies nothing. */
  private static boolean lists(Slice list, String token) {
    int start = 0;
    while (start <= list.length()) {
      int comma = list.indexOf(',', start);
      int end = comma < 0 ? list.length() : comma;
      int from = start;
      int to = end;
      while (from < to && isOws(list.octet(from))) {
        from++;
      }
      while (to > from && isOws(list.octet(to - 1))) {
        to--;
      }
      if (list.equalsIgnoreCase(from, to, token)) {
        return true;
      }
      start = end + 1;
    }
    return false;
  }

  private static boolean isOws(int octet) {
    return octet == ' ' || octet == '\t';
  }
}
