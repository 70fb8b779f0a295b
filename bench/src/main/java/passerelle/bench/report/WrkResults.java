package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The raw results of {@code bench/wrk/run}.
 *
 * <p>Immutable.
 */
record WrkResults(JsonNode node) {

  /** A fact about the run by its key, or "unknown". */
  String fact(String key) {
    String text = node.path(key).asText();
    return text.isEmpty() ? "unknown" : text;
  }

  int number(String key) {
    return node.path(key).asInt();
  }

  /** The host as one line. */
  String host() {
    JsonNode host = node.path("host");
    List<String> parts = new ArrayList<>();
    if (host.has("cores")) {
      parts.add(host.path("cores").asText() + " cores");
    }
    for (String key : List.of("cpu", "memory", "kernel")) {
      if (!host.path(key).asText().isEmpty()) {
        parts.add(host.path(key).asText());
      }
    }
    if (host.has("load")) {
      parts.add("load before " + host.path("load").asText());
    }
    return parts.isEmpty() ? "unknown" : String.join(", ", parts);
  }

  /** The versions of servers and tools, by name. */
  Map<String, String> versions() {
    return texts("versions");
  }

  /** The JVMs by the server that they ran; older results have one. */
  Map<String, String> jvms() {
    Map<String, String> jvms = texts("jvms");
    return jvms.isEmpty() ? Map.of("passerelle", fact("jvm")) : jvms;
  }

  /** The servers that could not be measured, and why. */
  Map<String, String> absent() {
    return texts("absent");
  }

  private Map<String, String> texts(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> entry : node.path(key).properties()) {
      texts.put(entry.getKey(), entry.getValue().asText());
    }
    return texts;
  }

  List<Scenario> scenarios() {
    List<Scenario> scenarios = new ArrayList<>();
    node.path("scenarios").forEach(scenario -> scenarios.add(new Scenario(scenario)));
    return scenarios;
  }

  Optional<Scenario> scenario(String name) {
    return scenarios().stream().filter(scenario -> scenario.name().equals(name)).findFirst();
  }

  /** What was measured in pairs. */
  List<Pair> pairs() {
    List<Pair> pairs = new ArrayList<>();
    node.path("pairs").forEach(pair -> pairs.add(new Pair(pair)));
    return pairs;
  }

  /** The pairs of a server and another in a scenario. */
  Optional<Pair> pair(String scenario, Server server, String other) {
    return pairs().stream().filter(pair -> pair.isOf(scenario, server, other)).findFirst();
  }

  /** The scenarios by group, in the order in which they were measured. */
  Map<String, List<Scenario>> groups() {
    return scenarios().stream()
        .collect(Collectors.groupingBy(Scenario::group, LinkedHashMap::new, Collectors.toList()));
  }

  /** All servers that took part in any scenario. */
  Set<Server> servers() {
    Set<Server> servers = new LinkedHashSet<>();
    node.path("servers").forEach(name -> servers.add(new Server(name.asText())));
    scenarios().forEach(scenario -> servers.addAll(scenario.servers()));
    return servers;
  }

  /** This project's server, on each JDK that it was measured on. */
  List<Server> ours() {
    return servers().stream().filter(Server::isOurs).toList();
  }

  List<String> failures() {
    List<String> failures = new ArrayList<>();
    node.path("failures").forEach(failure -> failures.add(failure.asText()));
    return failures;
  }
}
