package passerelle.io;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.IntConsumer;

/**
 * Turns file names as octets into {@link Path}s and back, whatever the locale.
 *
 * <p>A file name on a Unix system is a sequence of octets, but {@link Path#of(String, String...)}
 * encodes a {@code String} with the locale's charset and throws for what that lacks: every
 * non-ASCII name when the server is started bare (no LANG, no LC_ALL), and every name that is not
 * valid UTF-8 in any locale. A {@code file:} URI takes another way: the JDK copies its percent-
 * encoded octets into the path untouched, and {@link Path#toUri} gives them back untouched. So all
 * paths here go through that door, and names are strings of one character per octet (U+0000 to
 * U+00FF), as everywhere in this server.
 *
 * <p>Immutable.
 */
public final class OctetPath {
  private static final char[] HEX = "0123456789ABCDEF".toCharArray();

  private OctetPath() {}

  /**
   * The path of an absolute name, one character per octet.
   *
   * @throws IllegalArgumentException if the name is not absolute or holds a NUL
   */
  public static Path of(String octets) {
    int start = 0;
    // "//name" would be read as a URI authority; POSIX calls it the same file as "/name".
    while (octets.startsWith("//", start)) {
      start++;
    }
    if (!octets.startsWith("/") || octets.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("not an absolute file name");
    }
    return Path.of(URI.create("file://" + percentEncode(octets.substring(start))));
  }

  /** The absolute name of a path, one character per octet, without a trailing slash. */
  public static String octets(Path path) {
    String encoded = path.toUri().getRawPath();
    StringBuilder octets = new StringBuilder(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      char c = encoded.charAt(i);
      if (c == '%') {
        int value =
            Ascii.hexValue(encoded.charAt(i + 1)) << 4 | Ascii.hexValue(encoded.charAt(i + 2));
        octets.append((char) value);
        i += 2;
      } else {
        octets.append(c);
      }
    }
    int end = octets.length();
    if (end > 1 && octets.charAt(end - 1) == '/') {
      octets.setLength(end - 1);
    }
    return octets.toString();
  }

  /** The last name of a path, one character per octet. */
  public static String lastName(Path path) {
    Path last = path.getFileName();
    if (last != null && isAscii(last.toString())) {
      return last.toString(); // the same octets in every charset that a locale may have
    }
    String octets = octets(path);
    return octets.substring(octets.lastIndexOf('/') + 1);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }

  /** Percent-encodes every octet that may not stand as itself in a URI path (RFC 3986 §3.3). */
  public static String percentEncode(String octets) {
    return percentEncode(octets, Ascii.PATH);
  }

  /** The octets with all but those of the given {@link Ascii} classes percent-encoded. */
  public static String percentEncode(String octets, int classes) {
    StringBuilder encoded = new StringBuilder(octets.length() + 16);
    for (int i = 0; i < octets.length(); i++) {
      int c = octets.charAt(i) & 0xff;
      if (Ascii.is(c, classes)) {
        encoded.append((char) c);
      } else {
        encoded.append('%').append(HEX[c >> 4]).append(HEX[c & 15]);
      }
    }
    return encoded.toString();
  }

  /**
   * Percent-encodes octets of an array for a reference, one at a time and without a copy: all but
   * the unreserved ones, so that nothing in it means anything to HTML, a shell or a simple parser.
   */
  public static void percentEncode(byte[] octets, int from, int to, IntConsumer target) {
    for (int i = from; i < to; i++) {
      int c = octets[i] & 0xff;
      if (Ascii.is(c, Ascii.UNRESERVED)) {
        target.accept(c);
      } else {
        target.accept('%');
        target.accept(HEX[c >> 4]);
        target.accept(HEX[c & 15]);
      }
    }
  }

  /** What a person reads: the octets as UTF-8, with U+FFFD where they are not. */
  public static String display(String octets) {
    return new String(octets.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }

  /** The octets of a text in UTF-8, one character each: the opposite of {@link #display}. */
  public static String fromText(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }
}
