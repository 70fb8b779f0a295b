package passerelle.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A bar for each of several things, from the best to the worst.
 *
 * <p>Immutable.
 *
 * @param title what is shown, with its unit
 * @param better which values are good, in words; empty if none are better than others
 */
record Chart(String title, String better, List<Bar> bars) {

  /** Whose bar it is: that decides how it looks. */
  enum Kind {
    OURS,
    PEER,
    YARDSTICK
  }

  /**
   * A bar.
   *
   * @param errors how many answers were wrong; a bar with any is marked
   */
  record Bar(String label, Kind kind, Spread spread, long errors) {
    String valueText() {
      return errors == 0 ? spread.number() : spread.number() + " ⚠ " + errors;
    }
  }

  /** A scenario's chart of one figure; without bars if nobody has it. */
  static Chart of(Scenario scenario, Metric metric) {
    List<Bar> bars = new ArrayList<>();
    for (Server server : scenario.servers()) {
      scenario
          .spread(server, metric)
          .ifPresent(
              spread ->
                  bars.add(new Bar(server.label(), kind(server), spread, scenario.errors(server))));
    }
    Comparator<Bar> byMedian = Comparator.comparingDouble(bar -> bar.spread().median());
    bars.sort(metric.better() == Metric.Better.LESS ? byMedian : byMedian.reversed());
    String better =
        switch (metric.better()) {
          case LESS -> "less is better";
          case MORE -> "more is better";
          case NEITHER -> "";
        };
    return new Chart(metric.label(), better, List.copyOf(bars));
  }

  private static Kind kind(Server server) {
    if (server.isOurs()) {
      return Kind.OURS;
    }
    return server.isYardstick() ? Kind.YARDSTICK : Kind.PEER;
  }

  /** All that the chart shows, as a sentence for those who do not see it. */
  String description() {
    StringBuilder text = new StringBuilder(title);
    text.append(", median (least–most), ").append(better).append(": ");
    String separator = "";
    for (Bar bar : bars) {
      text.append(separator).append(bar.label()).append(' ').append(bar.spread().text());
      if (bar.errors() > 0) {
        text.append(" with ").append(bar.errors()).append(" errors");
      }
      separator = "; ";
    }
    return text.append('.').toString();
  }
}
