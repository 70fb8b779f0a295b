package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Two sides that were measured in pairs, in one scenario: run by run in turn, many times.
 *
 * <p>Immutable.
 *
 * @param scenario what was asked for; its runs are those of the sides {@code a} and {@code b}
 */
record Pair(Scenario scenario) {
  private static final Server A = new Server("a");
  private static final Server B = new Server("b");

  Pair(JsonNode node) {
    this(new Scenario(node));
  }

  /** The side that is divided: a server, or a build as it was given. */
  String first() {
    return scenario.node().path("a").asText();
  }

  /** The side that it is divided by. */
  String second() {
    return scenario.node().path("b").asText();
  }

  boolean isOf(String name, Server server, String other) {
    return scenario.name().equals(name) && first().equals(server.name()) && second().equals(other);
  }

  /** The median of a figure's ratios, with its interval; nothing if no pair has the figure. */
  Optional<Interval> ratio(Metric metric) {
    List<JsonNode> first = scenario.runs(A);
    List<JsonNode> second = scenario.runs(B);
    List<Double> ratios = new ArrayList<>();
    for (int i = 0; i < Math.min(first.size(), second.size()); i++) {
      OptionalDouble dividend = metric.of(first.get(i));
      OptionalDouble divisor = metric.of(second.get(i));
      if (dividend.isPresent() && divisor.isPresent() && divisor.getAsDouble() > 0) {
        ratios.add(dividend.getAsDouble() / divisor.getAsDouble());
      }
    }
    return Interval.of(ratios);
  }

  /** The median of a side's own figure. */
  Optional<Spread> spread(boolean isFirst, Metric metric) {
    return scenario.spread(isFirst ? A : B, metric);
  }

  long errors(boolean isFirst) {
    return scenario.errors(isFirst ? A : B);
  }

  /** Whether a run of the first side was not as it was meant to be. */
  boolean hasProblems() {
    return scenario.errors(A) > 0 || scenario.hasProblems(A);
  }
}
