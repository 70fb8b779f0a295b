package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/**
 * One scenario of the raw results: what was asked for, and the runs of each server. A key that is
 * not there is nothing, zero or an empty text: older results have fewer.
 *
 * <p>Immutable.
 */
record Scenario(JsonNode node) {

  String name() {
    return node.path("name").asText();
  }

  String title() {
    return node.path("title").asText(name());
  }

  String group() {
    return node.path("group").asText("scenarios");
  }

  /** What loaded the servers: wrk or h2load. */
  String load() {
    return node.path("load").asText("wrk");
  }

  /** The title with the number of connections, active and idle. */
  String fullTitle() {
    int connections = node.path("connections").asInt();
    StringBuilder text = new StringBuilder(title());
    if (connections > 0) {
      text.append(connections == 1 ? ", 1 connection" : ", " + connections + " connections");
    }
    if (idle() > 0) {
      text.append(connections > 0 ? " beside " : ", ");
      text.append(String.format(Locale.ROOT, "%,d idle", idle()));
    }
    return text.toString();
  }

  /** The figures that tell most about this scenario, the most trustworthy first. */
  List<Metric> mainMetrics() {
    List<Metric> wanted =
        switch (node.path("unit").asText()) {
          case "MB/s" -> List.of(Metric.CPU_PER_MEGABYTE, Metric.THROUGHPUT);
          case "ms" -> List.of(Metric.START, Metric.P99, Metric.P999, Metric.LONGEST);
          case "octets" -> List.of(Metric.OCTETS_PER_IDLE, Metric.HEAP_PER_IDLE, Metric.RSS);
          default -> List.of(Metric.CPU_PER_REQUEST, Metric.RATE);
        };
    return wanted.stream().filter(this::has).toList();
  }

  /** What pairs are compared by. */
  List<Metric> pairMetrics() {
    List<Metric> metrics = new ArrayList<>(mainMetrics());
    metrics.removeAll(List.of(Metric.RSS, Metric.P999, Metric.LONGEST));
    return metrics;
  }

  /**
   * What else is worth a column. Latencies under wrk are not: it asks a slow server less, and so
   * never sees what would have waited.
   */
  List<Metric> moreMetrics() {
    List<Metric> wanted = new ArrayList<>(List.of(Metric.CPU_PER_REQUEST));
    if (node.path("unit").asText().equals("ms")) {
      wanted.addAll(List.of(Metric.START_CPU, Metric.P50, Metric.P90, Metric.SCRIPTS));
    }
    wanted.addAll(List.of(Metric.RSS, Metric.LOAD_CPU, Metric.OTHER_CPU));
    return wanted.stream().filter(this::has).toList();
  }

  /** How long a run was, or zero. */
  int seconds() {
    return node.path("seconds").asInt();
  }

  /** Whether the servers and the load generator had cores of their own. */
  boolean isPinned() {
    return node.path("pinned").asBoolean();
  }

  /** Whether it is about files alone, asked for as fast as they are answered. */
  boolean isStatic() {
    return load().equals("wrk") && idle() == 0 && !group().equals("scripts");
  }

  /** How many rounds there were. */
  int rounds() {
    return servers().stream().mapToInt(server -> runs(server).size()).max().orElse(0);
  }

  /** Idle connections that were wanted. */
  int idle() {
    return node.path("idle").asInt();
  }

  /** Whether any server has this figure. */
  boolean has(Metric metric) {
    return servers().stream().anyMatch(server -> spread(server, metric).isPresent());
  }

  /** The servers that took part, in the order in which they were measured. */
  List<Server> servers() {
    List<Server> servers = new ArrayList<>();
    for (Map.Entry<String, JsonNode> entry : node.path("runs").properties()) {
      if (!entry.getValue().isEmpty()) {
        servers.add(new Server(entry.getKey()));
      }
    }
    return servers;
  }

  List<JsonNode> runs(Server server) {
    List<JsonNode> runs = new ArrayList<>();
    node.path("runs").path(server.name()).forEach(runs::add);
    return runs;
  }

  /** A server's figure over its runs; nothing if no run has it. */
  Optional<Spread> spread(Server server, Metric metric) {
    return Spread.of(values(server, metric).values());
  }

  long errors(Server server) {
    return runs(server).stream().mapToLong(run -> run.path("errors").asLong()).sum();
  }

  /** Whether a run was not as it was meant to be, as when a rate was not held. */
  boolean hasProblems(Server server) {
    return runs(server).stream().anyMatch(run -> !run.path("problems").isEmpty());
  }

  /** Octets of one answer, head and content; zero if nobody looked. */
  long answerOctets(Server server) {
    return node.path("checked").path(server.name()).path("octets").asLong();
  }

  /** How servers and load generators were started, in the order in which they were measured. */
  List<String> commands() {
    List<String> commands = new ArrayList<>();
    for (JsonNode one : node.path("commands")) {
      for (Map.Entry<String, JsonNode> entry : one.properties()) {
        if (!entry.getKey().equals("config")) {
          commands.add(entry.getValue().asText());
        }
      }
    }
    return commands;
  }

  /**
   * A server's figure divided by another's in the same round, over the rounds that both have. What
   * the machine did meanwhile was the same for both, more or less.
   */
  Optional<Spread> ratio(Metric metric, Server server, Server other) {
    Map<Integer, Double> others = values(other, metric);
    List<Double> ratios = new ArrayList<>();
    values(server, metric)
        .forEach(
            (round, value) -> {
              double against = others.getOrDefault(round, 0.0);
              if (against > 0) {
                ratios.add(value / against);
              }
            });
    return Spread.of(ratios);
  }

  /** The peer with the best median. */
  Optional<Server> bestPeer(Metric metric) {
    Comparator<Server> byMedian =
        Comparator.comparingDouble(
            server -> spread(server, metric).map(Spread::median).orElseThrow());
    List<Server> peers =
        servers().stream()
            .filter(server -> server.isPeer() && spread(server, metric).isPresent())
            .toList();
    return metric.better() == Metric.Better.LESS
        ? peers.stream().min(byMedian)
        : peers.stream().max(byMedian);
  }

  /** A server's figure by round; runs that do not say theirs are numbered as they stand. */
  private Map<Integer, Double> values(Server server, Metric metric) {
    Map<Integer, Double> values = new TreeMap<>();
    List<JsonNode> runs = runs(server);
    for (int i = 0; i < runs.size(); i++) {
      OptionalDouble value = metric.of(runs.get(i));
      if (value.isPresent()) {
        values.put(runs.get(i).path("round").asInt(i + 1), value.getAsDouble());
      }
    }
    return values;
  }
}
