package passerelle.bench.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes elements of HTML and SVG. Everything that is not an element's or attribute's own name goes
 * through here, so this is the only place that escapes.
 *
 * <p>Confined to one worker.
 */
final class Markup {
  private final StringBuilder written = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /** Begins an element; attributes are names and values in turn. */
  Markup open(String element, String... attributes) {
    begin(element, attributes).append('>');
    open.push(element);
    return this;
  }

  /** Ends the element that was begun last. */
  Markup close() {
    written.append("</").append(open.pop()).append('>');
    return this;
  }

  /** An element that has no content. */
  Markup empty(String element, String... attributes) {
    begin(element, attributes).append("/>");
    return this;
  }

  /** An element that holds only text. */
  Markup leaf(String element, String text, String... attributes) {
    return open(element, attributes).text(text).close();
  }

  Markup text(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '&' -> written.append("&amp;");
        case '<' -> written.append("&lt;");
        case '>' -> written.append("&gt;");
        case '"' -> written.append("&quot;");
        case '\'' -> written.append("&#39;");
        default -> written.append(isAllowed(c) ? c : '\uFFFD');
      }
    }
    return this;
  }

  /** A style sheet of ours. What is in such an element is not escaped in HTML. */
  Markup style(String sheet) {
    written.append("<style>\n").append(sheet).append("</style>");
    return this;
  }

  Markup newLine() {
    written.append('\n');
    return this;
  }

  /** What was written. */
  String done() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Not ended: " + open);
    }
    return written.toString();
  }

  /** Control characters may stand in neither HTML nor XML, whichever way they are written. */
  private static boolean isAllowed(char c) {
    return (c >= ' ' && c != 0x7F) || c == '\n' || c == '\t';
  }

  private StringBuilder begin(String element, String... attributes) {
    written.append('<').append(element);
    for (int i = 0; i < attributes.length; i += 2) {
      written.append(' ').append(attributes[i]).append("=\"");
      text(attributes[i + 1]);
      written.append('"');
    }
    return written;
  }
}
