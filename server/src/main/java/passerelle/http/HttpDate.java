package passerelle.http;

import java.time.DateTimeException;
import java.time.Instant;
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

  private static final String TIME = " HH:mm:ss";
  private static final String ZONE = " 'GMT'";

  private static final DateTimeFormatter IMF_FIXDATE =
      strict(start("EEE, dd MMM ").appendValue(ChronoField.YEAR, 4).appendPattern(TIME + ZONE));
  private static final DateTimeFormatter ASCTIME =
      strict(start("EEE MMM ppd" + TIME + " ").appendValue(ChronoField.YEAR, 4));
  // Two digits of the year mean 1970 to 2069, which is the RFC's "at most 50 years ahead" today.
  private static final DateTimeFormatter RFC_850 =
      strict(
          start("EEEE, dd-MMM-")
              .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
              .appendPattern(TIME + ZONE));

  private static final long FIRST_SECOND = -62_167_219_200L; // of the year 0
  private static final long LAST_SECOND = 253_402_300_799L; // of the year 9999

  private HttpDate() {}

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

  /**
   * The IMF-fixdate of a moment, in seconds since 1970 (UTC); 29 octets. What lies outside the
   * years 0 to 9999, as a damaged file's time may, becomes the nearest that can be written.
   */
  public static String format(long epochSecond) {
    long second = Math.max(FIRST_SECOND, Math.min(epochSecond, LAST_SECOND));
    return IMF_FIXDATE.format(Instant.ofEpochSecond(second).atOffset(ZoneOffset.UTC));
  }

  /** The moment that the text names, in seconds since 1970 (UTC), or {@link #INVALID}. */
  public static long parse(String text) {
    for (DateTimeFormatter form : List.of(IMF_FIXDATE, RFC_850, ASCTIME)) {
      LocalDateTime date = tryParse(text, form);
      if (date != null) {
        return date.toEpochSecond(ZoneOffset.UTC);
      }
    }
    return INVALID;
  }

  private static @Nullable LocalDateTime tryParse(String text, DateTimeFormatter form) {
    try {
      return LocalDateTime.parse(text, form);
    } catch (DateTimeException e) {
      return null; // perhaps another of the three forms
    }
  }
}
