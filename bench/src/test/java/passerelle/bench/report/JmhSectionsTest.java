package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is told of JMH's results. */
final class JmhSectionsTest {
  private static String markdown(JmhResults results) {
    return MarkdownPage.of(Report.of("d", Optional.empty(), Optional.of(results)));
  }

  @Test
  void targetsAreJudged() {
    String text = markdown(MadeUp.jmh());
    assertTrue(text.contains("÷ ours | ≥ 2.00 | **missed: 1.83** |\n"), text);
    assertTrue(text.contains(": octets allocated, rounded | 0 B/op | reached: 0.00 B/op |\n"));
    assertTrue(text.contains(": octets allocated | ≤ 64 B/op | **missed: 64.40 B/op** |\n"));
  }

  @Test
  void whatIsMissingIsNotJudged() {
    String text = markdown(new JmhResults(MadeUp.parsed("[]")));
    assertEquals(6, text.split("not measured", -1).length);
  }

  @Test
  void theParsersChartHasOneForEachHeadWithTheFastestOnTop() {
    Block.Figure figure =
        new JmhSections(MadeUp.jmh())
            .blocks().stream()
                .filter(Block.Figure.class::isInstance)
                .map(Block.Figure.class::cast)
                .findFirst()
                .orElseThrow();
    assertEquals(
        List.of("small, ns/op", "browser, ns/op", "forty fields, ns/op"),
        figure.charts().stream().map(Chart::title).toList());
    Chart browser = figure.charts().get(1);
    assertEquals(
        List.of("passerelle", "jetty", "netty"),
        browser.bars().stream().map(Chart.Bar::label).toList());
    assertEquals(new Spread(480, 479, 481, 2), browser.bars().get(0).spread());
    assertEquals(new Spread(880, 880, 880, 1), browser.bars().get(1).spread());
  }

  @Test
  void scoresHaveTheirErrorAndAllocationWhereJmhHasThem() {
    String text = markdown(MadeUp.jmh());
    assertTrue(
        text.contains(
            "| **whole, head=BROWSER, parser=PASSERELLE** | 480 | 1.00 | ns/op | 0.0 |\n"),
        text);
    assertTrue(text.contains("| whole, head=BROWSER, parser=JETTY | 880 | – | ns/op | 700.0 |\n"));
    assertTrue(text.contains("| format | 31.3 | 0.50 | ns/op | – |\n"), text);
  }

  @Test
  void aBenchmarkThatFailedIsNamed() {
    JmhResults results =
        new JmhResults(
            MadeUp.parsed("[{'benchmark': 'a.B.c', 'primaryMetric': {'score': 'NaN'}}]"));
    assertTrue(markdown(results).contains("| c | **failed** | – |  | – |\n"));
    assertTrue(markdown(results).contains("- B, c: the benchmark failed.\n"));
  }

  @Test
  void fewForksAreNoResult() {
    JmhResults results =
        new JmhResults(
            MadeUp.parsed("[{'benchmark': 'a.B.c', 'forks': 2, 'primaryMetric': {'score': 1}}]"));
    assertEquals(List.of("B, c: fewer than 3 forks are no result: 2."), Remarks.of(results));
    assertEquals(List.of(), Remarks.of(MadeUp.jmh()));
  }
}
