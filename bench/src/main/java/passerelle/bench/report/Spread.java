package passerelle.bench.report;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * What several runs of the same thing gave: the median, the least and the most.
 *
 * <p>Immutable.
 *
 * @param count how many runs there were, at least one
 */
record Spread(double median, double least, double most, int count) {

  /** The spread of some values, or nothing if there are none. */
  static Optional<Spread> of(Collection<Double> values) {
    if (values.isEmpty()) {
      return Optional.empty();
    }
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return Optional.of(new Spread(median, sorted[0], sorted[sorted.length - 1], sorted.length));
  }

  /** Whether a value lies between the least and the most. */
  boolean holds(double value) {
    return least <= value && value <= most;
  }

  /** The median alone, as people read numbers. */
  String number() {
    return number(median, digits(median));
  }

  /** The median with the least and the most, if there was more than one run. */
  String text() {
    return text(digits(median));
  }

  /** The same with so many digits after the point. */
  String text(int digits) {
    String middle = number(median, digits);
    if (count == 1) {
      return middle;
    }
    return middle + " (" + number(least, digits) + "–" + number(most, digits) + ")";
  }

  /** Three digits that count; more only where they stand before the point. */
  private static int digits(double value) {
    if (value >= 99.95 || value == 0) {
      return 0;
    }
    return value >= 9.995 ? 1 : 2;
  }

  private static String number(double value, int digits) {
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
