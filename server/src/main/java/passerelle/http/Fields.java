package passerelle.http;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import passerelle.io.Ascii;
import passerelle.io.Slice;

/**
 * The fields of a request head (RFC 9110 §5), as positions in the buffer that the head arrived in.
 *
 * <p>Field lines keep their order; names and values are slices, valid as long as the exchange. One
 * object serves request after request.
 *
 * <p>Confined to the loop thread.
 */
public final class Fields {
  private static final ByteBuffer NOWHERE = ByteBuffer.allocate(0);
  private static final int NONE = -1;
  private static final int NAMES = FieldName.values().length;
  private static final int INTS_PER_LINE = 4;
  private static final int FIRST_CAPACITY = 12;

  private ByteBuffer buffer = NOWHERE;
  private int[] places = new int[FIRST_CAPACITY * INTS_PER_LINE];
  private int count;

  /** The number of the first line with a known name; of those names only that were seen. */
  private final int[] firstLine = new int[NAMES];

  /** A bit for each known name that a line carries, and for each that more than one carries. */
  private long seen;

  private long repeated;

  /** Forgets all lines; those to come lie in the given buffer. */
  public void reset(ByteBuffer source) {
    buffer = source;
    count = 0;
    seen = 0;
    repeated = 0;
  }

  /** Lets go of the buffer that the lines lie in. */
  void forget() {
    reset(NOWHERE);
  }

  /** Adds a line by the absolute positions of its name and its trimmed value. */
  public void add(int nameStart, int nameLength, int valueStart, int valueLength) {
    if ((count + 1) * INTS_PER_LINE > places.length) {
      places = Arrays.copyOf(places, places.length * 2);
    }
    int at = count * INTS_PER_LINE;
    places[at] = nameStart;
    places[at + 1] = nameLength;
    places[at + 2] = valueStart;
    places[at + 3] = valueLength;
    FieldName known = FieldName.at(buffer, nameStart, nameLength);
    if (known != null) {
      repeated |= seen & bit(known);
      if ((seen & bit(known)) == 0) {
        seen |= bit(known);
        firstLine[index(known)] = count;
      }
    }
    count++;
  }

  // The arrays live as long as the enum does and are never stored, so the order cannot go stale.
  @SuppressWarnings("EnumOrdinal")
  private static int index(FieldName name) {
    return name.ordinal();
  }

  private static long bit(FieldName name) {
    return 1L << index(name);
  }

  private int firstLine(FieldName name) {
    return (seen & bit(name)) == 0 ? NONE : firstLine[index(name)];
  }

  /** Takes away the lines that tell of the request's content, or framed it. */
  void dropOfContent() {
    dropIf(Fields::isOfContent);
  }

  /** Takes away the lines with a name, which is in small letters. */
  void drop(String unwanted) {
    dropIf(unwanted::equals);
  }

  private void dropIf(Predicate<String> isUnwanted) {
    int lines = count;
    reset(buffer);
    for (int i = 0; i < lines; i++) {
      if (!isUnwanted.test(Ascii.lower(name(i).toString()))) {
        int at = i * INTS_PER_LINE; // never before the place of the next line that stays
        add(places[at], places[at + 1], places[at + 2], places[at + 3]);
      }
    }
  }

  private static boolean isOfContent(String name) {
    return name.startsWith("content-")
        || name.equals("digest")
        || name.equals("last-modified")
        || name.equals("transfer-encoding");
  }

  /** How many field lines there are. */
  public int count() {
    return count;
  }

  /** Whether line {@code index} carries this field. */
  public boolean isNamed(int index, FieldName name) {
    int at = index * INTS_PER_LINE;
    return name.stands(buffer, places[at], places[at + 1]);
  }

  /** The name of line {@code index}. */
  public Slice name(int index) {
    return new Slice(buffer, places[index * INTS_PER_LINE], places[index * INTS_PER_LINE + 1]);
  }

  /** The value of line {@code index}, without the white space around it. */
  public Slice value(int index) {
    return new Slice(buffer, places[index * INTS_PER_LINE + 2], places[index * INTS_PER_LINE + 3]);
  }

  /** How many lines carry this field. */
  public int occurrences(FieldName name) {
    if ((repeated & bit(name)) == 0) {
      return (seen & bit(name)) == 0 ? 0 : 1;
    }
    int lines = 0;
    for (int i = firstLine(name); i < count; i++) {
      lines += isNamed(i, name) ? 1 : 0;
    }
    return lines;
  }

  /** The value of the first line with this field, or null if there is none. */
  public @Nullable Slice first(FieldName name) {
    int line = firstLine(name);
    return line == NONE ? null : value(line);
  }

  /**
   * Points a slice at the value of the first line with this field; returns whether there is one.
   */
  public boolean find(FieldName name, Slice target) {
    int line = firstLine(name);
    if (line != NONE) {
      int at = line * INTS_PER_LINE;
      target.set(buffer, places[at + 2], places[at + 3]);
    }
    return line != NONE;
  }

  /**
   * The values of all lines with this field, joined by a comma (RFC 9110 §5.3); null if there is
   * none.
   */
  public @Nullable String joined(FieldName name) {
    int line = firstLine(name);
    if (line == NONE) {
      return null;
    }
    if ((repeated & bit(name)) == 0) {
      return value(line).toString();
    }
    StringBuilder all = new StringBuilder();
    for (int i = line; i < count; i++) {
      if (isNamed(i, name)) {
        all.append(i == line ? "" : ", ").append(value(i));
      }
    }
    return all.toString();
  }
}
