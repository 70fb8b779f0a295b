package passerelle.http;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * HTTP's dates (RFC 9110 §5.6.7): written as IMF-fixdate, read in all three forms.
 *
 * <p>Immutable.
 */
public final class HttpDate {
  /** What {@link #parse} returns for text that is no date. */
  public static final long INVALID = Long.MIN_VALUE;

  private static final DateTimeFormatter IMF_FIXDATE = form("EEE, dd MMM uuuu HH:mm:ss 'GMT'");
  private static final DateTimeFormatter ASCTIME = form("EEE MMM ppd HH:mm:ss uuuu");
  // Two digits of the year mean 1970 to 2069, which is the RFC's "at most 50 years ahead" today.
  private static final DateTimeFormatter RFC_850 =
      new DateTimeFormatterBuilder()
          .appendPattern("EEEE, dd-MMM-")
          .appendValueReduced(ChronoField.YEAR, 2, 2, 1970)
          .appendPattern(" HH:mm:ss 'GMT'")
          .toFormatter(Locale.ENGLISH);

  private HttpDate() {}

  private static DateTimeFormatter form(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH);
  }

  /** The IMF-fixdate of a moment, in seconds since 1970 (UTC); 29 octets. */
  public static String format(long epochSecond) {
    return IMF_FIXDATE.format(Instant.ofEpochSecond(epochSecond).atOffset(ZoneOffset.UTC));
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
