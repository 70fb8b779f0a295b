package passerelle.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The targets for single parts.
 *
 * <p>Confined to one worker.
 */
final class JmhTargets {
  /** Our parser beside those of others. */
  static final String PARSERS = "RequestParserBenchmark";

  /** Its method that has the whole head at once. */
  static final String WHOLE = "whole";

  /** Its parameters: which head, and whose parser. */
  static final String HEAD = "head";

  static final String PARSER = "parser";

  /** The parser that is ours. */
  static final String OURS = "PASSERELLE";

  private static final String BROWSER = "BROWSER";
  private static final String SMALL = "SMALL";
  private static final String GET = "get";
  private static final String EXCHANGE = "StaticExchangeBenchmark";

  /** So many times as fast as the fastest of the others. */
  private static final double PARSER_RATIO = 2;

  /** The same for the smallest head. */
  private static final double SMALL_RATIO = 1.2;

  private static final double EXCHANGE_OCTETS = 64;

  private final JmhResults results;

  JmhTargets(JmhResults results) {
    this.results = results;
  }

  List<Block> blocks() {
    List<Block.Column> columns =
        List.of(
            Block.Column.text("figure"),
            Block.Column.text("target"),
            Block.Column.numbers("passerelle"));
    List<Block.Row> rows = new ArrayList<>();
    rows.add(ratio("a head as browsers send it", BROWSER, PARSER_RATIO));
    rows.add(ratio("a head of 47 octets", SMALL, SMALL_RATIO));
    rows.add(garbage("a head as browsers send it", BROWSER));
    rows.add(garbage("a head of 47 octets", SMALL));
    rows.add(
        row(
            "a hot GET over a memory transport: octets allocated",
            String.format(Locale.ROOT, "≤ %.0f B/op", EXCHANGE_OCTETS),
            allocated(exchange())
                .map(octets -> verdict(octets <= EXCHANGE_OCTETS, octets, " B/op"))));
    return List.of(new Block.Table(columns, rows));
  }

  private Block.Row ratio(String what, String head, double limit) {
    return row(
        "parsing " + what + ": time of the fastest other parser ÷ ours",
        String.format(Locale.ROOT, "≥ %.2f", limit),
        parserRatio(head).map(ratio -> verdict(ratio >= limit, ratio, "")));
  }

  private Block.Row garbage(String what, String head) {
    return row(
        "parsing " + what + ": octets allocated, rounded",
        "0 B/op",
        allocated(parser(head, true))
            .map(octets -> verdict(Math.round(octets) == 0, octets, " B/op")));
  }

  /** How many times as long the fastest other parser takes; nothing if either was not measured. */
  private Optional<Double> parserRatio(String head) {
    OptionalDouble ours = parser(head, true).map(JmhScore::score).orElse(OptionalDouble.empty());
    OptionalDouble best = parser(head, false).map(JmhScore::score).orElse(OptionalDouble.empty());
    return ours.isPresent() && best.isPresent()
        ? Optional.of(best.getAsDouble() / ours.getAsDouble())
        : Optional.empty();
  }

  /** The fastest parser of such heads: ours, or that of somebody else. */
  private Optional<JmhScore> parser(String head, boolean ours) {
    return results.scores().stream()
        .filter(score -> score.group().equals(PARSERS) && score.method().equals(WHOLE))
        .filter(score -> score.parameter(HEAD).equals(head))
        .filter(score -> score.score().isPresent() && score.parameter(PARSER).equals(OURS) == ours)
        .min(Comparator.comparingDouble(score -> score.score().orElseThrow()));
  }

  private Optional<JmhScore> exchange() {
    return results.scores().stream()
        .filter(score -> score.group().equals(EXCHANGE) && score.method().equals(GET))
        .findFirst();
  }

  private static Optional<Double> allocated(Optional<JmhScore> score) {
    OptionalDouble octets = score.map(JmhScore::allocated).orElse(OptionalDouble.empty());
    return octets.isPresent() ? Optional.of(octets.getAsDouble()) : Optional.empty();
  }

  private static Block.Cell verdict(boolean reached, double value, String unit) {
    String text = String.format(Locale.ROOT, "%.2f", value) + unit;
    return reached
        ? new Block.Cell("reached: " + text, Block.Tone.GOOD)
        : new Block.Cell("missed: " + text, Block.Tone.BAD);
  }

  private static Block.Row row(String figure, String limit, Optional<Block.Cell> verdict) {
    return new Block.Row(
        false,
        List.of(
            Block.Cell.of(figure),
            Block.Cell.of(limit),
            verdict.orElse(Block.Cell.of("not measured"))));
  }
}
