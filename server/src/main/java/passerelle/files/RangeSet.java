package passerelle.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import passerelle.io.Ascii;

/**
 * The parts that a Range field asks for (RFC 9110 §14.1.1, §14.2).
 *
 * <pre>
 *   ranges-specifier = "bytes=" range-spec *( OWS "," OWS [ range-spec ] )
 * </pre>
 *
 * <p>Ranges that overlap, or between which lies less than the head of a part, become one, in the
 * place of the first of them (§15.3.7.2). So do all of them where apart they would cost no less. So
 * no octet is sent twice, and what is sent, the heads of the parts included, is never longer than
 * the representation: whatever a field asks for, it earns nothing.
 *
 * <p>Immutable.
 *
 * @param parts those that can be satisfied, in the order of the field
 * @param isIgnored whether the field is to be treated as if it were not there
 */
record RangeSet(List<ByteRange> parts, boolean isIgnored) {
  /**
   * The most parts of an answer, since they are held as long as it is sent. Ranges that are more
   * become fewer, the nearest first.
   */
  static final int MOST = 512;

  private static final RangeSet IGNORED = new RangeSet(List.of(), true);
  private static final String UNIT = "bytes=";

  /** A range, and its place in the field. */
  private record Placed(int place, ByteRange range) {
    private static final Comparator<Placed> BY_POSITION =
        Comparator.comparingLong(placed -> placed.range.first());
    private static final Comparator<Placed> BY_PLACE = Comparator.comparingInt(Placed::place);

    Placed with(Placed other) {
      return new Placed(Math.min(place, other.place), range.with(other.range));
    }
  }

  /** Whether no range can be satisfied. */
  boolean isUnsatisfiable() {
    return !isIgnored && parts.isEmpty();
  }

  /**
   * Reads a field value.
   *
   * @param size of the representation, in octets
   * @param headOctets what each part costs besides its octets, if there are several
   */
  static RangeSet of(String value, long size, int headOctets) {
    List<Placed> asked = read(value, size, headOctets);
    return asked == null ? IGNORED : new RangeSet(parts(asked, headOctets), false);
  }

  /** The ranges that can be satisfied; null if the value is malformed, or has another unit. */
  private static @Nullable List<Placed> read(String value, long size, int headOctets) {
    if (!value.regionMatches(true, 0, UNIT, 0, UNIT.length())) {
      return null;
    }
    List<Placed> asked = new ArrayList<>();
    boolean isEmpty = true;
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
      if (range == null) {
        return null;
      }
      isEmpty = false;
      if (range.isSatisfiable()) {
        add(asked, new Placed(asked.size(), range), headOctets);
      }
    }
    return isEmpty ? null : asked;
  }

  /** Adds a range; one near the one before it becomes one with that at once, which saves memory. */
  private static void add(List<Placed> ranges, Placed next, long gap) {
    int last = ranges.size() - 1;
    if (last >= 0 && ranges.get(last).range.isNear(next.range, gap)) {
      ranges.set(last, ranges.get(last).with(next));
    } else {
      ranges.add(next);
    }
  }

  private static List<ByteRange> parts(List<Placed> asked, int headOctets) {
    if (asked.size() == 1) {
      return List.of(asked.get(0).range);
    }
    List<Placed> sorted = new ArrayList<>(asked);
    sorted.sort(Placed.BY_POSITION);
    List<Placed> merged = new ArrayList<>();
    sorted.forEach(next -> add(merged, next, headOctets));
    List<Placed> parts = merged.size() > MOST ? fewer(merged) : merged;
    if (parts.size() > 1) {
      Placed all = parts.stream().reduce(Placed::with).orElseThrow();
      long octets = parts.stream().mapToLong(part -> part.range.length()).sum();
      long heads = (parts.size() + 1L) * headOctets; // the last boundary is like one more
      if (octets >= all.range.length() - heads) {
        return List.of(all.range);
      }
    }
    return parts.stream().sorted(Placed.BY_PLACE).map(Placed::range).toList();
  }

  /** Closes the smallest gaps between ranges, which come by position, until few enough are left. */
  private static List<Placed> fewer(List<Placed> ranges) {
    long[] gaps = new long[ranges.size() - 1];
    for (int i = 0; i < gaps.length; i++) {
      gaps[i] = ranges.get(i + 1).range.first() - ranges.get(i).range.last() - 1;
    }
    long[] sorted = gaps.clone();
    Arrays.sort(sorted);
    int tooMany = ranges.size() - MOST;
    long widest = sorted[tooMany - 1];
    List<Placed> fewer = new ArrayList<>();
    fewer.add(ranges.get(0));
    for (int i = 0; i < gaps.length; i++) {
      boolean isClosed = tooMany > 0 && gaps[i] <= widest;
      tooMany -= isClosed ? 1 : 0;
      add(fewer, ranges.get(i + 1), isClosed ? widest : 0);
    }
    return fewer;
  }
}
