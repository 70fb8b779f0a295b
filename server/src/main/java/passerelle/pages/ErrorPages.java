package passerelle.pages;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import passerelle.http.FieldBlock;
import passerelle.http.Refusal;
import passerelle.http.RefusalContent;
import passerelle.http.Response;
import passerelle.http.Status;

/**
 * Short HTML pages for refusals that have no content of their own, and the site's own pages in
 * their place.
 *
 * <p>Safe from any thread.
 */
public final class ErrorPages implements RefusalContent {
  private static final String HTML = "text/html; charset=utf-8";

  private final Map<Status, Page> builtIn = new ConcurrentHashMap<>();
  private volatile Map<Integer, Page> own = Map.of();

  /**
   * A page to send.
   *
   * <p>Immutable.
   *
   * @param mediaType the value of Content-Type
   * @param content the content, which nobody changes any more
   */
  @SuppressWarnings("ArrayRecordComponent") // nobody compares pages
  public record Content(String mediaType, byte[] content) {}

  /** What is the same in all answers with some content. */
  private record Page(FieldBlock fields, ByteBuffer content) {
    Page(Content page) {
      this(
          FieldBlock.of("Content-Type", page.mediaType, "X-Content-Type-Options", "nosniff"),
          ByteBuffer.wrap(page.content));
    }
  }

  /** From now on, for these status codes, these pages. */
  public void replace(Map<Integer, Content> pages) {
    Map<Integer, Page> rendered = new HashMap<>();
    pages.forEach((code, page) -> rendered.put(code, new Page(page)));
    own = Map.copyOf(rendered);
  }

  @Override
  public void addTo(Response response, Refusal refusal) {
    Page page = of(refusal);
    response.defaults(page.fields).content(page.content, page.content.limit(), null);
  }

  /**
   * The site's own page for a status, or the built-in one. That is made once, unless the refusal
   * has a reason of its own.
   */
  private Page of(Refusal refusal) {
    Status status = refusal.status();
    Page page = own.get(status.code());
    if (page != null) {
      return page;
    }
    if (!refusal.explanation().isEmpty()) {
      return builtIn(status, refusal.explanation());
    }
    page = builtIn.get(status);
    return page != null
        ? page
        : builtIn.computeIfAbsent(status, known -> builtIn(known, explanation(known)));
  }

  private static Page builtIn(Status status, String explanation) {
    String title = status.code() + " " + status.reason();
    String html =
        Html.page(
            title, "<h1>" + Html.escape(title) + "</h1>\n<p>" + Html.escape(explanation) + "</p>");
    return new Page(new Content(HTML, html.getBytes(StandardCharsets.UTF_8)));
  }

  /** What a status means for the person in front of the browser. */
  private static String explanation(Status status) {
    return switch (status.code()) {
      case 301 -> "This address has moved.";
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
      case 504 -> "The answer took too long to prepare.";
      case 505 -> "This server speaks HTTP/1.0 and HTTP/1.1.";
      default -> "";
    };
  }
}
