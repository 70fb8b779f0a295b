package passerelle.bench.report;

import java.util.ArrayList;
import java.util.IntSummaryStatistics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What the report tells about the whole server beside others.
 *
 * <p>Confined to one worker.
 */
final class WrkSections {
  private static final Block.Cell NOT_MEASURED = Block.Cell.of("not measured");

  private final WrkResults results;

  WrkSections(WrkResults results) {
    this.results = results;
  }

  List<Block> measured() {
    List<Block.Fact> facts = new ArrayList<>();
    facts.add(new Block.Fact("Host", results.host()));
    results.jvms().forEach((name, jvm) -> facts.add(new Block.Fact("JVM of " + name, jvm)));
    String options = results.fact("jvm_options");
    facts.add(new Block.Fact("JVM options", options.equals("unknown") ? "none" : options));
    facts.add(new Block.Fact("Commit", results.fact("commit")));
    facts.add(new Block.Fact("Jar, SHA-256", results.fact("jar_sha256")));
    String versions =
        results.versions().entrySet().stream()
            .map(version -> version.getKey() + ": " + version.getValue())
            .collect(Collectors.joining("; "));
    facts.add(new Block.Fact("Versions", versions));
    facts.add(new Block.Fact("Begun", results.fact("begun")));
    facts.add(new Block.Fact("Runs", runs()));
    return List.of(
        new Block.Heading(2, "What was measured"),
        new Block.Paragraph(
            "Passerelle and other servers, one at a time, each with one worker or loop where that"
                + " can be chosen, serving the same files and scripts over the loopback interface"
                + " of one machine, which the load generator shares."),
        new Block.Paragraph(
            "A figure is the median of the rounds, with the least and the most in brackets, or as"
                + " a line in a chart. A ratio is taken within each round; what stands here is the"
                + " median of these. Trust CPU time first, ratios second, rates last."
                + (results.servers().stream().anyMatch(Server::isYardstick)
                    ? " The yardstick is a loop in C that parses nothing and always sends the same"
                        + " octets: it is no server, but what the kernel alone costs."
                    : "")
                + (results.scenarios().stream().anyMatch(Scenario::isPinned)
                    ? " In scenarios called pinned, what serves connections has one core and the load"
                        + " generator another; in the others the kernel decides who shares a core."
                    : "")),
        new Block.Facts(facts),
        new Block.Folded("Commands", commands()));
  }

  private String runs() {
    IntSummaryStatistics rounds =
        results.scenarios().stream().mapToInt(Scenario::rounds).summaryStatistics();
    IntSummaryStatistics seconds =
        results.scenarios().stream()
            .mapToInt(Scenario::seconds)
            .map(own -> own > 0 ? own : results.number("seconds"))
            .summaryStatistics();
    return String.format(
        Locale.ROOT,
        "rounds: %s; in each, one run of %s s per server in turn",
        range(rounds),
        range(seconds));
  }

  private static String range(IntSummaryStatistics numbers) {
    if (numbers.getCount() == 0) {
      return "no";
    }
    return numbers.getMin() == numbers.getMax()
        ? String.valueOf(numbers.getMin())
        : numbers.getMin() + " to " + numbers.getMax();
  }

  private String commands() {
    StringBuilder text = new StringBuilder();
    text.append("# $TEMP is a temporary directory; configurations are in the raw results\n");
    text.append(results.fact("command"));
    for (Scenario scenario : results.scenarios()) {
      text.append("\n\n# ").append(scenario.name());
      scenario.commands().forEach(command -> text.append('\n').append(command));
    }
    return text.toString();
  }

  List<Block> atAGlance() {
    List<Block> blocks = new ArrayList<>();
    results
        .scenario(Targets.MAIN)
        .ifPresent(
            scenario -> {
              blocks.add(new Block.Heading(2, "At a glance"));
              blocks.add(figure(scenario));
            });
    return blocks;
  }

  List<Block> groups() {
    List<Block> blocks = new ArrayList<>();
    for (Map.Entry<String, List<Scenario>> group : results.groups().entrySet()) {
      String name = group.getKey();
      blocks.add(
          new Block.Heading(2, name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1)));
      for (Scenario scenario : group.getValue()) {
        blocks.add(new Block.Heading(3, scenario.name() + ": " + scenario.fullTitle()));
        if (scenario.name().equals(Targets.MAIN)) {
          blocks.add(new Block.Paragraph("Its chart is above, at a glance."));
        } else if (!scenario.mainMetrics().isEmpty()) {
          blocks.add(figure(scenario));
        }
        blocks.add(table(scenario));
        absent(scenario).ifPresent(blocks::add);
      }
    }
    return blocks;
  }

  private Block.Figure figure(Scenario scenario) {
    List<Chart> charts =
        scenario.mainMetrics().stream().map(metric -> Chart.of(scenario, metric)).toList();
    String commit = results.fact("commit");
    boolean hasErrors = scenario.servers().stream().anyMatch(s -> scenario.errors(s) > 0);
    String footnote =
        String.format(
            Locale.ROOT,
            "Median of %s; line: least to most.%s %.10s, commit %.7s.",
            scenario.rounds() == 1 ? "1 round" : scenario.rounds() + " rounds",
            hasErrors ? " ⚠: so many errors." : "",
            results.fact("begun"),
            commit);
    return new Block.Figure(scenario.name(), scenario.fullTitle(), footnote, charts);
  }

  private static Block.Table table(Scenario scenario) {
    Set<Metric> metrics = new TreeSet<>(scenario.mainMetrics());
    metrics.addAll(scenario.moreMetrics());
    List<Block.Column> columns = new ArrayList<>();
    columns.add(Block.Column.text("server"));
    metrics.forEach(metric -> columns.add(Block.Column.numbers(metric.label())));
    columns.add(Block.Column.numbers("errors"));
    boolean hasOctets = scenario.servers().stream().anyMatch(s -> scenario.answerOctets(s) > 0);
    if (hasOctets) {
      columns.add(Block.Column.numbers("octets/answer"));
    }
    List<Block.Row> rows = new ArrayList<>();
    for (Server server : scenario.servers()) {
      List<Block.Cell> cells = new ArrayList<>();
      cells.add(Block.Cell.of(server.label()));
      for (Metric metric : metrics) {
        Optional<Spread> spread = scenario.spread(server, metric);
        cells.add(Block.Cell.of(spread.map(Spread::text).orElse("–")));
      }
      long errors = scenario.errors(server);
      cells.add(
          new Block.Cell(String.valueOf(errors), errors == 0 ? Block.Tone.PLAIN : Block.Tone.BAD));
      if (hasOctets) {
        cells.add(Block.Cell.of(String.format(Locale.ROOT, "%,d", scenario.answerOctets(server))));
      }
      rows.add(new Block.Row(server.isOurs(), cells));
    }
    return new Block.Table(columns, rows);
  }

  private Optional<Block> absent(Scenario scenario) {
    List<Server> taken = scenario.servers();
    String names =
        results.servers().stream()
            .filter(server -> !taken.contains(server))
            .map(Server::name)
            .collect(Collectors.joining(", "));
    return names.isEmpty()
        ? Optional.empty()
        : Optional.of(new Block.Paragraph("Not measured here: " + names + "."));
  }

  /** Every main figure of ours, divided by that of the best of the others. */
  List<Block> besideTheBest() {
    List<Block.Column> columns = new ArrayList<>();
    columns.add(Block.Column.text("scenario"));
    columns.add(Block.Column.text("figure"));
    columns.add(Block.Column.text("best peer"));
    results.ours().forEach(server -> columns.add(Block.Column.numbers(server.label())));
    List<Block.Row> rows = new ArrayList<>();
    for (Scenario scenario : results.scenarios()) {
      for (Metric metric : scenario.mainMetrics()) {
        scenario
            .bestPeer(metric)
            .ifPresent(peer -> rows.add(besideTheBest(scenario, metric, peer)));
      }
    }
    if (rows.isEmpty()) {
      return List.of();
    }
    return List.of(
        new Block.Heading(2, "Beside the best of the others"),
        new Block.Paragraph(
            "Passerelle's figure divided by that of the peer that is best at it, round by round;"
                + " yardsticks are no peers. Level: 1.00 lies between the least and the most."),
        new Block.Table(columns, rows));
  }

  private Block.Row besideTheBest(Scenario scenario, Metric metric, Server peer) {
    List<Block.Cell> cells = new ArrayList<>();
    cells.add(Block.Cell.of(scenario.name()));
    cells.add(Block.Cell.of(metric.label()));
    cells.add(Block.Cell.of(peer.label()));
    for (Server server : results.ours()) {
      cells.add(
          scenario
              .ratio(metric, server, peer)
              .map(ratio -> compared(metric, ratio))
              .orElse(NOT_MEASURED));
    }
    return new Block.Row(false, cells);
  }

  private static Block.Cell compared(Metric metric, Spread ratio) {
    if (ratio.holds(1)) {
      return Block.Cell.of("level: " + ratio.text(2));
    }
    return metric.isBetter(ratio.median(), 1)
        ? new Block.Cell("ahead: " + ratio.text(2), Block.Tone.GOOD)
        : new Block.Cell("behind: " + ratio.text(2), Block.Tone.BAD);
  }

  List<Block> targets() {
    List<Block.Column> columns = new ArrayList<>();
    columns.add(Block.Column.text("scenario"));
    columns.add(Block.Column.text("figure"));
    columns.add(Block.Column.numbers("target"));
    results.ours().forEach(server -> columns.add(Block.Column.numbers(server.label())));
    List<Block.Row> rows = new ArrayList<>();
    for (Target target : Targets.all()) {
      List<Block.Cell> cells = new ArrayList<>();
      cells.add(Block.Cell.of(target.figure().scenario()));
      cells.add(Block.Cell.of(target.figure().title()));
      cells.add(Block.Cell.of(target.limitText()));
      for (Server server : results.ours()) {
        cells.add(target.judge(results, server).map(Target.Verdict::cell).orElse(NOT_MEASURED));
      }
      rows.add(new Block.Row(false, cells));
    }
    List<String> sums = new ArrayList<>();
    results.ours().forEach(server -> sums.add(sum(server)));
    return List.of(
        new Block.Heading(2, "Targets"),
        new Block.Paragraph(
            "What Passerelle is to reach, judged by the median; with wrong answers, or a rate that was"
                + " not held, a target is missed. The targets of single parts are with JMH's figures."),
        new Block.Bullets(sums),
        new Block.Table(columns, rows));
  }

  private String sum(Server server) {
    List<Optional<Target.Verdict>> verdicts =
        Targets.all().stream().map(target -> target.judge(results, server)).toList();
    long measured = verdicts.stream().filter(Optional::isPresent).count();
    long reached =
        verdicts.stream().flatMap(Optional::stream).filter(Target.Verdict::isReached).count();
    return String.format(
        Locale.ROOT,
        "%s: %d reached, %d missed, %d not measured.",
        server.label(),
        reached,
        measured - reached,
        verdicts.size() - measured);
  }
}
