package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Medians, least and most. */
final class SpreadTest {
  private static Spread of(Double... values) {
    return Spread.of(List.of(values)).orElseThrow();
  }

  @Test
  void theMedianOfAnOddNumberIsTheOneInTheMiddle() {
    assertEquals(new Spread(2, 1, 9, 3), of(9.0, 1.0, 2.0));
  }

  @Test
  void theMedianOfAnEvenNumberIsBetweenTheTwoInTheMiddle() {
    assertEquals(new Spread(2.5, 1, 9, 4), of(9.0, 1.0, 2.0, 3.0));
  }

  @Test
  void noValuesHaveNoSpread() {
    assertEquals(Optional.empty(), Spread.of(List.of()));
  }

  @Test
  void holdsWhatLiesBetweenLeastAndMost() {
    Spread spread = of(1.0, 2.0);
    assertTrue(spread.holds(1) && spread.holds(1.5) && spread.holds(2));
    assertFalse(spread.holds(0.99) || spread.holds(2.01));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0.004, 0.00",
    "8.256, 8.26",
    "9.996, 10.0",
    "14.66, 14.7",
    "99.96, 100",
    "98584.2, '98,584'"
  })
  void showsThreeDigitsThatCount(double value, String text) {
    assertEquals(text, of(value).text());
    assertEquals(text, of(value).number());
  }

  @Test
  void showsLeastAndMostWithTheDigitsOfTheMedian() {
    assertEquals("9.60 (8.40–11.10)", of(9.6, 8.4, 11.1).text());
    assertEquals("9.60", of(9.6, 8.4, 11.1).number());
    assertEquals("0.9 (0.5–1.0)", of(0.5, 0.9, 1.0).text(1));
  }
}
