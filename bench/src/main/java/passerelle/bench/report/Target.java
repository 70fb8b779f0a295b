package passerelle.bench.report;

import java.util.Locale;
import java.util.Optional;

/**
 * What is wanted of the server: a figure, and the limit that it is to keep.
 *
 * <p>Immutable.
 *
 * @param isAim whether it is more than what must be
 */
record Target(Figure figure, Bound bound, double limit, boolean isAim) {

  Target(Figure figure, Bound bound, double limit) {
    this(figure, bound, limit, false);
  }

  /** On which side of the limit the figure is to be. */
  enum Bound {
    AT_MOST("≤"),
    AT_LEAST("≥");

    private final String sign;

    Bound(String sign) {
      this.sign = sign;
    }
  }

  /** Something that can be computed from the raw results, for each of our own servers. */
  sealed interface Figure permits BesideOne, BesideBest, BesideItself, Alone {
    /** The scenario that it is taken from. */
    String scenario();

    /** What it is, for readers. */
    String title();

    /** Its value; nothing if it was not measured. */
    Optional<Spread> of(WrkResults results, Server server);
  }

  /** A server's figure divided by a certain other server's in the same round. */
  record BesideOne(String scenario, Metric metric, Server other) implements Figure {
    @Override
    public String title() {
      return metric.label() + " ÷ that of " + other.label();
    }

    @Override
    public Optional<Spread> of(WrkResults results, Server server) {
      return results.scenario(scenario).flatMap(found -> found.ratio(metric, server, other));
    }
  }

  /** A server's figure divided by that of the best peer in the same round. */
  record BesideBest(String scenario, Metric metric) implements Figure {
    @Override
    public String title() {
      return metric.label() + " ÷ that of the best peer";
    }

    @Override
    public Optional<Spread> of(WrkResults results, Server server) {
      return results
          .scenario(scenario)
          .flatMap(
              found -> found.bestPeer(metric).flatMap(peer -> found.ratio(metric, server, peer)));
    }
  }

  /**
   * A server's figure divided by its own in another scenario. These were not measured at the same
   * time, so only the medians are divided, and there is no spread.
   */
  record BesideItself(String scenario, Metric metric, String other) implements Figure {
    @Override
    public String title() {
      return metric.label() + " ÷ its own in " + other;
    }

    @Override
    public Optional<Spread> of(WrkResults results, Server server) {
      double divisor = median(results, other, server);
      double dividend = median(results, scenario, server);
      double ratio = dividend / divisor;
      return Double.isFinite(ratio)
          ? Optional.of(new Spread(ratio, ratio, ratio, 1))
          : Optional.empty();
    }

    private double median(WrkResults results, String name, Server server) {
      return results
          .scenario(name)
          .flatMap(found -> found.spread(server, metric))
          .map(Spread::median)
          .orElse(Double.NaN);
    }
  }

  /** A server's figure as it is. */
  record Alone(String scenario, Metric metric) implements Figure {
    @Override
    public String title() {
      return metric.label();
    }

    @Override
    public Optional<Spread> of(WrkResults results, Server server) {
      return results.scenario(scenario).flatMap(found -> found.spread(server, metric));
    }
  }

  /** What became of a target. */
  record Verdict(boolean isReached, String text) {
    Block.Cell cell() {
      return new Block.Cell(text, isReached ? Block.Tone.GOOD : Block.Tone.BAD);
    }
  }

  /** The limit, for readers. */
  String limitText() {
    String number = String.format(Locale.ROOT, limit < 10 ? "%.2f" : "%.0f", limit);
    return bound.sign + " " + number + (isAim ? " (aim)" : "");
  }

  /** Whether a figure keeps the limit. */
  boolean isKept(double value) {
    return bound == Bound.AT_MOST ? value <= limit : value >= limit;
  }

  /**
   * Judges by the median. Errors and other problems of our own in that scenario miss the target,
   * for the figure is then not of what was asked for. Nothing: not measured.
   */
  Optional<Verdict> judge(WrkResults results, Server server) {
    Optional<Spread> value = figure.of(results, server);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    Scenario scenario = results.scenario(figure.scenario()).orElseThrow();
    boolean hasProblems = scenario.errors(server) > 0 || scenario.hasProblems(server);
    boolean reached = !hasProblems && isKept(value.get().median());
    String text = (reached ? "reached: " : "missed: ") + value.get().text(2);
    return Optional.of(new Verdict(reached, hasProblems ? text + ", see the remarks" : text));
  }
}
