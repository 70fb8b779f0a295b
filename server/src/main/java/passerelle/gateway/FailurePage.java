package passerelle.gateway;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import passerelle.http.BytesBody;
import passerelle.http.Exchange;
import passerelle.http.Fields;
import passerelle.http.Refusal;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.io.Ascii;
import passerelle.io.OctetPath;
import passerelle.pages.Html;

/**
 * A page that tells the person who writes scripts what went wrong with one, with its errors, its
 * command and its environment. It is for nobody else to see: {@link #isFor} says for whom it is.
 *
 * <p>Immutable.
 */
final class FailurePage {
  private static final String STYLE =
      Html.STYLE
          + """
          h2 { margin: 1.5rem 0 .5rem; font-size: 1.1rem; }
          pre { margin: 0; padding: .75rem 1rem; background: var(--card); overflow-x: auto;
            border: 1px solid var(--line); border-radius: .4rem; white-space: pre-wrap;
            overflow-wrap: anywhere; }
          table { background: var(--card); border: 1px solid var(--line); table-layout: fixed; }
          th, td { padding: .2rem .6rem; text-align: left; vertical-align: top;
            border-bottom: 1px solid var(--line); overflow-wrap: anywhere; }
          th { width: 34%; font: 600 .85rem/1.6 ui-monospace, monospace; }
          td { font: .85rem/1.6 ui-monospace, monospace; }
          .what { font-size: 1.1rem; }
          @media (max-width: 40rem) {
            table, tbody, tr, th, td { display: block; width: auto; }
            th { padding-bottom: 0; border: 0; }
          }
          """;

  private static final Set<String> PROXY_FIELDS =
      Set.of(
          "client-ip",
          "forwarded",
          "true-client-ip",
          "via",
          "x-client-ip",
          "x-forwarded-by",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-port",
          "x-forwarded-proto",
          "x-forwarded-server",
          "x-original-host",
          "x-real-ip");

  private FailurePage() {}

  /**
   * What there is to tell.
   *
   * @param problem what went wrong, as a sentence without its subject, the script
   * @param advice what to do about it
   * @param errors what the script wrote to its standard error, its last part
   * @param output what it printed, its first part
   * @param command the words of the command; empty if it did not come to that
   * @param directory where it ran
   * @param environment its variables, one character per octet
   */
  record Story(
      String problem,
      List<String> advice,
      String errors,
      String output,
      List<String> command,
      String directory,
      Map<String, String> environment) {}

  /**
   * Whether the client is this computer itself, by an address of its own that no other site's pages
   * can pretend to be, and not a proxy that asks for somebody else.
   */
  static boolean isFor(Request request) {
    Fields fields = request.fields();
    for (int i = 0; i < fields.count(); i++) {
      String name = Ascii.lower(fields.name(i).toString());
      String value = fields.value(i).toString();
      boolean isOfAnotherSite =
          (name.equals("origin") && !value.equals("http://" + request.authority()))
              || (name.equals("sec-fetch-site")
                  && !value.equals("none")
                  && !value.equals("same-origin"));
      if (isOfAnotherSite || PROXY_FIELDS.contains(name)) {
        return false;
      }
    }
    return request.minorVersion() > 0 // proxies like to speak 1.0; a browser does not
        && request.remoteAddress().getAddress().isLoopbackAddress()
        && isLoopback(MetaVariables.host(request));
  }

  private static boolean isLoopback(String host) {
    String lower = Ascii.lower(host);
    return lower.equals("localhost")
        || lower.equals("[::1]")
        || (lower.startsWith("127.") && Ascii.isAll(lower.replace(".", ""), Ascii.DIGIT));
  }

  /** Sends the page. On the loop. */
  static void send(Exchange exchange, Refusal refusal, String scriptName, Story story) {
    byte[] html = html(refusal.status(), scriptName, story).getBytes(StandardCharsets.UTF_8);
    exchange.refuse(
        refusal,
        (response, refused) ->
            response
                .field("Content-Type", "text/html; charset=utf-8")
                .field("X-Content-Type-Options", "nosniff")
                .field("Cache-Control", "no-store")
                .body(BytesBody.of(html)));
  }

  private static String html(Status status, String scriptName, Story story) {
    String title = status.code() + " " + status.reason();
    StringBuilder page = new StringBuilder(Html.start(title, STYLE));
    page.append("<h1>").append(title).append("</h1>\n<p class=\"what\">The script <b>");
    page.append(text(scriptName))
        .append("</b> ")
        .append(Html.escape(story.problem))
        .append(".</p>\n");
    for (String advice : story.advice) {
      page.append("<p>").append(Html.escape(advice)).append("</p>\n");
    }
    section(page, "What it wrote to its standard error", story.errors);
    section(page, "What it printed first", story.output);
    section(page, "The command", words(story.command));
    section(page, "Its directory", OctetPath.display(story.directory));
    page.append("<h2>Its environment</h2>\n<table>\n");
    new TreeMap<>(story.environment)
        .forEach(
            (name, value) ->
                page.append("<tr><th>")
                    .append(text(name))
                    .append("</th><td>")
                    .append(text(value))
                    .append("</td></tr>\n"));
    page.append("</table>\n<p>This page is shown because the server was started with --cgi-debug;")
        .append(" other computers see a short one.</p>");
    return page.append(Html.end()).toString();
  }

  private static void section(StringBuilder page, String heading, String text) {
    if (!text.isBlank()) {
      page.append("<h2>").append(heading).append("</h2>\n<pre>");
      page.append(Html.escape(text)).append("</pre>\n");
    }
  }

  private static String text(String octets) {
    return Html.escape(OctetPath.display(octets));
  }

  private static String words(List<String> command) {
    return OctetPath.display(String.join(" ", command));
  }
}
