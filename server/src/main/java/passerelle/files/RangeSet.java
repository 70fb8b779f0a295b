package passerelle.files;

import java.util.ArrayList;
import java.util.List;
import passerelle.io.Ascii;

/**
 * The parts that a Range field asks for (RFC 9110 §14.1.1, §14.2).
 *
 * <pre>
 *   ranges-specifier = "bytes=" range-spec *( OWS "," OWS [ range-spec ] )
 * </pre>
 *
 * <p>Ranges that overlap, or nearly touch, become one, in the place of the first of them. So the
 * parts never hold an octet twice, and a field asks for no more than the representation and the
 * heads of at most {@value #MOST} parts.
 *
 * <p>Immutable.
 *
 * @param parts those that can be satisfied, in the order of the field
 * @param isIgnored whether the field is to be treated as if it were not there
 */
record RangeSet(List<ByteRange> parts, boolean isIgnored) {
  /** A field with more ranges than this is no honest one. */
  static final int MOST = 64;

  /** Less than the head of a part. */
  private static final long GAP_OCTETS = 80;

  private static final RangeSet IGNORED = new RangeSet(List.of(), true);
  private static final String UNIT = "bytes=";

  /** Whether no range can be satisfied. */
  boolean isUnsatisfiable() {
    return !isIgnored && parts.isEmpty();
  }

  /** Reads a field value for a representation of {@code size} octets. */
  static RangeSet of(String value, long size) {
    if (!Ascii.lower(value).startsWith(UNIT)) {
      return IGNORED;
    }
    List<ByteRange> parts = new ArrayList<>();
    int count = 0;
    int at = UNIT.length();
    while (at <= value.length()) {
      int comma = value.indexOf(',', at);
      int end = comma < 0 ? value.length() : comma;
      String spec = Ascii.trimOws(value.substring(at, end));
      at = end + 1;
      if (spec.isEmpty()) {
        continue; // a list may have empty members (§5.6.1)
      }
      ByteRange range = ByteRange.of(spec, size);
      count++;
      if (range == null || count > MOST) {
        return IGNORED;
      }
      if (range.isSatisfiable()) {
        add(parts, range);
      }
    }
    return count == 0 ? IGNORED : new RangeSet(List.copyOf(parts), false);
  }

  /** Adds a range, merged with those that are near it, and with those that are near the result. */
  private static void add(List<ByteRange> parts, ByteRange range) {
    ByteRange merged = range;
    int place = nearest(parts, merged);
    int first = place;
    while (place >= 0) {
      merged = merged.with(parts.get(place));
      parts.remove(place);
      first = Math.min(first, place);
      place = nearest(parts, merged);
    }
    parts.add(first < 0 ? parts.size() : first, merged);
  }

  private static int nearest(List<ByteRange> parts, ByteRange range) {
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).isNear(range, GAP_OCTETS)) {
        return i;
      }
    }
    return -1;
  }
}
