package passerelle.files;

import passerelle.io.Ascii;

/**
 * The one range of octets that a Range field asks for (RFC 9110 §14.1.2).
 *
 * <pre>
 *   ranges-specifier = "bytes=" ( first-pos "-" [ last-pos ] / "-" suffix-length )
 * </pre>
 *
 * <p>Immutable.
 *
 * @param first the first octet's position
 * @param length how many octets; 0 if the range cannot be satisfied
 */
record ByteRange(long first, long length) {
  /** The field asks for nothing that this server knows: send the whole representation. */
  static final ByteRange IGNORED = new ByteRange(0, -1);

  /** The range lies beyond the representation. */
  static final ByteRange UNSATISFIABLE = new ByteRange(0, 0);

  private static final String UNIT = "bytes=";

  boolean isIgnored() {
    return length < 0;
  }

  boolean isUnsatisfiable() {
    return length == 0;
  }

  /** Reads a field value for a representation of {@code size} octets. */
  static ByteRange of(String value, long size) {
    if (!Ascii.lower(value).startsWith(UNIT)) {
      return IGNORED;
    }
    String range = Ascii.trimOws(value.substring(UNIT.length()));
    int dash = range.indexOf('-');
    if (dash < 0) {
      return IGNORED;
    }
    String from = range.substring(0, dash);
    String to = range.substring(dash + 1);
    if (from.isEmpty()) {
      return suffix(position(to), size);
    }
    long first = position(from);
    long last = to.isEmpty() ? Long.MAX_VALUE : position(to);
    if (first < 0 || last < first) {
      return IGNORED;
    }
    if (first >= size) {
      return UNSATISFIABLE;
    }
    return new ByteRange(first, Math.min(last, size - 1) - first + 1);
  }

  private static ByteRange suffix(long wanted, long size) {
    if (wanted < 0) {
      return IGNORED;
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
}
