package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Figures of one scenario, also where some are missing. */
final class ScenarioTest {
  private final Scenario small = MadeUp.scenario("1k-64");

  @Test
  void aFigureIsSpreadOverTheRounds() {
    assertEquals(Optional.of(new Spread(110, 100, 120, 3)), small.spread(MadeUp.OURS, Metric.RATE));
  }

  @Test
  void aRatioIsTakenRoundByRound() {
    // 8/16, 9/20, 10/12: the ratio of the medians would be 9/16.
    assertEquals(
        Optional.of(new Spread(0.5, 0.45, 10.0 / 12, 3)),
        small.ratio(Metric.CPU_PER_REQUEST, MadeUp.OURS, MadeUp.NGINX));
  }

  @Test
  void aRoundThatOnlyOneHasIsInNoRatio() {
    Scenario missing = MadeUp.scenario("404");
    assertEquals(2, missing.ratio(Metric.RATE, MadeUp.OURS, MadeUp.NGINX).orElseThrow().count());
    Scenario swapped =
        new Scenario(
            MadeUp.parsed(
                """
                {'runs': {'a': [{'round': 2, 'requests_per_second': 6}],
                          'b': [{'round': 1, 'requests_per_second': 1},
                                {'round': 2, 'requests_per_second': 3}]}}
                """));
    assertEquals(
        Optional.of(new Spread(2, 2, 2, 1)),
        swapped.ratio(Metric.RATE, new Server("a"), new Server("b")));
  }

  @Test
  void aServerThatIsAbsentHasNoFigures() {
    Scenario scripts = MadeUp.scenario("cgi-c");
    assertEquals(Optional.empty(), scripts.spread(MadeUp.NGINX, Metric.RATE));
    assertEquals(Optional.empty(), scripts.ratio(Metric.RATE, MadeUp.OURS, MadeUp.NGINX));
    assertEquals(0, scripts.errors(MadeUp.NGINX));
    assertEquals(List.of(MadeUp.OURS, MadeUp.LIGHTTPD), scripts.servers());
  }

  @Test
  void whatIsNullInARoundIsLeftOut() {
    Scenario rate = MadeUp.scenario("rate");
    assertEquals(2, rate.spread(MadeUp.NGINX, Metric.P99).orElseThrow().count());
    assertEquals(1, rate.spread(MadeUp.NGINX, Metric.RSS).orElseThrow().median());
  }

  @Test
  void aServerIsBestByItsMedianWhicheverWayIsGood() {
    assertEquals(Optional.of(MadeUp.LIGHTTPD), small.bestPeer(Metric.CPU_PER_REQUEST));
    assertEquals(Optional.of(MadeUp.LIGHTTPD), small.bestPeer(Metric.RATE));
    assertEquals(Optional.of(MadeUp.NGINX), MadeUp.scenario("rate").bestPeer(Metric.P99));
    assertEquals(Optional.empty(), small.bestPeer(Metric.START));
  }

  @Test
  void neitherWeNorTheYardstickAreTheBestPeer() {
    Scenario scenario =
        new Scenario(
            MadeUp.parsed(
                """
                {'runs': {'passerelle': [{'requests_per_second': 9}],
                          'passerelle-25': [{'requests_per_second': 9}],
                          'epoll': [{'requests_per_second': 9}],
                          'slow': [{'requests_per_second': 1}]}}
                """));
    assertEquals(Optional.of(new Server("slow")), scenario.bestPeer(Metric.RATE));
  }

  @Test
  void theTimePerMegabyteIsComputed() {
    // 100 requests/s at 20 µs each are 2,000 µs/s; these move 0.1 MB/s.
    Spread spread =
        MadeUp.scenario("64k").spread(MadeUp.OURS, Metric.CPU_PER_MEGABYTE).orElseThrow();
    assertEquals(20_000, spread.median(), 1e-6);
  }

  @Test
  void whatOldResultsDoNotSayHasADefault() {
    Scenario empty = new Scenario(MadeUp.parsed("{'name': 'x'}"));
    assertEquals("x", empty.title());
    assertEquals("x", empty.fullTitle());
    assertEquals("scenarios", empty.group());
    assertEquals("wrk", empty.load());
    assertEquals(List.of(), empty.servers());
    assertEquals(List.of(), empty.mainMetrics());
    assertEquals(List.of(), empty.commands());
    assertFalse(empty.has(Metric.RATE));
  }

  @Test
  void connectionsAreInTheTitle() {
    assertEquals(
        "t, 8 connections beside 5,000 idle",
        new Scenario(MadeUp.parsed("{'title': 't', 'connections': 8, 'idle': 5000}")).fullTitle());
    assertEquals(
        "t, 15,000 idle",
        new Scenario(MadeUp.parsed("{'title': 't', 'connections': 0, 'idle': 15000}")).fullTitle());
    assertEquals(
        "t, 1 connection",
        new Scenario(MadeUp.parsed("{'title': 't', 'connections': 1}")).fullTitle());
  }
}
