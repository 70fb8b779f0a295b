package passerelle.http;

import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * HTTP's dates (RFC 9110 §5.6.7): written as IMF-fixdate, read in all three forms.
 *
 * <p>The name of a weekday says nothing that the date does not say, so one that does not fit the
 * date is no error. It must be one of the seven names, though.
 *
 * <p>Immutable.
 */
public final class HttpDate {
  /** What {@link #parse} returns for text that is no date. */
  public static final long INVALID = Long.MIN_VALUE;

  private static final String DAYS = "MonTueWedThuFriSatSun";
  private static final String MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";
  private static final int NAME_LENGTH = 3;

  /** How the form that is written looks: what stands here as it is, stands in every date. */
  private static final String IMF_FIXDATE = "aaa, 00 aaa 0000 00:00:00 GMT";

  /** Where its parts begin. */
  private static final int DAY = 5;

  private static final int MONTH = 8;
  private static final int YEAR = 12;
  private static final int HOUR = 17;
  private static final int MINUTE = 20;
  private static final int SECOND = 23;

  private static final long FIRST_SECOND = -62_167_219_200L; // of the year 0
  private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999

  private HttpDate() {}

  /** The forms that are seldom seen; the formatters take long to load. */
  private static final class Obsolete {
    private static final String TIME = " HH:mm:ss";
    private static final DateTimeFormatter ASCTIME =
        strict(start("EEE MMM ppd" + TIME + " ").appendValue(ChronoField.YEAR, 4));
    // Two digits of the year mean 1970 to 2069, which is the RFC's "at most 50 years ahead" today.
    private static final DateTimeFormatter RFC_850 =
        strict(
            start("EEEE, dd-MMM-")
                .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
                .appendPattern(TIME + " 'GMT'"));

    private static DateTimeFormatterBuilder start(String pattern) {
      return new DateTimeFormatterBuilder().appendPattern(pattern);
    }

    /**
     * Otherwise 31 November would be a date, and 24:00:00 a time. The weekday is read and takes no
     * part in what follows.
     */
    private static DateTimeFormatter strict(DateTimeFormatterBuilder form) {
      return form.toFormatter(Locale.ENGLISH)
          .withResolverStyle(ResolverStyle.STRICT)
          .withResolverFields(
              ChronoField.YEAR,
              ChronoField.MONTH_OF_YEAR,
              ChronoField.DAY_OF_MONTH,
              ChronoField.HOUR_OF_DAY,
              ChronoField.MINUTE_OF_HOUR,
              ChronoField.SECOND_OF_MINUTE);
    }
  }

  /**
   * The IMF-fixdate of a moment, in seconds since 1970 (UTC); 29 octets. What lies outside the
   * years 0 to 9999, as a damaged file's time may, becomes the nearest that can be written.
   */
  public static String format(long epochSecond) {
    long second = Math.max(FIRST_SECOND, Math.min(epochSecond, LAST_SECOND));
    LocalDateTime date = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    StringBuilder text = new StringBuilder(IMF_FIXDATE.length());
    text.append(name(DAYS, date.getDayOfWeek().getValue())).append(", ");
    digits(text, date.getDayOfMonth()).append(' ');
    text.append(name(MONTHS, date.getMonthValue())).append(' ');
    digits(digits(text, date.getYear() / 100), date.getYear() % 100).append(' ');
    digits(text, date.getHour()).append(':');
    digits(text, date.getMinute()).append(':');
    return digits(text, date.getSecond()).append(" GMT").toString();
  }

  private static String name(String names, int number) {
    return names.substring((number - 1) * NAME_LENGTH, number * NAME_LENGTH);
  }

  private static StringBuilder digits(StringBuilder text, int number) {
    return text.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  /** The moment that the text names, in seconds since 1970 (UTC), or {@link #INVALID}. */
  public static long parse(String text) {
    if (isFixdate(text)) {
      return fixdate(text);
    }
    for (DateTimeFormatter form : List.of(Obsolete.RFC_850, Obsolete.ASCTIME)) {
      LocalDateTime date = tryParse(text, form);
      if (date != null) {
        return date.toEpochSecond(ZoneOffset.UTC);
      }
    }
    return INVALID;
  }

  /** Whether letters, digits and the rest are where the form that is written has them. */
  private static boolean isFixdate(String text) {
    if (text.length() != IMF_FIXDATE.length()) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      boolean isRight =
          switch (IMF_FIXDATE.charAt(i)) {
            case 'a' -> c >= 'A' && c <= 'z';
            case '0' -> c >= '0' && c <= '9';
            default -> c == IMF_FIXDATE.charAt(i);
          };
      if (!isRight) {
        return false;
      }
    }
    return true;
  }

  private static long fixdate(String text) {
    int month = number(MONTHS, text.substring(MONTH, MONTH + NAME_LENGTH));
    if (month == 0 || number(DAYS, text.substring(0, NAME_LENGTH)) == 0) {
      return INVALID;
    }
    int year = 100 * twoDigits(text, YEAR) + twoDigits(text, YEAR + 2);
    try {
      return LocalDateTime.of(
              year,
              month,
              twoDigits(text, DAY),
              twoDigits(text, HOUR),
              twoDigits(text, MINUTE),
              twoDigits(text, SECOND))
          .toEpochSecond(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      return INVALID; // there is no such day, or time
    }
  }

  /** Which of the names it is, from 1; 0 if it is none. */
  private static int number(String names, String name) {
    int at = names.indexOf(name);
    return at < 0 || at % NAME_LENGTH != 0 ? 0 : at / NAME_LENGTH + 1;
  }

  private static int twoDigits(String text, int at) {
    return 10 * (text.charAt(at) - '0') + text.charAt(at + 1) - '0';
  }

  private static @Nullable LocalDateTime tryParse(String text, DateTimeFormatter form) {
    try {
      return LocalDateTime.parse(text, form);
    } catch (DateTimeException e) {
      return null; // perhaps another of the three forms
    }
  }
}
