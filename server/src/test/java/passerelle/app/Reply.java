package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A response as it came over the wire, with one character for each octet.
 *
 * @param fields the field lines, as sent
 * @param content without its chunk framing
 */
record Reply(int status, String reason, List<String> fields, String content) {

  /** The value of the first line with this name, or null. */
  @Nullable String field(String name) {
    for (String line : fields) {
      int colon = line.indexOf(':');
      if (colon > 0 && line.substring(0, colon).equalsIgnoreCase(name)) {
        return line.substring(colon + 1).strip();
      }
    }
    return null;
  }

  /** The value of a field that must be there once. */
  String only(String name) {
    long count =
        fields.stream()
            .filter(f -> f.regionMatches(true, 0, name + ":", 0, name.length() + 1))
            .count();
    assertEquals(1, count, () -> name + " in " + fields);
    String value = field(name);
    return value == null ? "" : value;
  }

  /** The content as UTF-8. */
  String text() {
    return new String(content.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** Status and content, for short expectations. */
  String brief() {
    return status + " " + content;
  }
}
