package passerelle.bench.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the report tells about Passerelle beside each single one of the others: in the rounds of
 * every scenario, and in pairs.
 *
 * <p>Confined to one worker.
 */
final class PeerSections {
  private static final Block.Cell NOT_MEASURED = Block.Cell.of("–");

  private final WrkResults results;

  PeerSections(WrkResults results) {
    this.results = results;
  }

  /** A table for each of our own: scenarios and figures, and a column for each peer. */
  List<Block> besideEach() {
    List<Server> peers = results.servers().stream().filter(Server::isPeer).toList();
    List<Block> blocks = new ArrayList<>();
    for (Server server : results.ours()) {
      List<Block.Row> rows = new ArrayList<>();
      for (Scenario scenario : results.scenarios()) {
        for (Metric metric : scenario.mainMetrics()) {
          if (scenario.spread(server, metric).isPresent()) {
            row(scenario, metric, server, peers).ifPresent(rows::add);
          }
        }
      }
      if (!rows.isEmpty()) {
        List<Block.Column> columns = new ArrayList<>();
        columns.add(Block.Column.text("scenario"));
        columns.add(Block.Column.text("figure of " + server.name()));
        peers.forEach(peer -> columns.add(Block.Column.numbers("÷ " + peer.name())));
        blocks.add(new Block.Table(columns, rows));
      }
    }
    if (!blocks.isEmpty()) {
      blocks.add(0, new Block.Heading(2, "Beside each of the others"));
      blocks.add(
          1,
          new Block.Paragraph(
              "Passerelle's figure divided by that of each peer: the median of the rounds. Behind"
                  + " is marked; = is level, 1.00 lies between the least and the most; – was not"
                  + " measured, or that peer cannot do it."));
    }
    return blocks;
  }

  private static Optional<Block.Row> row(
      Scenario scenario, Metric metric, Server server, List<Server> peers) {
    List<Block.Cell> cells = new ArrayList<>();
    cells.add(Block.Cell.of(scenario.name()));
    cells.add(Block.Cell.of(metric.label()));
    boolean isMeasured = false;
    for (Server peer : peers) {
      Optional<Spread> ratio = scenario.ratio(metric, server, peer);
      isMeasured |= ratio.isPresent();
      cells.add(ratio.map(of -> compared(metric, of)).orElse(NOT_MEASURED));
    }
    return isMeasured ? Optional.of(new Block.Row(false, cells)) : Optional.empty();
  }

  private static Block.Cell compared(Metric metric, Spread ratio) {
    String text = String.format(Locale.ROOT, "%.2f", ratio.median());
    if (ratio.holds(1)) {
      return Block.Cell.of(text + " =");
    }
    return metric.isBetter(ratio.median(), 1)
        ? new Block.Cell(text, Block.Tone.GOOD)
        : new Block.Cell(text, Block.Tone.BAD);
  }

  /** What was measured in pairs. */
  List<Block> pairs() {
    List<Block.Column> columns =
        List.of(
            Block.Column.text("scenario"),
            Block.Column.text("A"),
            Block.Column.text("B"),
            Block.Column.text("figure"),
            Block.Column.numbers("A: median"),
            Block.Column.numbers("B: median"),
            Block.Column.numbers("A ÷ B [95 %]"),
            Block.Column.numbers("pairs"),
            Block.Column.numbers("errors A, B"),
            Block.Column.text("so A is"));
    List<Block.Row> rows = new ArrayList<>();
    for (Pair pair : results.pairs()) {
      for (Metric metric : pair.scenario().pairMetrics()) {
        pair.ratio(metric).ifPresent(ratio -> rows.add(row(pair, metric, ratio)));
      }
    }
    if (rows.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Block.Heading(2, "In pairs"),
        new Block.Paragraph(
            "A and B in short runs in turn, and the ratio of each two: its median, and the interval"
                + " of the sign test in which the true median lies in 95 of 100 experiments. If 1"
                + " lies in it, there is no difference to be told."),
        new Block.Table(columns, rows));
  }

  private static Block.Row row(Pair pair, Metric metric, Interval ratio) {
    long errors = pair.errors(true) + pair.errors(false);
    Block.Tone tone = errors == 0 ? Block.Tone.PLAIN : Block.Tone.BAD;
    return new Block.Row(
        false,
        List.of(
            Block.Cell.of(pair.scenario().name()),
            Block.Cell.of(pair.first()),
            Block.Cell.of(pair.second()),
            Block.Cell.of(metric.label()),
            Block.Cell.of(pair.spread(true, metric).map(Spread::number).orElse("–")),
            Block.Cell.of(pair.spread(false, metric).map(Spread::number).orElse("–")),
            Block.Cell.of(ratio.text()),
            Block.Cell.of(String.valueOf(ratio.count())),
            new Block.Cell(pair.errors(true) + ", " + pair.errors(false), tone),
            verdict(metric, ratio)));
  }

  private static Block.Cell verdict(Metric metric, Interval ratio) {
    if (!ratio.isBounded()) {
      return Block.Cell.of("not to be told: too few pairs");
    }
    if (ratio.holds(1)) {
      return Block.Cell.of("not to be told from B");
    }
    return metric.isBetter(ratio.median(), 1)
        ? new Block.Cell("ahead", Block.Tone.GOOD)
        : new Block.Cell("behind", Block.Tone.BAD);
  }
}
