package passerelle.listing;

import java.time.LocalDateTime;
import java.time.ZoneOffset;
import passerelle.io.Ascii;
import passerelle.io.OctetPath;

/**
 * How names, sizes and dates of directory entries are written for people.
 *
 * <p>Immutable.
 */
final class EntryText {
  private static final String[] UNITS = {"KB", "MB", "GB", "TB", "PB"};
  private static final char REPLACEMENT = '\ufffd';
  private static final int NON_JOINER = 0x200c;
  private static final int JOINER = 0x200d;

  private static final long FIRST_SECOND = -62_167_219_200L; // of the year 0
  private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999

  private EntryText() {}

  /**
   * A name as it is shown: UTF-8, with U+FFFD also for every character that shows nothing, ends a
   * line or turns the direction of writing. Joiners stay, for scripts and emoji need them.
   */
  static String shown(String octets) {
    String text = OctetPath.display(octets);
    StringBuilder shown = new StringBuilder(text.length());
    text.codePoints().forEach(c -> shown.appendCodePoint(visible(c)));
    return shown.toString();
  }

  private static int visible(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
          REPLACEMENT;
      case Character.FORMAT -> c == JOINER || c == NON_JOINER ? c : REPLACEMENT;
      default -> c;
    };
  }

  /**
   * A relative reference to an entry (RFC 3986 §4.2). All but unreserved octets are encoded, for
   * programs that mirror folders know neither character references nor schemes so well.
   */
  static String reference(String octets, boolean isDirectory) {
    return "./" + OctetPath.percentEncode(octets, Ascii.UNRESERVED) + (isDirectory ? "/" : "");
  }

  /** A size for people: three digits at most, but for the largest, and a unit. */
  static String size(long octets) {
    if (octets < 1000) {
      return octets + " B";
    }
    int unit = 0;
    long thousand = 1000;
    while (rounded(octets, thousand) >= 1000 && unit < UNITS.length - 1) {
      thousand *= 1000;
      unit++;
    }
    long tenths = rounded(octets, thousand / 10);
    return tenths < 100
        ? tenths / 10 + "." + tenths % 10 + " " + UNITS[unit]
        : rounded(octets, thousand) + " " + UNITS[unit];
  }

  private static long rounded(long octets, long unit) {
    return (octets / (unit / 2) + 1) / 2;
  }

  /** A number with commas between its groups of three digits. */
  static String grouped(long number) {
    StringBuilder text = new StringBuilder().append(number);
    for (int at = text.length() - 3; at > 0; at -= 3) {
      text.insert(at, ',');
    }
    return text.toString();
  }

  /** Appends day and minute, in UTC; what lies outside the years 0 to 9999 is cut to that. */
  static void appendDate(Pieces target, long epochSecond) {
    LocalDateTime date = LocalDateTime.ofEpochSecond(writable(epochSecond), 0, ZoneOffset.UTC);
    target.appendDigits(date.getYear(), 4).append("-").appendDigits(date.getMonthValue(), 2);
    target.append("-").appendDigits(date.getDayOfMonth(), 2).append(" ");
    target.appendDigits(date.getHour(), 2).append(":").appendDigits(date.getMinute(), 2);
  }

  /** The nearest second that a date of four digits can name: a damaged file's may be anything. */
  static long writable(long epochSecond) {
    return Math.max(FIRST_SECOND, Math.min(epochSecond, LAST_SECOND));
  }
}
