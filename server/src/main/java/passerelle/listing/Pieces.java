package passerelle.listing;

import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Text in UTF-8 that is appended at its end and taken away piece by piece, all in one array.
 *
 * <p>Confined to the loop thread.
 */
final class Pieces extends OutputStream {
  /** From how many octets on a piece is full: whoever appends goes on until then. */
  private static final int FULL = 16 * 1024;

  /** Room for what is appended last, which may be a row with the longest of names. */
  private static final int SLACK = 4 * 1024;

  private byte[] octets = new byte[FULL + SLACK];
  private int length;

  /** Whether the piece should be taken before more is appended. */
  boolean isFull() {
    return length >= FULL;
  }

  /** Takes all that was appended; valid until more is. */
  ByteBuffer take() {
    ByteBuffer piece = ByteBuffer.wrap(octets, 0, length);
    length = 0;
    return piece;
  }

  private void reserve(int more) {
    if (length + more > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(length + more, octets.length * 2));
    }
  }

  /** Appends a text. */
  Pieces append(String text) {
    reserve(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        byte[] rest = text.substring(i).getBytes(StandardCharsets.UTF_8);
        write(rest, 0, rest.length);
        return this;
      }
      octets[length++] = (byte) c;
    }
    return this;
  }

  /** Appends the last digits of a number that is not negative. */
  Pieces appendDigits(int number, int digits) {
    reserve(digits);
    int rest = number;
    for (int i = length + digits - 1; i >= length; i--) {
      octets[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    length += digits;
    return this;
  }

  @Override
  public void write(int octet) {
    reserve(1);
    octets[length++] = (byte) octet;
  }

  @Override
  public void write(byte[] source, int from, int count) {
    reserve(count);
    System.arraycopy(source, from, octets, length, count);
    length += count;
  }
}
