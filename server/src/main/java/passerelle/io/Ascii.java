package passerelle.io;

/**
 * Octet classes and ASCII arithmetic for HTTP syntax (RFC 9110 §5.6, RFC 9112 §2–§5).
 *
 * <p>One table of 256 entries answers every "may this octet stand here" question with one load and
 * one mask. Unlike {@link Character} and {@link String} methods it knows nothing of Unicode or
 * locales, so nothing wider than the ABNF slips through.
 *
 * <pre>
 *   tchar       = "!" / "#" / "$" / "%" / "&amp;" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~"
 *               / DIGIT / ALPHA
 *   field octet = HTAB / SP / VCHAR / obs-text
 *   target      = VCHAR without "#", or obs-text
 *   its path    = pchar / "/" / "[" / "]" / obs-text
 *   its query   = the same / "?" / "{" / "}" / "|" / "\" / "^" / "`"
 * </pre>
 *
 * <p>A path and a query may hold a little more than RFC 3986 has: what clients send as it is. The
 * URL Standard leaves brackets in both and the last six in a query, and programs send raw UTF-8.
 *
 * <p>Immutable.
 */
public final class Ascii {
  /** A character of a token (RFC 9110 §5.6.2). */
  public static final int TCHAR = 1;

  /** A decimal digit. */
  public static final int DIGIT = 2;

  /** A hexadecimal digit of either case. */
  public static final int HEXDIG = 4;

  /** An octet that may stand inside a field value (RFC 9110 §5.5), white space included. */
  public static final int FIELD = 8;

  /**
   * An octet that may stand in a request target, if only to be refused, or sent back with the octet
   * encoded.
   */
  public static final int TARGET = 16;

  /** An octet that a URI path may carry as itself: unreserved, sub-delims, ":", "@" and "/". */
  public static final int PATH = 32;

  /** An octet that a registered name may carry as itself (RFC 3986 §3.2.2). */
  public static final int HOST = 64;

  /** An octet that may stand as itself in the path of a request target. */
  public static final int TARGET_PATH = 128;

  /** An octet that may stand as itself in the query of a request target. */
  public static final int TARGET_QUERY = 256;

  /** An octet that may stand in the path or the query of a URI, encoded as it is (RFC 3986). */
  public static final int URI = 512;

  /** An octet that means the same in a URI whether it is encoded or not (RFC 3986 §2.3). */
  public static final int UNRESERVED = 1024;

  private static final long LOW_BITS = 0x7f7f7f7f7f7f7f7fL;

  private static final short[] CLASSES = new short[256];

  static {
    for (int c = 0; c < 256; c++) {
      boolean digit = c >= '0' && c <= '9';
      boolean letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
      boolean visible = c > 0x20 && c < 0x7f;
      int classes = 0;
      if (digit || letter || isOneOf(c, "!#$%&'*+-.^_`|~")) {
        classes |= TCHAR;
      }
      if (digit) {
        classes |= DIGIT;
      }
      if (digit || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')) {
        classes |= HEXDIG;
      }
      if (visible || c == ' ' || c == '\t' || c >= 0x80) {
        classes |= FIELD;
      }
      if ((visible && c != '#') || c >= 0x80) {
        classes |= TARGET;
      }
      if (digit || letter || isOneOf(c, "-._~")) {
        classes |= UNRESERVED;
      }
      boolean path = digit || letter || isOneOf(c, "-._~!$&'()*+,;=:@/");
      if (path) {
        classes |= PATH;
      }
      if (path || isOneOf(c, "%?")) {
        classes |= URI;
      }
      if (path || isOneOf(c, "%[]") || c >= 0x80) {
        classes |= TARGET_PATH;
      }
      if (path || isOneOf(c, "%[]?{}|\\^`") || c >= 0x80) {
        classes |= TARGET_QUERY;
      }
      if (digit || letter || isOneOf(c, "-._~!$&'()*+,;=")) {
        classes |= HOST;
      }
      CLASSES[c] = (short) classes;
    }
  }

  private Ascii() {}

  private static boolean isOneOf(int c, String set) {
    return set.indexOf(c) >= 0;
  }

  /** Whether the octet (0 to 255) belongs to any class of the mask. */
  public static boolean is(int octet, int classes) {
    return (CLASSES[octet & 0xff] & classes) != 0;
  }

  /** Whether the octet is a control character: CTL of RFC 5234. */
  public static boolean isControl(int octet) {
    int c = octet & 0xff;
    return c < 0x20 || c == 0x7f;
  }

  /**
   * Which of eight octets are control characters: the high bit of each octet of the result that is
   * one in the argument. Every octet stands for itself, whatever the order.
   */
  public static long controls(long octets) {
    return zeros(octets & 0xe0e0e0e0e0e0e0e0L) | zeros(octets ^ LOW_BITS);
  }

  /** The high bits of those octets that are zero; no carry leaves an octet. */
  private static long zeros(long octets) {
    return ~(((octets & LOW_BITS) + LOW_BITS) | octets | LOW_BITS);
  }

  /** Whether the text is not empty and every character of it is of the given classes. */
  public static boolean isAll(String text, int classes) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c > 0xff || !is(c, classes)) {
        return false;
      }
    }
    return !text.isEmpty();
  }

  /** Maps A–Z to a–z and leaves every other octet alone. */
  public static int lower(int octet) {
    return octet >= 'A' && octet <= 'Z' ? octet | 0x20 : octet;
  }

  /** The text with A–Z mapped to a–z and nothing else, whatever the locale. */
  public static String lower(String text) {
    StringBuilder lower = null;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        if (lower == null) {
          lower = new StringBuilder(text);
        }
        lower.setCharAt(i, (char) (c | 0x20));
      }
    }
    return lower == null ? text : lower.toString();
  }

  /** The value of a hexadecimal digit, or -1 for any other octet. */
  public static int hexValue(int octet) {
    if (octet >= '0' && octet <= '9') {
      return octet - '0';
    }
    int letter = octet | 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
  }

  /**
   * Reads {@code 1*DIGIT} that fits a {@code long}.
   *
   * @return the number, or -1 for empty text, any other character (a sign, a full-width digit) or
   *     overflow
   */
  public static long parseDecimal(CharSequence text) {
    int length = text.length();
    if (length == 0) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      int digit = c - '0';
      if (value > (Long.MAX_VALUE - digit) / 10) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  /** The text without leading and trailing OWS, that is SP and HTAB only (RFC 9110 §5.6.3). */
  public static String trimOws(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isOws(text.charAt(from))) {
      from++;
    }
    while (to > from && isOws(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isOws(char c) {
    return c == ' ' || c == '\t';
  }
}
