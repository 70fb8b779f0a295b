package passerelle.http1;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A second reading of request heads, to compare the parser's with: the text is split into lines,
 * and regular expressions made from the ABNF of RFC 9112 §3 and §5 say what a line is.
 */
final class NaiveHead {
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern REQUEST_LINE =
      Pattern.compile("(" + TOKEN + ") ([!-~\\x80-\\xff&&[^#]]+) HTTP/([0-9])\\.([0-9])");
  private static final Pattern FIELD_LINE =
      Pattern.compile("(" + TOKEN + "):([\\t -~\\x80-\\xff]*)");

  private static final Pattern ABSOLUTE_FORM =
      Pattern.compile("[Hh][Tt][Tt][Pp][Ss]?://([^/?]+)(/[^?]*)?(\\?.*)?", Pattern.DOTALL);

  /** The empty lines in front of the request line. */
  final int emptyLines;

  /** How many octets the head has, without the empty lines in front of it. */
  final int octets;

  final String method;
  final String target;
  final int major;
  final int minor;
  final List<String> names = new ArrayList<>();
  final List<String> values = new ArrayList<>();

  private NaiveHead(List<String> lines, int emptyLines, Matcher requestLine) {
    this.emptyLines = emptyLines;
    method = requestLine.group(1);
    target = requestLine.group(2);
    major = Integer.parseInt(requestLine.group(3));
    minor = Integer.parseInt(requestLine.group(4));
    octets = lines.stream().mapToInt(line -> line.length() + 2).sum() + 2;
  }

  /** The head that the text begins with; null if it does not begin with a complete head. */
  static @Nullable NaiveHead read(String text) {
    List<String> lines = List.of(text.split("\r\n", -1));
    int first = 0;
    while (first < lines.size() && lines.get(first).isEmpty()) {
      first++;
    }
    int end = first;
    while (end < lines.size() && !lines.get(end).isEmpty()) {
      end++;
    }
    // The last piece has no CRLF behind it: it is no line.
    if (end >= lines.size() - 1) {
      return null;
    }
    Matcher requestLine = REQUEST_LINE.matcher(lines.get(first));
    if (!requestLine.matches()) {
      return null;
    }
    NaiveHead head = new NaiveHead(lines.subList(first, end), first, requestLine);
    return head.addFields(lines.subList(first + 1, end)) ? head : null;
  }

  private boolean addFields(List<String> lines) {
    for (String line : lines) {
      Matcher field = FIELD_LINE.matcher(line);
      if (!field.matches()) {
        return false;
      }
      names.add(field.group(1));
      values.add(trimmed(field.group(2)));
    }
    return true;
  }

  /** The text without the SP and HTAB around it. */
  static String trimmed(String value) {
    int from = 0;
    int to = value.length();
    while (from < to && " \t".indexOf(value.charAt(from)) >= 0) {
      from++;
    }
    while (from < to && " \t".indexOf(value.charAt(to - 1)) >= 0) {
      to--;
    }
    return value.substring(from, to);
  }

  /** The values of all fields with this name. */
  List<String> values(String name) {
    List<String> found = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      if (names.get(i).equalsIgnoreCase(name)) {
        found.add(values.get(i));
      }
    }
    return found;
  }

  /** Who is asked: the authority of a target in absolute-form, else Host, else nobody. */
  String authority() {
    Matcher absolute = ABSOLUTE_FORM.matcher(target);
    if (absolute.matches()) {
      return absolute.group(1);
    }
    List<String> hosts = values("Host");
    return hosts.isEmpty() ? "" : hosts.get(0);
  }

  /** What is asked for: the target without the authority that it may have. */
  String resource() {
    Matcher absolute = ABSOLUTE_FORM.matcher(target);
    if (!absolute.matches()) {
      return target;
    }
    String path = absolute.group(2);
    String query = absolute.group(3);
    return (path == null ? "/" : path) + (query == null ? "" : query);
  }
}
