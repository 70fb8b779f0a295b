package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Passerelle beside each of the others, in rounds and in pairs. */
final class PeerSectionsTest {
  private static String markdown(WrkResults results) {
    return MarkdownPage.of(Report.of("d", Optional.of(results), Optional.empty()));
  }

  @Test
  void everyPeerHasAColumnAndLossesAreMarked() {
    String text = markdown(MadeUp.wrk());
    assertTrue(text.contains("| scenario | figure of passerelle | ÷ nginx | ÷ lighttpd |\n"), text);
    assertTrue(text.contains("| 1k-64 | CPU µs/request | 0.50 | 0.90 = |\n"), text);
    assertTrue(text.contains("| 64k | MB/s | **0.80** | – |\n"), text);
    assertTrue(
        text.contains("| scenario | figure of passerelle-25 | ÷ nginx | ÷ lighttpd |\n"), text);
  }

  @Test
  void pairsHaveTheirIntervalAndWhatItTells() {
    String text = markdown(MadeUp.wrk());
    assertTrue(
        text.contains(
            "| 1k-64-pinned | passerelle | lighttpd | CPU µs/request | 9.50 | 10.0"
                + " | 0.950 \\[0.700, 1.200\\] | 6 | 0, 0 | not to be told from B |\n"),
        text);
    assertTrue(
        text.contains(
            "| 1k-64-pinned | passerelle | lighttpd | requests/s | 135 | 100"
                + " | 1.350 \\[1.100, 1.600\\] | 6 | 0, 0 | ahead |\n"),
        text);
  }

  @Test
  void aPairThatLacksAFigureIsLeftOut() {
    Pair pair =
        new Pair(
            MadeUp.parsed(
                """
                {'name': 'x', 'a': 'new.jar', 'b': 'old.jar', 'unit': 'requests/s',
                 'runs': {'a': [{'requests_per_second': 2}, {'requests_per_second': 3}],
                          'b': [{'requests_per_second': 1}, {}]}}
                """));
    assertEquals(new Interval(2, Double.NaN, Double.NaN, 1), pair.ratio(Metric.RATE).orElseThrow());
    assertEquals(Optional.empty(), pair.ratio(Metric.CPU_PER_REQUEST));
    assertEquals(List.of(Metric.RATE), pair.scenario().pairMetrics());
  }

  @Test
  void resultsWithoutPairsHaveNoSuchSection() {
    String text = markdown(new WrkResults(MadeUp.parsed("{}")));
    assertTrue(!text.contains("In pairs") && !text.contains("Beside each"), text);
  }
}
