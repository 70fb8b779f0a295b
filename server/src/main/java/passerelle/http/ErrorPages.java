package passerelle.http;

/**
 * Short HTML pages for responses that have nothing better to say.
 *
 * <p>Immutable.
 */
final class ErrorPages {
  private ErrorPages() {}

  /** What a status means for the person in front of the browser. */
  static String explanation(Status status) {
    return switch (status.code()) {
      case 400 -> "The request is not valid HTTP, or its address is malformed.";
      case 403 -> "This is not for you to see.";
      case 404 -> "There is nothing at this address. Check it for typing errors.";
      case 405 -> "This address cannot be used with that method.";
      case 408 -> "The request took too long to arrive.";
      case 412 -> "A condition in the request does not hold.";
      case 413 -> "The request carries more content than this server accepts.";
      case 414 -> "The address is too long.";
      case 416 -> "The file has no such part.";
      case 417 -> "The server cannot meet the expectation in the request.";
      case 431 -> "The request's header fields are too large.";
      case 500 -> "Something went wrong. The server's log says what.";
      case 501 -> "This server does not know how to do that.";
      case 502 -> "The script gave no proper answer. The server's log says why.";
      case 503 -> "The server is busy. Please try again in a moment.";
      case 504 -> "The script took too long to answer.";
      case 505 -> "This server speaks HTTP/1.0 and HTTP/1.1.";
      default -> "";
    };
  }

  /** A whole page; the explanation is plain text. */
  static String page(Status status, String explanation) {
    String title = status.code() + " " + status.reason();
    return Html.page(
        title, "<h1>" + Html.escape(title) + "</h1>\n<p>" + Html.escape(explanation) + "</p>");
  }
}
