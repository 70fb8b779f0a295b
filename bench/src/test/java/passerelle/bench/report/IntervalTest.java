package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The interval of a median, by the sign test. */
final class IntervalTest {
  private static Interval of(List<Double> ratios) {
    return Interval.of(ratios).orElseThrow();
  }

  /** As tables of the sign test have it, for 95 %. */
  @ParameterizedTest
  @CsvSource({
    "1, 0", "5, 0", "6, 1", "8, 1", "9, 2", "10, 2", "11, 2", "12, 3", "15, 4", "20, 6", "25, 8",
    "30, 10", "50, 18", "100, 40"
  })
  void theBoundsAreThoseOfTheSignTest(int count, int rank) {
    assertEquals(rank, Interval.rank(count));
  }

  @Test
  void theOrderOfTheRatiosDoesNotMatter() {
    List<Double> ratios =
        IntStream.rangeClosed(1, 20).mapToObj(i -> i / 10.0).collect(Collectors.toList());
    Collections.rotate(ratios, 7);
    assertEquals(new Interval(1.05, 0.6, 1.5, 20), of(ratios));
    assertEquals("1.050 [0.600, 1.500]", of(ratios).text());
  }

  @Test
  void aValueIsHeldByTheIntervalWithItsBounds() {
    Interval interval = new Interval(1.03, 1.01, 1.05, 20);
    assertTrue(interval.holds(1.01) && interval.holds(1.05));
    assertFalse(interval.holds(1) || interval.holds(1.06));
  }

  @Test
  void tooFewRatiosHaveNoBoundsAndTellNothing() {
    Interval few = of(List.of(2.0, 2.0, 2.0, 2.0, 2.0));
    assertFalse(few.isBounded());
    assertTrue(few.holds(1));
    assertEquals("2.000", few.text());
    assertEquals(Optional.empty(), Interval.of(List.of()));
  }
}
