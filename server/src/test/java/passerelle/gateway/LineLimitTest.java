package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** So many lines at once, and so many a second after that. */
final class LineLimitTest {
  private long nanos = Long.MAX_VALUE - 1000; // a clock that is about to turn over
  private final LineLimit limit = new LineLimit(3, 2, () -> nanos);

  private int taken() {
    int count = 0;
    while (limit.tryTake()) {
      count++;
    }
    return count;
  }

  private void pass(long millis) {
    nanos += TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void soManyAtOnceAndNoMore() {
    assertEquals(3, taken());
    assertFalse(limit.tryTake());
  }

  @Test
  void afterThatSoManyASecond() {
    assertEquals(3, taken());
    pass(499);
    assertFalse(limit.tryTake());
    pass(2);
    assertTrue(limit.tryTake());
    assertFalse(limit.tryTake());
    pass(1000);
    assertEquals(2, taken());
  }

  @Test
  void aLongSilenceAllowsNoMoreThanAtFirst() {
    assertEquals(3, taken());
    pass(TimeUnit.DAYS.toMillis(100));
    assertEquals(3, taken());
  }

  @Test
  void partsOfALineAddUp() {
    assertEquals(3, taken());
    for (int i = 0; i < 4; i++) {
      pass(100);
      assertFalse(limit.tryTake());
    }
    pass(101);
    assertTrue(limit.tryTake());
  }
}
