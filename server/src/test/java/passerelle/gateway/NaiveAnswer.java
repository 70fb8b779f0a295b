package passerelle.gateway;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import passerelle.http.Body;
import passerelle.http.Status;

/**
 * A second reading of a script's answer, to compare the parser's with: the text is split into
 * lines, and regular expressions say what RFC 3875 §6.3 allows there.
 *
 * @param octets how many the head has
 * @param grownOctets how many it would have with a space behind each colon, and CRLF for each LF
 * @param response what the head says
 */
record NaiveAnswer(int octets, int grownOctets, ScriptResponse response) {
  private static final Pattern FIELD =
      Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*([\\t -~\\x80-\\xff]*)");
  private static final Pattern STATUS =
      Pattern.compile("([2-9][0-9]{2})(?: (.*))?", Pattern.DOTALL);
  private static final Set<String> ONCE =
      Set.of(
          "content-disposition",
          "content-length",
          "content-location",
          "content-range",
          "content-type",
          "etag",
          "last-modified",
          "location",
          "retry-after",
          "status",
          "x-sendfile");
  private static final Set<String> DROPPED =
      Set.of(
          "date",
          "keep-alive",
          "proxy-connection",
          "server",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Reads the head that the text begins with; null if it does not begin with a complete one. */
  static @Nullable NaiveAnswer read(String text) {
    List<String> lines = List.of(text.split("\n", -1));
    List<ScriptResponse.Field> fields = new ArrayList<>();
    int octets = 0;
    // The last piece has no LF behind it: it is no line.
    for (String line : lines.subList(0, lines.size() - 1)) {
      octets += line.length() + 1;
      String content = line.replaceFirst("\r\\z", "");
      Matcher field = FIELD.matcher(content);
      if (content.isEmpty()) {
        ScriptResponse response = fields.isEmpty() ? null : response(fields);
        return response == null
            ? null
            : new NaiveAnswer(octets, octets + 2 * fields.size(), response);
      }
      if (!field.matches()) {
        return null;
      }
      String value = field.group(2).replaceFirst("[ \t]+\\z", "");
      fields.add(new ScriptResponse.Field(field.group(1), value));
    }
    return null;
  }

  private static @Nullable ScriptResponse response(List<ScriptResponse.Field> all) {
    List<ScriptResponse.Field> lines = new ArrayList<>(all);
    lines.removeIf(
        line ->
            line.value().isEmpty()
                && ONCE.contains(lower(line.name()))
                && !lower(line.name()).equals("x-sendfile"));
    List<String> once =
        lines.stream().map(line -> lower(line.name())).filter(ONCE::contains).toList();
    long withValue = lines.stream().filter(line -> !line.value().isEmpty()).count();
    if (once.size() > new HashSet<>(once).size() || withValue == 0) {
      return null;
    }
    List<ScriptResponse.Field> others = new ArrayList<>();
    Set<String> hops = new HashSet<>();
    Status status = null;
    String location = null;
    long length = Body.UNKNOWN;
    for (ScriptResponse.Field line : lines) {
      switch (line.name().toLowerCase(Locale.ROOT)) {
        case "status" -> {
          Matcher parts = STATUS.matcher(line.value());
          if (!parts.matches()) {
            return null;
          }
          int code = Integer.parseInt(parts.group(1));
          String reason = parts.group(2) == null ? "" : parts.group(2).replaceFirst("^[ \t]+", "");
          status = reason.isEmpty() ? Status.usual(code) : new Status(code, reason);
        }
        case "location" -> location = line.value();
        case "content-length" -> {
          if (!isLength(line.value())) {
            return null;
          }
          length = Long.parseLong(line.value());
        }
        case "connection" -> {
          for (String option : line.value().split(",", -1)) {
            hops.add(option.toLowerCase(Locale.ROOT).replaceAll("^[ \t]+|[ \t]+$", ""));
          }
        }
        case "x-sendfile" -> {
          // Nobody asked for it.
        }
        default -> {
          if (!DROPPED.contains(line.name().toLowerCase(Locale.ROOT))) {
            others.add(line);
          }
        }
      }
    }
    others.removeIf(other -> hops.contains(other.name().toLowerCase(Locale.ROOT)));
    boolean isAlone = location != null && withValue == 1;
    return new ScriptResponse(status, location, length, others, null, null, isAlone);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static boolean isLength(String value) {
    return value.matches("[0-9]+") && new BigInteger(value).bitLength() < Long.SIZE;
  }
}
