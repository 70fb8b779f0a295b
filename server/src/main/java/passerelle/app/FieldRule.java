package passerelle.app;

import java.util.Map;
import passerelle.http.FieldBlock;
import passerelle.http.SingletonFields;
import passerelle.io.Ascii;

/**
 * Which fields may be added to every response.
 *
 * <p>Immutable.
 */
final class FieldRule {
  private static final String OWN = "the server writes it itself";

  /** Those that would contradict what the server writes, and what to use instead. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry("accept-ranges", OWN),
          Map.entry("cache-control", "use --cache"),
          Map.entry("connection", OWN),
          Map.entry("content-encoding", OWN),
          Map.entry("content-length", OWN),
          Map.entry("content-range", OWN),
          Map.entry("content-type", "use --mime"),
          Map.entry("date", OWN),
          Map.entry("etag", OWN),
          Map.entry("keep-alive", OWN),
          Map.entry("last-modified", OWN),
          Map.entry("server", OWN),
          Map.entry("trailer", OWN),
          Map.entry("transfer-encoding", OWN),
          Map.entry("upgrade", OWN),
          Map.entry("x-content-type-options", OWN));

  /** They stand in every head, which has to fit a buffer. */
  private static final int MOST_OCTETS = 4096;

  private FieldRule() {}

  /**
   * The fields and one more.
   *
   * @throws IllegalArgumentException if it must not be added, or that is too much
   */
  static FieldBlock add(FieldBlock fields, String name, String value) {
    check(name, value);
    if (fields.has(name) && SingletonFields.has(name)) {
      throw new IllegalArgumentException("it is no list, and stands once; leave one away");
    }
    if (fields.lineOctets() + name.length() + value.length() > MOST_OCTETS) {
      throw new IllegalArgumentException(
          "all added fields together may have " + MOST_OCTETS + " octets");
    }
    return fields.with(name, value);
  }

  /**
   * Checks a field, one character per octet.
   *
   * @throws IllegalArgumentException whose message says what is wrong
   */
  static void check(String name, String value) {
    if (!Ascii.isAll(name, Ascii.TCHAR)) {
      throw new IllegalArgumentException("its name is no name of a field");
    }
    if (!value.isEmpty() && !Ascii.isAll(value, Ascii.FIELD)) {
      throw new IllegalArgumentException("its value holds a control character");
    }
    String reason = REFUSED.get(Ascii.lower(name));
    if (reason != null) {
      throw new IllegalArgumentException(reason);
    }
  }
}
