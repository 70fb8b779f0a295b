package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The time of a shutdown is enough for all that is to be done in it. */
final class DrainPlanTest {
  @ParameterizedTest
  @CsvSource({"8000, 5000, 2000", "60000, 57000, 2000", "1600, 1000, 400", "0, 0, 0"})
  void isSharedOut(long allMillis, long requestsMillis, long scriptsMillis) {
    assertEquals(
        new DrainPlan(Duration.ofMillis(requestsMillis), Duration.ofMillis(scriptsMillis)),
        DrainPlan.within(Duration.ofMillis(allMillis)));
  }
}
