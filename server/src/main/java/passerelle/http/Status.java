package passerelle.http;

import java.util.HashMap;
import java.util.Map;
import passerelle.io.Ascii;

/**
 * A status code and its reason phrase (RFC 9110 §15).
 *
 * <p>Immutable.
 *
 * @param code 100 to 999
 * @param reason the phrase for people; may be empty
 */
public record Status(int code, String reason) {
  /** The highest code. */
  public static final int HIGHEST = 999;

  /** The final codes that are registered, in order, each with the phrase that is usual for it. */
  private static final String REGISTERED =
      """
      200 OK, 201 Created, 202 Accepted, 203 Non-Authoritative Information, 204 No Content,
      205 Reset Content, 206 Partial Content, 207 Multi-Status, 208 Already Reported, 226 IM Used,
      300 Multiple Choices, 301 Moved Permanently, 302 Found, 303 See Other, 304 Not Modified,
      305 Use Proxy, 307 Temporary Redirect, 308 Permanent Redirect, 400 Bad Request,
      401 Unauthorized, 402 Payment Required, 403 Forbidden, 404 Not Found, 405 Method Not Allowed,
      406 Not Acceptable, 407 Proxy Authentication Required, 408 Request Timeout, 409 Conflict,
      410 Gone, 411 Length Required, 412 Precondition Failed, 413 Content Too Large,
      414 URI Too Long, 415 Unsupported Media Type, 416 Range Not Satisfiable,
      417 Expectation Failed, 421 Misdirected Request, 422 Unprocessable Content, 423 Locked,
      424 Failed Dependency, 425 Too Early, 426 Upgrade Required, 428 Precondition Required,
      429 Too Many Requests, 431 Request Header Fields Too Large, 451 Unavailable For Legal Reasons,
      500 Internal Server Error, 501 Not Implemented, 502 Bad Gateway, 503 Service Unavailable,
      504 Gateway Timeout, 505 HTTP Version Not Supported, 506 Variant Also Negotiates,
      507 Insufficient Storage, 508 Loop Detected, 510 Not Extended,
      511 Network Authentication Required\
      """;

  private static final Map<Integer, String> PHRASES = phrases();

  public static final Status OK = usual(200);
  public static final Status NO_CONTENT = usual(204);
  public static final Status PARTIAL_CONTENT = usual(206);
  public static final Status MOVED_PERMANENTLY = usual(301);
  public static final Status FOUND = usual(302);
  public static final Status NOT_MODIFIED = usual(304);
  public static final Status BAD_REQUEST = usual(400);
  public static final Status FORBIDDEN = usual(403);
  public static final Status NOT_FOUND = usual(404);
  public static final Status METHOD_NOT_ALLOWED = usual(405);
  public static final Status REQUEST_TIMEOUT = usual(408);
  public static final Status PRECONDITION_FAILED = usual(412);
  public static final Status CONTENT_TOO_LARGE = usual(413);
  public static final Status URI_TOO_LONG = usual(414);
  public static final Status RANGE_NOT_SATISFIABLE = usual(416);
  public static final Status EXPECTATION_FAILED = usual(417);
  public static final Status TOO_MANY_REQUESTS = usual(429);
  public static final Status HEAD_TOO_LARGE = usual(431);
  public static final Status INTERNAL_SERVER_ERROR = usual(500);
  public static final Status NOT_IMPLEMENTED = usual(501);
  public static final Status BAD_GATEWAY = usual(502);
  public static final Status SERVICE_UNAVAILABLE = usual(503);
  public static final Status GATEWAY_TIMEOUT = usual(504);
  public static final Status VERSION_NOT_SUPPORTED = usual(505);
  public static final Status INSUFFICIENT_STORAGE = usual(507);

  /** Refuses a reason that could break a head: it may hold what a field value may. */
  public Status {
    if (code < 100 || code > HIGHEST || !(reason.isEmpty() || Ascii.isAll(reason, Ascii.FIELD))) {
      throw new IllegalArgumentException("not a status: " + code);
    }
  }

  private static Map<Integer, String> phrases() {
    Map<Integer, String> phrases = new HashMap<>();
    for (String entry : REGISTERED.split(",\\s+", -1)) {
      phrases.put(Integer.parseInt(entry.substring(0, 3)), entry.substring(4));
    }
    return phrases;
  }

  /** A code with its usual phrase; with an empty one if there is none. */
  public static Status usual(int code) {
    return new Status(code, PHRASES.getOrDefault(code, ""));
  }

  /**
   * Whether a response with this status never has content (RFC 9110 §6.4.1, and §15.3.6 for 205).
   */
  public boolean forbidsContent() {
    return endsAtHead() || code == 205;
  }

  /** Whether whoever reads a response with this status takes its head for all (RFC 9112 §6.3). */
  public boolean endsAtHead() {
    return code < 200 || code == 204 || code == 304;
  }
}
