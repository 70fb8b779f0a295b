package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.OptionalDouble;

/**
 * A figure of one run, and where it stands in the raw results.
 *
 * <p>Immutable.
 */
enum Metric {
  CPU_PER_REQUEST("CPU µs/request", "/server_cpu_micros_per_request", Better.LESS),
  /** Computed: see {@link #of}. */
  CPU_PER_MEGABYTE("CPU µs/MB", "", Better.LESS),
  RATE("requests/s", "/requests_per_second", Better.MORE),
  THROUGHPUT("MB/s", "/megabytes_per_second", Better.MORE),
  START("start ms", "/start_ms", Better.LESS),
  START_CPU("CPU ms", "/start_cpu_ms", Better.LESS),
  OCTETS_PER_IDLE("octets/idle connection", "/octets_per_connection", Better.LESS),
  HEAP_PER_IDLE("heap octets/idle connection", "/heap_per_connection", Better.LESS),
  P50("p50 ms", "/latency_ms/p50", Better.LESS),
  P90("p90 ms", "/latency_ms/p90", Better.LESS),
  P99("p99 ms", "/latency_ms/p99", Better.LESS),
  P999("p99.9 ms", "/latency_ms/p99.9", Better.LESS),
  LONGEST("max ms", "/latency_ms/max", Better.LESS),
  SCRIPTS("scripts/s", "/scripts_per_second", Better.MORE),
  RSS("RSS MiB", "/rss_kib", Better.LESS),
  LOAD_CPU("load CPU %", "/wrk_cpu_percent", Better.NEITHER),
  OTHER_CPU("other CPU %", "/other_cpu_percent", Better.NEITHER);

  /** Which way a figure is good. */
  enum Better {
    LESS,
    MORE,
    NEITHER
  }

  private final String label;
  private final String place;
  private final Better better;

  Metric(String label, String place, Better better) {
    this.label = label;
    this.place = place;
    this.better = better;
  }

  /** The name with its unit, as columns and charts show it. */
  String label() {
    return label;
  }

  Better better() {
    return better;
  }

  /** The figure of a run, or nothing if it was not measured or is null. */
  OptionalDouble of(JsonNode run) {
    if (this == CPU_PER_MEGABYTE) {
      OptionalDouble cpu = CPU_PER_REQUEST.of(run);
      double requests = RATE.of(run).orElse(0);
      double megabytes = THROUGHPUT.of(run).orElse(0);
      return cpu.isPresent() && requests > 0 && megabytes > 0
          ? OptionalDouble.of(cpu.getAsDouble() * requests / megabytes)
          : OptionalDouble.empty();
    }
    JsonNode value = run.at(place);
    double unit = this == RSS ? 1024 : 1;
    return value.isNumber() ? OptionalDouble.of(value.asDouble() / unit) : OptionalDouble.empty();
  }

  /** Whether the first figure is better than the second. */
  boolean isBetter(double first, double second) {
    return better == Better.LESS ? first < second : first > second;
  }
}
