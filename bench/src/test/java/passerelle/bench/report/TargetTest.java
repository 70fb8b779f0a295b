package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Verdicts on targets. */
final class TargetTest {
  private final WrkResults results = MadeUp.wrk();

  private Optional<Target.Verdict> judge(Target.Figure figure, Target.Bound bound, double limit) {
    return new Target(figure, bound, limit).judge(results, MadeUp.OURS);
  }

  private static Optional<Target.Verdict> verdict(boolean reached, String text) {
    return Optional.of(new Target.Verdict(reached, text));
  }

  @Test
  void theMedianOfTheRatiosDecides() {
    Target.Figure figure = new Target.BesideOne("1k-64", Metric.CPU_PER_REQUEST, MadeUp.NGINX);
    assertEquals(
        verdict(true, "reached: 0.50 (0.45–0.83)"), judge(figure, Target.Bound.AT_MOST, 0.5));
    assertEquals(
        verdict(false, "missed: 0.50 (0.45–0.83)"), judge(figure, Target.Bound.AT_MOST, 0.49));
    assertEquals(
        verdict(true, "reached: 0.50 (0.45–0.83)"), judge(figure, Target.Bound.AT_LEAST, 0.5));
    assertEquals(
        verdict(false, "missed: 0.50 (0.45–0.83)"), judge(figure, Target.Bound.AT_LEAST, 0.51));
  }

  @Test
  void eachOfOursIsJudged() {
    Target target =
        new Target(
            new Target.BesideOne("1k-64", Metric.CPU_PER_REQUEST, MadeUp.LIGHTTPD),
            Target.Bound.AT_MOST,
            1);
    assertEquals(verdict(true, "reached: 0.90 (0.80–1.00)"), target.judge(results, MadeUp.OURS));
    assertEquals(verdict(false, "missed: 1.20 (1.20–1.20)"), target.judge(results, MadeUp.OURS_25));
  }

  @Test
  void theBestPeerIsFoundInTheResults() {
    assertEquals(
        verdict(false, "missed: 0.80 (0.80–0.80), nginx"),
        judge(new Target.BesideBest("64k", Metric.THROUGHPUT), Target.Bound.AT_LEAST, 1));
    assertEquals(
        verdict(true, "reached: 0.80 (0.80–0.80), nginx"),
        judge(new Target.BesideBest("64k", Metric.CPU_PER_MEGABYTE), Target.Bound.AT_MOST, 1));
  }

  @Test
  void anotherScenarioOfOursIsComparedByItsMedian() {
    assertEquals(
        verdict(true, "reached: 0.89"),
        judge(
            new Target.BesideItself("404", Metric.CPU_PER_REQUEST, "1k-64"),
            Target.Bound.AT_MOST,
            1));
  }

  @Test
  void aFigureMayStandAlone() {
    assertEquals(
        verdict(false, "missed: 6.00 (4.00–8.00)"),
        judge(new Target.Alone("rate", Metric.LONGEST), Target.Bound.AT_MOST, 5));
  }

  @Test
  void errorsOfOursMissATarget() {
    assertEquals(
        verdict(false, "missed: 2.00 (2.00–2.00), see the remarks"),
        judge(
            new Target.BesideOne("cgi-c", Metric.RATE, MadeUp.LIGHTTPD), Target.Bound.AT_LEAST, 1));
  }

  @Test
  void aProblemWithoutErrorsMissesATargetToo() {
    WrkResults held =
        new WrkResults(
            MadeUp.parsed(
                """
                {'scenarios': [{'name': 'rate', 'runs': {'passerelle': [
                  {'latency_ms': {'max': 1}, 'errors': 0, 'problems': ['the rate was not held']}]}}]}
                """));
    assertEquals(
        verdict(false, "missed: 1.00, see the remarks"),
        new Target(new Target.Alone("rate", Metric.LONGEST), Target.Bound.AT_MOST, 5)
            .judge(held, MadeUp.OURS));
  }

  @Test
  void pairsDecideWhereThereAreSome() {
    assertEquals(
        verdict(true, "reached: 0.950 [0.700, 1.200] in 6 pairs"),
        judge(
            new Target.BesideOne("1k-64-pinned", Metric.CPU_PER_REQUEST, MadeUp.LIGHTTPD),
            Target.Bound.AT_MOST,
            0.95));
  }

  @Test
  void errorsInPairsMissATarget() {
    WrkResults wrong =
        new WrkResults(
            MadeUp.parsed(
                """
                {'pairs': [{'name': '404-pinned', 'a': 'passerelle', 'b': 'passerelle at 1k-64-pinned',
                  'runs': {'a': [{'server_cpu_micros_per_request': 3, 'errors': 1}],
                           'b': [{'server_cpu_micros_per_request': 2}]}}]}
                """));
    assertEquals(
        verdict(false, "missed: 1.500 in 1 pairs, see the remarks"),
        new Target(
                new Target.BesideItself("404-pinned", Metric.CPU_PER_REQUEST, "1k-64-pinned"),
                Target.Bound.AT_MOST,
                2)
            .judge(wrong, MadeUp.OURS));
  }

  @Test
  void theWorstOfAllStaticScenariosIsNamed() {
    List<Server> others = List.of(MadeUp.NGINX, MadeUp.LIGHTTPD);
    assertEquals(
        verdict(false, "missed: 0.80 (0.80–0.80), nginx, 64k"),
        judge(new Target.BesideAll(false, Metric.RATE, others), Target.Bound.AT_LEAST, 1));
    assertEquals(
        Optional.empty(),
        judge(new Target.BesideAll(true, Metric.RATE, others), Target.Bound.AT_LEAST, 1));
  }

  @Test
  void whatIsMissingIsNotJudged() {
    for (Target.Figure figure :
        List.of(
            new Target.Alone("1k-64", Metric.START),
            new Target.Alone("64k", Metric.P99),
            new Target.BesideOne("cgi-c", Metric.RATE, MadeUp.NGINX),
            new Target.BesideBest("100m", Metric.THROUGHPUT),
            new Target.BesideItself("range", Metric.CPU_PER_REQUEST, "1k-64"),
            new Target.BesideItself("1k-64", Metric.CPU_PER_REQUEST, "range"))) {
      assertEquals(Optional.empty(), judge(figure, Target.Bound.AT_MOST, 1), figure.title());
    }
  }

  @Test
  void everyTargetOfTheListIsJudgedOrNotWithoutFailing() {
    List<Target> targets = Targets.all();
    assertEquals(45, targets.size());
    long judged = targets.stream().filter(t -> t.judge(results, MadeUp.OURS).isPresent()).count();
    // 1k-64-pinned in pairs, 64k, 404, cgi-c beside lighttpd, rate three times, start.
    assertEquals(8, judged);
    assertTrue(targets.stream().anyMatch(target -> target.limitText().equals("≥ 2.50")));
    assertFalse(
        targets.stream()
            .anyMatch(t -> t.judge(new WrkResults(MadeUp.parsed("{}")), MadeUp.OURS).isPresent()));
  }
}
