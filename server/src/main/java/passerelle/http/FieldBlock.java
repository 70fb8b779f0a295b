package passerelle.http;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Predicate;
import passerelle.io.Ascii;

/**
 * Fields of responses (RFC 9110 §5), in order: their names and values, and the octets that they are
 * on the wire, made once.
 *
 * <p>A wire format takes what it needs. HTTP/1.1 copies the field lines (RFC 9112 §5); HPACK would
 * take names and values. Nobody has to read the lines to learn what they say.
 *
 * <p>Immutable.
 */
public final class FieldBlock {
  private static final byte[] COLON = ": ".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] CRLF = "\r\n".getBytes(StandardCharsets.US_ASCII);

  /** No fields. */
  public static final FieldBlock EMPTY = new FieldBlock(new String[0]);

  private final String[] namesAndValues;
  private final int count;
  private final byte[] lines;
  private final int lineOctets;

  private FieldBlock(String[] namesAndValues) {
    this.namesAndValues = namesAndValues;
    this.count = namesAndValues.length / 2;
    this.lineOctets = octets(namesAndValues, count);
    ByteBuffer rendered = ByteBuffer.allocate(lineOctets);
    for (int i = 0; i < count; i++) {
      putLine(rendered, name(i), value(i));
    }
    this.lines = rendered.array();
  }

  private FieldBlock(FieldBlock longer, int count) {
    this.namesAndValues = longer.namesAndValues;
    this.count = count;
    this.lines = longer.lines;
    this.lineOctets = octets(namesAndValues, count);
  }

  private static int octets(String[] namesAndValues, int count) {
    int octets = 0;
    for (int i = 0; i < count; i++) {
      octets += lineOctets(namesAndValues[2 * i], namesAndValues[2 * i + 1]);
    }
    return octets;
  }

  /**
   * A block of fields.
   *
   * @param namesAndValues a name, its value, the next name and so on
   * @throws IllegalArgumentException if a name is no token, or a value holds anything but octets
   *     that a field value may carry
   */
  public static FieldBlock of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("a name without a value");
    }
    for (int i = 0; i < namesAndValues.length; i += 2) {
      check(namesAndValues[i], namesAndValues[i + 1]);
    }
    return new FieldBlock(namesAndValues.clone());
  }

  /**
   * Checks a field: no CR, LF or NUL ever reaches the wire, and nothing wider than an octet.
   *
   * @throws IllegalArgumentException as {@link #of} does
   */
  public static void check(String name, String value) {
    if (!Ascii.isAll(name, Ascii.TCHAR) || !(value.isEmpty() || Ascii.isAll(value, Ascii.FIELD))) {
      throw new IllegalArgumentException("not a valid field: " + name);
    }
  }

  /**
   * These fields, and one more behind them.
   *
   * @throws IllegalArgumentException as {@link #of} does
   */
  public FieldBlock with(String name, String value) {
    return with(of(name, value));
  }

  /** These fields, and others behind them. */
  public FieldBlock with(FieldBlock more) {
    if (more.count == 0) {
      return this;
    }
    String[] all = Arrays.copyOf(namesAndValues, 2 * (count + more.count));
    System.arraycopy(more.namesAndValues, 0, all, 2 * count, 2 * more.count);
    return new FieldBlock(all);
  }

  /**
   * The first fields of this block, which share its octets.
   *
   * @param fields how many
   */
  public FieldBlock first(int fields) {
    if (fields < 0 || fields > count) {
      throw new IllegalArgumentException("not so many fields: " + fields);
    }
    return fields == count ? this : new FieldBlock(this, fields);
  }

  /** These fields, less those whose names fit. */
  FieldBlock without(Predicate<String> names) {
    String[] rest = new String[2 * count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      if (!names.test(name(i))) {
        rest[kept++] = name(i);
        rest[kept++] = value(i);
      }
    }
    return new FieldBlock(Arrays.copyOf(rest, kept));
  }

  /** How many fields there are. */
  public int count() {
    return count;
  }

  /** The name of field {@code index}. */
  public String name(int index) {
    return namesAndValues[2 * index];
  }

  /** The value of field {@code index}. */
  public String value(int index) {
    return namesAndValues[2 * index + 1];
  }

  /** Whether there is a field with this name, in any case. */
  public boolean has(String name) {
    for (int i = 0; i < count; i++) {
      if (name(i).equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  /** How many octets the field lines have, with their line ends. */
  public int lineOctets() {
    return lineOctets;
  }

  /** Appends the field lines to a buffer that has room for them. */
  public void putLines(ByteBuffer out) {
    out.put(lines, 0, lineOctets);
  }

  /** How many octets the line of a field has, with its line end. */
  public static int lineOctets(String name, String value) {
    return name.length() + COLON.length + value.length() + CRLF.length;
  }

  /** Appends the line of a field, each character as one octet, to a buffer with room for it. */
  public static void putLine(ByteBuffer out, String name, String value) {
    putOctets(out, name);
    out.put(COLON);
    putOctets(out, value);
    out.put(CRLF);
  }

  /** The fields, each with a line end, for people. */
  @Override
  public String toString() {
    return new String(lines, 0, lineOctets, StandardCharsets.ISO_8859_1).replace("\r", "");
  }

  private static void putOctets(ByteBuffer out, String text) {
    int start = out.position();
    int length = text.length();
    for (int i = 0; i < length; i++) {
      out.put(start + i, (byte) text.charAt(i));
    }
    out.position(start + length);
  }
}
