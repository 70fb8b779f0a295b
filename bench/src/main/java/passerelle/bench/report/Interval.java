package passerelle.bench.report;

import java.util.Collection;
import java.util.Locale;
import java.util.Optional;

/**
 * The median of ratios that were measured in pairs, and the interval in which the true one lies.
 *
 * <p>The interval is that of the sign test: the k-th ratio from below and from above, for the
 * largest k that holds the true median in at least 95 of 100 experiments. It supposes nothing of
 * how the ratios are spread, only that they do not depend on one another. It needs six of them.
 *
 * <p>Immutable.
 *
 * @param low NaN if there are too few ratios, and so is the other bound
 * @param count how many ratios there are, at least one
 */
record Interval(double median, double low, double high, int count) {
  private static final double OUTSIDE = 0.05;

  /** The interval of some ratios, or nothing if there are none. */
  static Optional<Interval> of(Collection<Double> ratios) {
    double[] sorted = ratios.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int rank = rank(sorted.length);
    double low = rank == 0 ? Double.NaN : sorted[rank - 1];
    double high = rank == 0 ? Double.NaN : sorted[sorted.length - rank];
    return Spread.of(ratios).map(all -> new Interval(all.median(), low, high, sorted.length));
  }

  /** Which ratio from below and from above is the bound, from 1 on; 0 if there are too few. */
  static int rank(int count) {
    double exactly = Math.pow(0.5, count);
    double outside = 0;
    int rank = 0;
    while (rank < count / 2) {
      outside += 2 * exactly;
      if (outside > OUTSIDE) {
        break;
      }
      exactly *= (double) (count - rank) / (rank + 1);
      rank++;
    }
    return rank;
  }

  /** Whether there are enough ratios for bounds. */
  boolean isBounded() {
    return !Double.isNaN(low);
  }

  /** Whether a value lies in the interval; without bounds any may. */
  boolean holds(double value) {
    return !isBounded() || (low <= value && value <= high);
  }

  /** The median with its bounds. */
  String text() {
    return isBounded()
        ? String.format(Locale.ROOT, "%.3f [%.3f, %.3f]", median, low, high)
        : String.format(Locale.ROOT, "%.3f", median);
  }
}
