package passerelle.bench.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * What the report tells about single parts, measured with JMH.
 *
 * <p>Confined to one worker.
 */
final class JmhSections {
  private final JmhResults results;

  JmhSections(JmhResults results) {
    this.results = results;
  }

  List<Block> blocks() {
    List<Block> blocks = new ArrayList<>();
    blocks.add(new Block.Heading(2, "Single parts"));
    blocks.add(
        new Block.Paragraph(
            "Measured with JMH, each part alone, with everything it needs in the processor's"
                + " caches: these figures do not add up to a request. ± is JMH's error, 99.9 %"
                + " confidence; B/op are the octets of heap allocated an operation, by -prof gc."));
    blocks.add(
        new Block.Facts(
            List.of(
                new Block.Fact("JVM", results.distinct(JmhScore::jvm)),
                new Block.Fact("JVM options", results.distinct(JmhScore::jvmOptions)),
                new Block.Fact("Runs", results.distinct(JmhScore::settings)))));
    blocks.addAll(new JmhTargets(results).blocks());
    for (Map.Entry<String, List<JmhScore>> group : results.groups().entrySet()) {
      blocks.add(new Block.Heading(3, group.getKey()));
      if (group.getKey().equals(JmhTargets.PARSERS)) {
        blocks.addAll(parserCharts(group.getValue()));
      }
      blocks.add(table(group.getValue()));
    }
    return blocks;
  }

  /** The same heads for every parser; a chart for each head. */
  private static List<Block> parserCharts(List<JmhScore> scores) {
    Map<String, List<JmhScore>> heads =
        scores.stream()
            .filter(score -> score.method().equals(JmhTargets.WHOLE))
            .collect(
                Collectors.groupingBy(
                    score -> score.parameter(JmhTargets.HEAD),
                    LinkedHashMap::new,
                    Collectors.toList()));
    List<Chart> charts = new ArrayList<>();
    heads.forEach((head, parsers) -> charts.add(chart(head, parsers)));
    return List.of(
        new Block.Figure(
            "parsers", "Parsing a request head", "Average; line: JMH's error of 99.9 %.", charts));
  }

  private static Chart chart(String head, List<JmhScore> parsers) {
    List<Chart.Bar> bars = new ArrayList<>();
    for (JmhScore score : parsers) {
      Chart.Kind kind = isOurs(score) ? Chart.Kind.OURS : Chart.Kind.PEER;
      String label = words(score.parameter(JmhTargets.PARSER));
      score.spread().ifPresent(spread -> bars.add(new Chart.Bar(label, kind, spread, 0)));
    }
    bars.sort(Comparator.comparingDouble(bar -> bar.spread().median()));
    return new Chart(
        words(head) + ", " + parsers.get(0).unit(), "less is better", List.copyOf(bars));
  }

  private static boolean isOurs(JmhScore score) {
    return score.parameter(JmhTargets.PARSER).equals(JmhTargets.OURS);
  }

  /** A constant's name as words. */
  private static String words(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static Block.Table table(List<JmhScore> scores) {
    List<Block.Column> columns =
        List.of(
            Block.Column.text("benchmark"),
            Block.Column.numbers("score"),
            Block.Column.numbers("±"),
            Block.Column.text("unit"),
            Block.Column.numbers("B/op"));
    List<Block.Row> rows = new ArrayList<>();
    for (JmhScore score : scores) {
      rows.add(
          new Block.Row(
              isOurs(score),
              List.of(
                  Block.Cell.of(score.title()),
                  score.score().isPresent()
                      ? Block.Cell.of(number(score.score()))
                      : new Block.Cell("failed", Block.Tone.BAD),
                  Block.Cell.of(number(score.error())),
                  Block.Cell.of(score.unit()),
                  Block.Cell.of(octets(score.allocated())))));
    }
    return new Block.Table(columns, rows);
  }

  static String number(OptionalDouble value) {
    return value.isEmpty() ? "–" : Spread.of(List.of(value.getAsDouble())).orElseThrow().number();
  }

  /** JMH's figure holds a trace of what its own threads allocate meanwhile. */
  static String octets(OptionalDouble value) {
    return value.isEmpty() ? "–" : String.format(Locale.ROOT, "%,.1f", value.getAsDouble());
  }
}
