package passerelle.io;

import java.nio.charset.StandardCharsets;

/**
 * Text of programs, as a log or a terminal can bear it.
 *
 * <p>Immutable.
 */
public final class SafeText {
  private SafeText() {}

  /** Octets as UTF-8, with a question mark for control characters other than LF and HTAB. */
  public static String of(byte[] octets) {
    byte[] seen = octets.clone();
    for (int i = 0; i < seen.length; i++) {
      byte octet = seen[i];
      boolean isControl = octet >= 0 && octet < ' ' && octet != '\n' && octet != '\t';
      seen[i] = isControl || octet == 0x7f ? (byte) '?' : octet;
    }
    StringBuilder text = new StringBuilder(new String(seen, StandardCharsets.UTF_8));
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80 && c < 0xa0) {
        text.setCharAt(i, '?'); // control characters too, for some terminals
      }
    }
    return text.toString();
  }
}
