package passerelle.http1;

import org.jspecify.annotations.Nullable;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.io.Ascii;
import passerelle.io.Slice;

/**
 * Decides where a request's content ends (RFC 9112 §6).
 *
 * <p>Whatever two recipients could read in two ways is refused: both framing fields, either of them
 * twice, a coding other than one "chunked", any transfer coding in HTTP/1.0.
 *
 * <p>Immutable.
 */
final class Framing {
  private Framing() {}

  /** Sets the request's content length; returns the status of a refusal, or null. */
  static @Nullable Status read(Request request, long limitOctets) {
    Slice codings = request.fields().first(FieldName.TRANSFER_ENCODING);
    Slice length = request.fields().first(FieldName.CONTENT_LENGTH);
    if (codings != null) {
      return length == null ? chunked(request, codings) : Status.BAD_REQUEST;
    }
    if (length == null) {
      request.contentLength(0);
      return null;
    }
    long octets = Ascii.parseDecimal(length);
    if (octets < 0 || request.fields().occurrences(FieldName.CONTENT_LENGTH) > 1) {
      return Status.BAD_REQUEST;
    }
    if (octets > limitOctets) {
      return Status.CONTENT_TOO_LARGE;
    }
    request.contentLength(octets);
    return null;
  }

  private static @Nullable Status chunked(Request request, Slice codings) {
    if (request.minorVersion() == 0
        || request.fields().occurrences(FieldName.TRANSFER_ENCODING) > 1) {
      return Status.BAD_REQUEST;
    }
    if (!codings.equalsIgnoreCase("chunked")) {
      return isUnknownButDelimited(codings.toString())
          ? Status.NOT_IMPLEMENTED
          : Status.BAD_REQUEST;
    }
    request.contentLength(Request.UNKNOWN_LENGTH);
    return null;
  }

  /** Whether chunked comes once and last, behind codings that this server lacks (§6.1). */
  private static boolean isUnknownButDelimited(String codings) {
    String[] members = Ascii.lower(codings).split(",", -1);
    for (int i = 0; i < members.length; i++) {
      boolean isLast = i == members.length - 1;
      String coding = Ascii.trimOws(members[i]);
      if (coding.isEmpty() || coding.equals("chunked") != isLast) {
        return false;
      }
    }
    return true;
  }
}
