package passerelle.files;

import org.jspecify.annotations.Nullable;
import passerelle.io.Ascii;

/**
 * A part of a representation (RFC 9110 §14.1.2).
 *
 * <pre>
 *   range-spec   = int-range / suffix-range
 *   int-range    = first-pos "-" [ last-pos ]
 *   suffix-range = "-" suffix-length
 * </pre>
 *
 * <p>Immutable.
 *
 * @param first the first octet's position
 * @param length how many octets; 0 if the range cannot be satisfied
 */
record ByteRange(long first, long length) {
  /** The range lies beyond the representation. */
  private static final ByteRange UNSATISFIABLE = new ByteRange(0, 0);

  boolean isSatisfiable() {
    return length > 0;
  }

  /** The last octet's position. */
  long last() {
    return first + length - 1;
  }

  /** Reads a range-spec for a representation of {@code size} octets; null if it is malformed. */
  static @Nullable ByteRange of(String spec, long size) {
    int dash = spec.indexOf('-');
    if (dash < 0) {
      return null;
    }
    String from = spec.substring(0, dash);
    String to = spec.substring(dash + 1);
    if (from.isEmpty()) {
      return suffix(position(to), size);
    }
    long first = position(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : position(to);
    if (first < 0 || last < first) {
      return null;
    }
    if (first >= size) {
      return UNSATISFIABLE;
    }
    return new ByteRange(first, Math.min(last, size - 1) - first + 1);
  }

  private static @Nullable ByteRange suffix(long wanted, long size) {
    if (wanted < 0) {
      return null;
    }
    long length = Math.min(wanted, size);
    return length == 0 ? UNSATISFIABLE : new ByteRange(size - length, length);
  }

  /** A position; one beyond all files is as good as the greatest. -1 if it is no number. */
  private static long position(String digits) {
    if (!Ascii.isAll(digits, Ascii.DIGIT)) {
      return -1;
    }
    long value = Ascii.parseDecimal(digits);
    return value < 0 ? Long.MAX_VALUE : value;
  }

  /** Whether sending both as one costs less than sending them apart. */
  boolean isNear(ByteRange other, long gap) {
    return first - 1 - gap <= other.last() && other.first - 1 - gap <= last();
  }

  /** The smallest range that covers both. */
  ByteRange with(ByteRange other) {
    long start = Math.min(first, other.first);
    return new ByteRange(start, Math.max(last(), other.last()) - start + 1);
  }
}
