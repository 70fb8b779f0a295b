package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** That connections, files and scripts share the descriptors there are, however few. */
final class DescriptorPlanTest {
  /** What a JVM with this server in it was seen to have open, with a margin. */
  private static final int JVM = 64;

  @ParameterizedTest
  @CsvSource({
    "256, 10000, 0, 132, 44",
    "512, 10000, 0, 324, 108",
    "1024, 10000, 0, 708, 236",
    "1048576, 10000, 0, 10000, 768",
    "256, 10000, 832, 66, 22",
    "512, 10000, 832, 162, 54",
    "1024, 10000, 832, 354, 118",
    "1048576, 10000, 832, 10000, 768",
    "1024, 10, 0, 10, 236",
    "16, 10000, 0, 6, 2",
  })
  void eachHasItsPart(int limit, int wanted, int scripts, int connections, int files) {
    DescriptorPlan plan = DescriptorPlan.of(limit, wanted, scripts);
    assertEquals(new DescriptorPlan(connections, files), plan);
    int ofScripts = Math.min(scripts, (limit - JVM) / 2);
    boolean isTiny = limit < 2 * JVM;
    assertTrue(isTiny || JVM + plan.connections() + plan.files() <= limit - ofScripts / 2);
  }

  @ParameterizedTest
  @CsvSource({"256", "512", "1024", "1048576", "2147483647"})
  void thePartsTogetherNeverExceedTheLimit(int limit) {
    for (int scripts : new int[] {0, 1, 100, 832, 100_000}) {
      DescriptorPlan plan = DescriptorPlan.of(limit, Integer.MAX_VALUE, scripts);
      long promised = Math.min(scripts, (limit - JVM) / 2 - 8);
      assertTrue(
          JVM + promised + plan.connections() + plan.files() <= limit, () -> limit + " " + plan);
      assertTrue(plan.files() >= 8 && plan.connections() >= 2 * plan.files(), plan::toString);
    }
  }
}
