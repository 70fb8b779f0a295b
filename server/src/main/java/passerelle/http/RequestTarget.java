package passerelle.http;

import org.jspecify.annotations.Nullable;
import passerelle.io.Ascii;
import passerelle.io.OctetPath;
import passerelle.io.Slice;

/**
 * The resource that a request asks for (RFC 9112 §3.2): a raw path and a raw query.
 *
 * <p>The raw path is a slice and serves as the key of the file cache; decoding waits until somebody
 * asks. Decoded text has one character per octet. One object serves request after request.
 *
 * <p>Confined to the loop thread.
 */
public final class RequestTarget {
  /**
   * Stands in {@link #decodedNames} for a slash that was sent percent-encoded: it separates
   * nothing, and no file's name holds it.
   */
  public static final char ENCODED_SLASH = '\uffff';

  private final Slice path = new Slice();
  private Slice query = new Slice();
  private boolean hasQuery;
  private boolean isAsterisk;
  private boolean isEncoded = true;

  /** Points at an origin-form target: a path that begins with "/", perhaps "?" and a query. */
  public void setOrigin(Slice origin) {
    int end = origin.endOf(Ascii.TARGET_PATH, 0);
    isEncoded = end == origin.length() || origin.octet(end) == '?';
    if (!isEncoded) {
      int mark = origin.indexOf('?', end);
      end = mark < 0 ? origin.length() : mark;
    }
    hasQuery = end < origin.length();
    isAsterisk = false;
    path.set(origin, 0, end);
    if (hasQuery) {
      isEncoded &= origin.endOf(Ascii.TARGET_QUERY, end + 1) == origin.length();
      query = origin.subSequence(end + 1, origin.length());
    }
  }

  /**
   * Whether no octet stands as itself that its component must have percent-encoded, such as "{@code
   * <}" ({@link Ascii#TARGET_PATH}, {@link Ascii#TARGET_QUERY}).
   */
  public boolean isEncoded() {
    return isEncoded;
  }

  /**
   * A reference to the same place in which all is encoded that RFC 3986 wants so; what is encoded
   * already stays. It starts with one slash, so that it leads to this host.
   */
  public String encoded() {
    int from = 0;
    while (from + 1 < path.length() && path.octet(from) == '/' && path.octet(from + 1) == '/') {
      from++;
    }
    String raw = path.toString().substring(from) + (hasQuery ? "?" + query() : "");
    return OctetPath.percentEncode(raw, Ascii.URI);
  }

  /** Lets go of the buffer that the target lies in. */
  void forget() {
    path.forget();
    query.forget();
  }

  /** The asterisk-form, {@code OPTIONS *}. */
  public void setAsterisk() {
    path.set(Slice.of("*"), 0, 1);
    hasQuery = false;
    isAsterisk = true;
    isEncoded = true;
  }

  /** Whether this is {@code *}, the server as a whole. */
  public boolean isAsterisk() {
    return isAsterisk;
  }

  /** The path as it was sent, percent-encoded. Valid as long as the exchange. */
  public Slice path() {
    return path;
  }

  /** Whether there is a "?", even with nothing behind it. */
  public boolean hasQuery() {
    return hasQuery;
  }

  /** The query as it was sent, without the "?"; empty if there is none. */
  public String query() {
    return hasQuery ? query.toString() : "";
  }

  /** Whether the path holds an encoded slash: one that is no separator, so part of a name. */
  public boolean hasEncodedSlash() {
    for (int i = path.indexOf('%', 0); i >= 0; i = path.indexOf('%', i + 1)) {
      if (path.length() > i + 2
          && path.charAt(i + 1) == '2'
          && (path.charAt(i + 2) | 0x20) == 'f') {
        return true;
      }
    }
    return false;
  }

  /**
   * The path with percent-encodings decoded and dot segments removed (RFC 3986 §5.2.4).
   *
   * <p>Decoding comes first, so that an encoded dot or slash cannot slip past. Empty segments are
   * dropped, a trailing slash is kept.
   *
   * @return null if a percent-encoding is malformed, an octet is NUL, or a ".." leads out of the
   *     root
   */
  public @Nullable String decodedPath() {
    String decoded = percentDecode(path, '/');
    return decoded == null ? null : withoutDotSegments(decoded);
  }

  /**
   * The same, but with {@link #ENCODED_SLASH} for each slash that was sent percent-encoded: what
   * stands between two slashes is one name.
   *
   * @return null where {@link #decodedPath} is null
   */
  public @Nullable String decodedNames() {
    String decoded = decodedPath();
    if (decoded == null || !hasEncodedSlash()) {
      return decoded;
    }
    return withoutDotSegments(String.valueOf(percentDecode(path, ENCODED_SLASH)));
  }

  /**
   * A reference to the same place with a slash at the end of its path, for a Location field.
   *
   * <p>The path is made anew from the decoded one: it starts with exactly one slash, so that no
   * request can make it lead to another host. Only for a path that can be decoded.
   */
  public String withSlash() {
    StringBuilder reference = new StringBuilder(OctetPath.percentEncode(decodedPath() + "/"));
    if (hasQuery) {
      // A client's query may hold raw octets, that of a script's local redirect a space.
      reference.append('?').append(OctetPath.percentEncode(query(), Ascii.URI));
    }
    return reference.toString();
  }

  private static @Nullable String percentDecode(CharSequence raw, char slash) {
    StringBuilder decoded = new StringBuilder(raw.length());
    for (int i = 0; i < raw.length(); i++) {
      int c = raw.charAt(i);
      if (c == '%') {
        int high = i + 2 < raw.length() ? Ascii.hexValue(raw.charAt(i + 1)) : -1;
        int low = high >= 0 ? Ascii.hexValue(raw.charAt(i + 2)) : -1;
        if (low < 0) {
          return null;
        }
        c = high << 4 | low;
        c = c == '/' ? slash : c;
        i += 2;
      }
      if (c == 0) {
        return null;
      }
      decoded.append((char) c);
    }
    return decoded.toString();
  }

  /**
   * A decoded path without its dot segments and empty ones (RFC 3986 §5.2.4); null if a ".." leads
   * out of it.
   */
  public static @Nullable String withoutDotSegments(String path) {
    StringBuilder clean = new StringBuilder(path.length());
    int at = 0;
    while (at < path.length()) {
      int end = path.indexOf('/', at + 1);
      if (end < 0) {
        end = path.length();
      }
      String segment = path.substring(at + 1, end);
      boolean isLast = end == path.length();
      if (segment.equals("..")) {
        int parent = clean.lastIndexOf("/");
        if (parent < 0) {
          return null;
        }
        clean.setLength(parent);
      } else if (!segment.equals(".") && !segment.isEmpty()) {
        clean.append('/').append(segment);
        segment = "";
        if (isLast) {
          return clean.toString();
        }
      }
      at = end;
    }
    return clean.append('/').toString();
  }
}
