package passerelle.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;

/** A clock that counts a program's own time. */
final class TimeLimitTest {
  private static final long LIMIT = 1000;

  private long nowNanos = Long.MAX_VALUE - 500; // a clock that is about to turn over
  private int ends;
  private int failures;

  private record Due(long nanos, FutureTask<?> task) {}

  private final List<Due> all = new ArrayList<>();
  private final TimeLimit limit = new TimeLimit(this::after, () -> nowNanos, LIMIT, () -> ends++);

  private Future<?> after(long nanos, Runnable task) {
    if (failures > 0) {
      failures--;
      throw new OutOfMemoryError("as if");
    }
    FutureTask<?> due = new FutureTask<>(task, null);
    all.add(new Due(nowNanos + nanos, due));
    return due;
  }

  /** Time passes, and what is due is done. */
  private void pass(long nanos) {
    for (long i = 0; i < nanos; i++) {
      nowNanos++;
      for (Due due : List.copyOf(all)) {
        if (due.nanos - nowNanos <= 0) {
          all.remove(due);
          due.task.run();
        }
      }
    }
  }

  @Test
  void theEndComesInTime() {
    pass(LIMIT - 1);
    assertEquals(0, ends);
    pass(1);
    assertEquals(1, ends);
    pass(10 * LIMIT);
    assertEquals(1, ends);
  }

  @Test
  void theTimeForWhichItStandsDoesNotCount() {
    pass(300);
    limit.stand();
    pass(10 * LIMIT);
    assertEquals(0, ends);
    limit.goOn();
    pass(699);
    assertEquals(0, ends);
    pass(1);
    assertEquals(1, ends);
  }

  @Test
  void whoMakesItStandAgainAndAgainGainsNothingElse() {
    for (int i = 0; i < 999; i++) {
      pass(1);
      limit.stand();
      limit.stand();
      pass(7);
      limit.goOn();
      limit.goOn();
    }
    assertEquals(0, ends);
    assertTrue(all.size() <= 1, "nothing is left behind");
    pass(1);
    assertEquals(1, ends);
  }

  @Test
  void nothingComesOfWhatIsCancelled() {
    limit.stand();
    pass(2 * LIMIT);
    limit.cancel();
    limit.goOn();
    pass(10 * LIMIT);
    assertEquals(0, ends);
  }

  /** Whoever called for it calls again. */
  @Test
  void whatCannotBePutOffNowIsPutOffLater() {
    limit.stand();
    pass(2 * LIMIT);
    failures = 1;
    assertThrows(OutOfMemoryError.class, limit::goOn);
    pass(LIMIT);
    limit.goOn();
    pass(LIMIT - 1);
    assertEquals(0, ends);
    pass(1);
    assertEquals(1, ends);
  }
}
