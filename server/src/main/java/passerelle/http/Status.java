package passerelle.http;

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
  public static final Status OK = new Status(200, "OK");
  public static final Status NO_CONTENT = new Status(204, "No Content");
  public static final Status PARTIAL_CONTENT = new Status(206, "Partial Content");
  public static final Status MOVED_PERMANENTLY = new Status(301, "Moved Permanently");
  public static final Status FOUND = new Status(302, "Found");
  public static final Status NOT_MODIFIED = new Status(304, "Not Modified");
  public static final Status BAD_REQUEST = new Status(400, "Bad Request");
  public static final Status FORBIDDEN = new Status(403, "Forbidden");
  public static final Status NOT_FOUND = new Status(404, "Not Found");
  public static final Status METHOD_NOT_ALLOWED = new Status(405, "Method Not Allowed");
  public static final Status REQUEST_TIMEOUT = new Status(408, "Request Timeout");
  public static final Status PRECONDITION_FAILED = new Status(412, "Precondition Failed");
  public static final Status CONTENT_TOO_LARGE = new Status(413, "Content Too Large");
  public static final Status URI_TOO_LONG = new Status(414, "URI Too Long");
  public static final Status RANGE_NOT_SATISFIABLE = new Status(416, "Range Not Satisfiable");
  public static final Status EXPECTATION_FAILED = new Status(417, "Expectation Failed");
  public static final Status TOO_MANY_REQUESTS = new Status(429, "Too Many Requests");
  public static final Status HEAD_TOO_LARGE = new Status(431, "Request Header Fields Too Large");
  public static final Status INTERNAL_SERVER_ERROR = new Status(500, "Internal Server Error");
  public static final Status NOT_IMPLEMENTED = new Status(501, "Not Implemented");
  public static final Status BAD_GATEWAY = new Status(502, "Bad Gateway");
  public static final Status SERVICE_UNAVAILABLE = new Status(503, "Service Unavailable");
  public static final Status GATEWAY_TIMEOUT = new Status(504, "Gateway Timeout");
  public static final Status VERSION_NOT_SUPPORTED = new Status(505, "HTTP Version Not Supported");

  /** Refuses a reason that could break a head: it may hold what a field value may. */
  public Status {
    if (code < 100 || code > 999 || !(reason.isEmpty() || Ascii.isAll(reason, Ascii.FIELD))) {
      throw new IllegalArgumentException("not a status: " + code);
    }
  }

  /** Whether a response with this status never has content (RFC 9110 §6.4.1). */
  public boolean forbidsContent() {
    return code < 200 || code == 204 || code == 304;
  }
}
