package passerelle.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

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

  /**
   * What a figure is.
   *
   * @param hasProblems whether wrong answers, or runs that were not as meant, speak against it
   */
  record Finding(double value, String text, boolean hasProblems) {}

  /** Something that can be computed from the raw results, for each of our own servers. */
  sealed interface Figure permits BesideOne, BesideBest, BesideAll, BesideItself, Alone {
    /** The scenario that it is taken from, for readers. */
    String scenario();

    /** What it is, for readers. */
    String title();

    /** Its value; nothing if it was not measured. */
    Optional<Finding> of(WrkResults results, Server server);
  }

  private static Finding found(Spread spread, Scenario scenario, Server server) {
    boolean hasProblems = scenario.errors(server) > 0 || scenario.hasProblems(server);
    return new Finding(spread.median(), spread.text(2), hasProblems);
  }

  /** A ratio from pairs; nothing if there are none. */
  private static Optional<Finding> ofPairs(Optional<Pair> pair, Metric metric) {
    return pair.flatMap(
        of ->
            of.ratio(metric)
                .map(
                    ratio ->
                        new Finding(
                            ratio.median(),
                            ratio.text() + " in " + ratio.count() + " pairs",
                            of.hasProblems())));
  }

  /** A ratio from pairs, or else from rounds. */
  private static Optional<Finding> beside(WrkResults results, BesideOne figure, Server server) {
    String name = figure.scenario();
    Metric metric = figure.metric();
    Server other = figure.other();
    return ofPairs(results.pair(name, server, other.name()), metric)
        .or(
            () ->
                results
                    .scenario(name)
                    .flatMap(
                        in ->
                            in.ratio(metric, server, other)
                                .map(ratio -> found(ratio, in, server))));
  }

  /** A server's figure divided by a certain other server's, in pairs or in the same round. */
  record BesideOne(String scenario, Metric metric, Server other) implements Figure {
    @Override
    public String title() {
      return metric.label() + " ÷ that of " + other.label();
    }

    @Override
    public Optional<Finding> of(WrkResults results, Server server) {
      return beside(results, this, server);
    }
  }

  /** A server's figure divided by that of the peer that is best at it in the rounds. */
  record BesideBest(String scenario, Metric metric) implements Figure {
    @Override
    public String title() {
      return metric.label() + " ÷ that of the best peer";
    }

    @Override
    public Optional<Finding> of(WrkResults results, Server server) {
      return results
          .scenario(scenario)
          .flatMap(in -> in.bestPeer(metric))
          .flatMap(
              peer ->
                  beside(results, new BesideOne(scenario, metric, peer), server)
                      .map(found -> named(found, peer.name())));
    }
  }

  /**
   * A server's figure divided by that of each of some peers in every static scenario: the worst.
   */
  record BesideAll(boolean isPinned, Metric metric, List<Server> others) implements Figure {
    @Override
    public String scenario() {
      return isPinned ? "all static, pinned" : "all static";
    }

    @Override
    public String title() {
      return metric.label()
          + " ÷ that of each of "
          + others.stream().map(Server::name).collect(Collectors.joining(", "))
          + ": the worst";
    }

    @Override
    public Optional<Finding> of(WrkResults results, Server server) {
      Comparator<Finding> byValue = Comparator.comparingDouble(Finding::value);
      List<Finding> found = new ArrayList<>();
      for (Scenario scenario : results.scenarios()) {
        if (scenario.isStatic() && scenario.isPinned() == isPinned) {
          for (Server other : others) {
            beside(results, new BesideOne(scenario.name(), metric, other), server)
                .map(ratio -> named(ratio, other.name() + ", " + scenario.name()))
                .ifPresent(found::add);
          }
        }
      }
      return metric.better() == Metric.Better.LESS
          ? found.stream().max(byValue)
          : found.stream().min(byValue);
    }
  }

  private static Finding named(Finding found, String name) {
    return new Finding(found.value(), found.text() + ", " + name, found.hasProblems());
  }

  /**
   * A server's figure divided by its own in another scenario, in pairs. Without those the medians
   * are divided, and as they were not measured at the same time, there is no spread.
   */
  record BesideItself(String scenario, Metric metric, String other) implements Figure {
    @Override
    public String title() {
      return metric.label() + " ÷ its own in " + other;
    }

    @Override
    public Optional<Finding> of(WrkResults results, Server server) {
      return ofPairs(results.pair(scenario, server, server.name() + " at " + other), metric)
          .or(() -> ofRounds(results, server));
    }

    private Optional<Finding> ofRounds(WrkResults results, Server server) {
      double ratio = median(results, scenario, server) / median(results, other, server);
      return Double.isFinite(ratio)
          ? results
              .scenario(scenario)
              .map(in -> found(new Spread(ratio, ratio, ratio, 1), in, server))
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
    public Optional<Finding> of(WrkResults results, Server server) {
      return results
          .scenario(scenario)
          .flatMap(in -> in.spread(server, metric).map(spread -> found(spread, in, server)));
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
    return figure
        .of(results, server)
        .map(
            found -> {
              boolean reached = !found.hasProblems() && isKept(found.value());
              String text = (reached ? "reached: " : "missed: ") + found.text();
              return new Verdict(reached, found.hasProblems() ? text + ", see the remarks" : text);
            });
  }
}
