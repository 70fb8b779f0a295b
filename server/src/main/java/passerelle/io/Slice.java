package passerelle.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A view of some octets of a buffer that somebody else owns; reading it copies nothing.
 *
 * <p>A slice of a request head is valid until the exchange's log line is written, for so long the
 * connection keeps its input buffer. As a {@link CharSequence} each octet is one character, U+0000
 * to U+00FF.
 *
 * <p>Confined to the loop thread.
 */
public final class Slice implements CharSequence {
  private static final ByteBuffer NOWHERE = ByteBuffer.allocate(0);

  private ByteBuffer buffer;
  private int start;
  private int length;

  /** A view of nothing, until it is set. */
  public Slice() {
    this(NOWHERE, 0, 0);
  }

  /** A view of {@code length} octets from the absolute index {@code start}. */
  public Slice(ByteBuffer buffer, int start, int length) {
    this.buffer = buffer;
    this.start = start;
    this.length = length;
  }

  /** A slice over octets of its own, one for each character of {@code octets}. */
  public static Slice of(String octets) {
    byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
    return new Slice(ByteBuffer.wrap(bytes), 0, bytes.length);
  }

  /** Points this slice elsewhere, so that one object can serve request after request. */
  public void set(ByteBuffer buffer, int start, int length) {
    this.buffer = buffer;
    this.start = start;
    this.length = length;
  }

  /** Shows nothing, and lets go of the buffer. */
  public void forget() {
    set(NOWHERE, 0, 0);
  }

  /** Points this slice at a part of what another shows. */
  public void set(Slice other, int from, int count) {
    set(other.buffer, other.start + from, count);
  }

  @Override
  public int length() {
    return length;
  }

  /** The octet at {@code index} (0 is the first of the slice), 0 to 255. */
  public int octet(int index) {
    return buffer.get(start + index) & 0xff;
  }

  @Override
  public char charAt(int index) {
    return (char) octet(index);
  }

  @Override
  public Slice subSequence(int from, int to) {
    return new Slice(buffer, start + from, to - from);
  }

  /** The index of the first octet at or after {@code from} in none of the {@link Ascii} classes. */
  public int endOf(int classes, int from) {
    int i = from;
    while (i < length && Ascii.is(buffer.get(start + i), classes)) {
      i++;
    }
    return i;
  }

  /** The index of the first such octet at or after {@code from}, or -1. */
  public int indexOf(int octet, int from) {
    for (int i = from; i < length; i++) {
      if (octet(i) == octet) {
        return i;
      }
    }
    return -1;
  }

  /** Whether the octets are those of an ASCII text, letters of either case being the same. */
  public boolean equalsIgnoreCase(String text) {
    return equalsIgnoreCase(0, length, text);
  }

  /** The same for a part of the slice. */
  public boolean equalsIgnoreCase(int from, int to, String text) {
    if (text.length() != to - from) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      if (Ascii.lower(octet(from + i)) != Ascii.lower(text.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  /** Copies the octets into a new array. */
  public byte[] toOctets() {
    byte[] octets = new byte[length];
    buffer.get(start, octets);
    return octets;
  }

  /** One character for each octet, U+0000 to U+00FF. */
  @Override
  public String toString() {
    return new String(toOctets(), StandardCharsets.ISO_8859_1);
  }
}
