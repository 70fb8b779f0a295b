package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a reader must know before believing the figures.
 *
 * <p>Immutable.
 */
final class Remarks {
  /** Fewer rounds are a trial. */
  private static final int ROUNDS = 3;

  /** A load generator that needs almost all of its cores measures itself. */
  private static final double SATURATED_PERCENT = 90;

  /** Other programs that take more than this share of the machine spoil a run. */
  private static final double NOISE_PERCENT = 10;

  private Remarks() {}

  static List<String> of(WrkResults results) {
    List<String> remarks = new ArrayList<>();
    results.failures().forEach(failure -> remarks.add("Failed: " + failure + "."));
    results.absent().forEach((name, why) -> remarks.add("Left out: " + name + ": " + why + "."));
    if (results.fact("commit").contains("with changes")) {
      remarks.add("The sources were not those of the commit alone: there were changes.");
    }
    for (Scenario scenario : results.scenarios()) {
      fewRounds(scenario).ifPresent(remarks::add);
      fewIdle(scenario).ifPresent(remarks::add);
      remarks.addAll(errors(scenario));
      saturated(scenario, results.number("threads")).ifPresent(remarks::add);
      noise(scenario).ifPresent(remarks::add);
    }
    return remarks;
  }

  static List<String> of(JmhResults results) {
    List<String> remarks = new ArrayList<>();
    for (JmhScore score : results.scores()) {
      if (score.score().isEmpty()) {
        remarks.add(score.group() + ", " + score.title() + ": the benchmark failed.");
      } else if (score.forks() < ROUNDS) {
        remarks.add(
            String.format(
                "%s, %s: fewer than %d forks are no result: %d.",
                score.group(), score.title(), ROUNDS, score.forks()));
      }
    }
    return remarks;
  }

  private static Optional<String> fewRounds(Scenario scenario) {
    String few =
        scenario.servers().stream()
            .filter(server -> scenario.runs(server).size() < ROUNDS)
            .map(server -> server.name() + " " + scenario.runs(server).size())
            .collect(Collectors.joining(", "));
    return few.isEmpty()
        ? Optional.empty()
        : Optional.of(
            scenario.name() + ": fewer than " + ROUNDS + " rounds are no result: " + few + ".");
  }

  /** A server that has no room for all of the idle connections. */
  private static Optional<String> fewIdle(Scenario scenario) {
    List<String> few = new ArrayList<>();
    for (Server server : scenario.servers()) {
      int idle =
          scenario.runs(server).stream()
              .mapToInt(run -> run.path("idle").asInt(scenario.idle()))
              .min()
              .orElse(scenario.idle());
      if (idle < scenario.idle()) {
        few.add(String.format(Locale.ROOT, "%s %,d", server.name(), idle));
      }
    }
    return few.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: fewer than %,d idle connections: %s.",
                scenario.name(),
                scenario.idle(),
                String.join(", ", few)));
  }

  private static List<String> errors(Scenario scenario) {
    List<String> errors = new ArrayList<>();
    for (Server server : scenario.servers()) {
      int number = 0;
      for (JsonNode run : scenario.runs(server)) {
        number++;
        List<String> problems = new ArrayList<>();
        run.path("problems").forEach(problem -> problems.add(problem.asText()));
        if (problems.isEmpty() && run.path("errors").asLong() > 0) {
          problems.add(run.path("errors").asLong() + " errors");
        }
        if (!problems.isEmpty()) {
          errors.add(
              String.format(
                  Locale.ROOT,
                  "%s, %s, round %d: %s.",
                  scenario.name(),
                  server.name(),
                  run.path("round").asInt(number),
                  String.join("; ", problems)));
        }
      }
    }
    return errors;
  }

  private static Optional<String> saturated(Scenario scenario, int threads) {
    String servers =
        scenario.servers().stream()
            .filter(server -> loadCpu(scenario, server) > SATURATED_PERCENT * Math.max(1, threads))
            .map(
                server ->
                    String.format(
                        Locale.ROOT, "%s %.0f %%", server.name(), loadCpu(scenario, server)))
            .collect(Collectors.joining(", "));
    return servers.isEmpty()
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: %s needed almost all of its %s for %s. The rates may be its limit and not the"
                    + " servers'; compare the CPU time.",
                scenario.name(),
                scenario.load(),
                threads > 1 ? threads + " threads" : "core",
                servers));
  }

  private static double loadCpu(Scenario scenario, Server server) {
    return scenario.spread(server, Metric.LOAD_CPU).map(Spread::median).orElse(0.0);
  }

  private static Optional<String> noise(Scenario scenario) {
    double most =
        scenario.servers().stream()
            .flatMap(server -> scenario.spread(server, Metric.OTHER_CPU).stream())
            .mapToDouble(Spread::most)
            .max()
            .orElse(0);
    return most <= NOISE_PERCENT
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "%s: other programs used up to %.0f %% of the machine.",
                scenario.name(),
                most));
  }
}
