package passerelle.wire;

import org.jspecify.annotations.Nullable;
import passerelle.http.FieldName;
import passerelle.http.Method;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.io.Slice;

/**
 * Reads the request target in its four forms and the Host field (RFC 9112 §3.2).
 *
 * <pre>
 *   origin-form    = absolute-path [ "?" query ]
 *   absolute-form  = "http" [ "s" ] "://" authority [ absolute-path ] [ "?" query ]
 *   authority-form = authority          ; CONNECT only, which is not implemented
 *   asterisk-form  = "*"                ; OPTIONS only
 *   Host           = uri-host [ ":" port ]
 * </pre>
 *
 * <p>Immutable.
 */
public final class TargetForm {
  private static final Slice ROOT = Slice.of("/");

  private TargetForm() {}

  /** Sets the request's target and authority; returns the status of a refusal, or null. */
  public static @Nullable Status read(Request request, Slice target) {
    if (request.method() == Method.CONNECT) {
      return Status.NOT_IMPLEMENTED;
    }
    Status status = host(request);
    if (status != null) {
      return status;
    }
    int first = target.octet(0);
    if (first == '/') {
      return origin(request, target);
    }
    if (first == '*' && target.length() == 1) {
      request.target().setAsterisk();
      return request.method() == Method.OPTIONS ? null : Status.BAD_REQUEST;
    }
    return absolute(request, target);
  }

  private static @Nullable Status host(Request request) {
    Slice host = request.authority();
    if (!request.fields().find(FieldName.HOST, host)) {
      return request.minorVersion() == 0 ? null : Status.BAD_REQUEST;
    }
    boolean isValid = host.length() == 0 || Authority.isValid(host);
    boolean isOnly = request.fields().occurrences(FieldName.HOST) == 1;
    return isValid && isOnly ? null : Status.BAD_REQUEST;
  }

  /** The absolute form's authority wins over Host (RFC 9112 §3.2.2). */
  private static @Nullable Status absolute(Request request, Slice target) {
    int authorityStart = schemeLength(target);
    if (authorityStart < 0) {
      return Status.BAD_REQUEST;
    }
    int authorityEnd = authorityStart;
    while (authorityEnd < target.length()
        && target.octet(authorityEnd) != '/'
        && target.octet(authorityEnd) != '?') {
      authorityEnd++;
    }
    Slice authority = target.subSequence(authorityStart, authorityEnd);
    if (!Authority.isValid(authority)) {
      return Status.BAD_REQUEST;
    }
    request.authority().set(authority, 0, authority.length());
    Slice rest = target.subSequence(authorityEnd, target.length());
    if (rest.length() == 0) {
      return origin(request, ROOT);
    }
    return origin(request, rest.octet(0) == '/' ? rest : Slice.of("/" + rest));
  }

  /**
   * What is not encoded as it must be makes the request line invalid. To take it as it is meant
   * could lead past a filter on the way (RFC 9112 §3.2), so the client is to say it rightly: a GET
   * or HEAD is sent to {@link passerelle.http.RequestTarget#encoded} later on, all else is refused.
   */
  private static @Nullable Status origin(Request request, Slice target) {
    request.target().setOrigin(target);
    return request.target().isEncoded() || request.isGetOrHead() ? null : Status.BAD_REQUEST;
  }

  private static int schemeLength(Slice target) {
    for (String scheme : new String[] {"http://", "https://"}) {
      int length = scheme.length();
      if (target.length() > length && target.subSequence(0, length).equalsIgnoreCase(scheme)) {
        return length;
      }
    }
    return -1;
  }
}
