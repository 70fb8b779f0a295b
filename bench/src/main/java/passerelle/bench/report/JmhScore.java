package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What JMH found for one benchmark with one set of parameters.
 *
 * <p>Immutable.
 */
record JmhScore(JsonNode node) {

  /** The class without its package. */
  String group() {
    String method = node.path("benchmark").asText();
    String type = method.substring(0, Math.max(0, method.lastIndexOf('.')));
    return type.substring(type.lastIndexOf('.') + 1);
  }

  /** The method. */
  String method() {
    String method = node.path("benchmark").asText();
    return method.substring(method.lastIndexOf('.') + 1);
  }

  /** A parameter's value, or an empty text. */
  String parameter(String name) {
    return node.path("params").path(name).asText();
  }

  /** Method and parameters. */
  String title() {
    String parameters =
        node.path("params").properties().stream()
            .map(parameter -> parameter.getKey() + "=" + parameter.getValue().asText())
            .collect(Collectors.joining(", "));
    return parameters.isEmpty() ? method() : method() + ", " + parameters;
  }

  String unit() {
    return node.path("primaryMetric").path("scoreUnit").asText();
  }

  /** The score; nothing if the benchmark failed. */
  OptionalDouble score() {
    return number(node.path("primaryMetric").path("score"));
  }

  /** JMH's error of the score, to either side; nothing if there were too few runs for one. */
  OptionalDouble error() {
    return number(node.path("primaryMetric").path("scoreError"));
  }

  /** Octets allocated an operation, if {@code -prof gc} was given. */
  OptionalDouble allocated() {
    return number(node.path("secondaryMetrics").path("gc.alloc.rate.norm").path("score"));
  }

  /** The score with its error as a spread. */
  Optional<Spread> spread() {
    if (score().isEmpty()) {
      return Optional.empty();
    }
    double middle = score().getAsDouble();
    double error = error().orElse(0);
    int count = error().isPresent() ? 2 : 1;
    return Optional.of(new Spread(middle, Math.max(0, middle - error), middle + error, count));
  }

  int forks() {
    return node.path("forks").asInt();
  }

  /** Which JVM it ran on. */
  String jvm() {
    return node.path("vmName").asText("unknown JVM") + " " + node.path("vmVersion").asText();
  }

  /** The options of that JVM. */
  String jvmOptions() {
    List<String> options = new ArrayList<>();
    node.path("jvmArgs").forEach(option -> options.add(option.asText()));
    return options.isEmpty() ? "none" : String.join(" ", options);
  }

  /** How often it was measured. */
  String settings() {
    return String.format(
        Locale.ROOT,
        "forks: %d; each with %d × %s of warm-up and %d × %s measured; threads: %d",
        forks(),
        node.path("warmupIterations").asInt(),
        node.path("warmupTime").asText(),
        node.path("measurementIterations").asInt(),
        node.path("measurementTime").asText(),
        node.path("threads").asInt());
  }

  /** JMH writes "NaN" as a text. */
  private static OptionalDouble number(JsonNode value) {
    return value.isNumber() ? OptionalDouble.of(value.asDouble()) : OptionalDouble.empty();
  }
}
