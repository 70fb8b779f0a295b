package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What speaks against figures. */
final class RemarksTest {
  @Test
  void failuresFewRoundsErrorsSaturationAndNoiseAreNamed() {
    assertEquals(
        List.of(
            "Failed: close: made-up <failure>.",
            "Left out: caddy: it is made up.",
            "64k: wrk needed almost all of its core for passerelle 97 %. The rates may be its limit"
                + " and not the servers'; compare the CPU time.",
            "404: fewer than 3 rounds are no result: nginx 2.",
            "404: other programs used up to 23 % of the machine.",
            "cgi-c, passerelle, round 2: 2 timeout errors.",
            "idle15k: fewer than 15,000 idle connections: nginx 14,000."),
        Remarks.of(MadeUp.wrk()));
  }

  @Test
  void nothingIsSaidOfGoodRuns() {
    assertEquals(
        List.of(),
        Remarks.of(
            new WrkResults(
                MadeUp.parsed(
                    """
                    {'commit': '0123', 'scenarios': [{'name': 'x', 'runs': {'a': [
                      {'errors': 0, 'wrk_cpu_percent': 90, 'other_cpu_percent': 10}, {}, {}]}}]}
                    """))));
  }

  @Test
  void changesBesideTheCommitAreNamed() {
    assertEquals(
        List.of("The sources were not those of the commit alone: there were changes."),
        Remarks.of(new WrkResults(MadeUp.parsed("{'commit': '0123 with changes'}"))));
  }
}
