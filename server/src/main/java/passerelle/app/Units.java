package passerelle.app;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import passerelle.io.Ascii;

/**
 * Durations and sizes as people type them.
 *
 * <p>Immutable.
 */
final class Units {
  private Units() {}

  /**
   * {@code 500ms}, {@code 30s}, {@code 2m}, or plain seconds; null for anything else or nothing.
   */
  static @Nullable Duration duration(String text) {
    long number = Ascii.parseDecimal(digits(text));
    String unit = text.substring(digits(text).length());
    if (number <= 0 || number > Integer.MAX_VALUE) {
      return null;
    }
    return switch (unit) {
      case "ms" -> Duration.ofMillis(number);
      case "", "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> null;
    };
  }

  /**
   * {@code 64k}, {@code 10m}, {@code 1g} (powers of 1024), or plain bytes; -1 for anything else.
   */
  static long size(String text) {
    long number = Ascii.parseDecimal(digits(text));
    int shift =
        switch (Ascii.lower(text.substring(digits(text).length()))) {
          case "" -> 0;
          case "k" -> 10;
          case "m" -> 20;
          case "g" -> 30;
          case "t" -> 40;
          default -> -1;
        };
    boolean fits = number >= 0 && shift >= 0 && number <= Long.MAX_VALUE >> shift;
    return fits ? number << shift : -1;
  }

  /** A size in the largest unit that holds it exactly. */
  static String sizeText(long octets) {
    int unit = octets <= 0 ? 0 : Math.min(Long.numberOfTrailingZeros(octets) / 10, 4);
    return (octets >> (10 * unit)) + "bkmgt".substring(unit, unit + 1).replace("b", "");
  }

  /** A duration in the largest unit that holds it exactly. */
  static String durationText(Duration duration) {
    if (duration.toNanosPart() != 0) {
      return duration.toSeconds() == 0 && duration.toNanosPart() % 1_000_000 == 0
          ? duration.toMillisPart() + "ms"
          : duration.toString();
    }
    long seconds = duration.toSeconds();
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  private static String digits(String text) {
    int end = 0;
    while (end < text.length()
        && Ascii.is(text.charAt(end), Ascii.DIGIT)
        && text.charAt(end) < 128) {
      end++;
    }
    return text.substring(0, end);
  }
}
