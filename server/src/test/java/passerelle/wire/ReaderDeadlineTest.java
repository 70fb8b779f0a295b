package passerelle.wire;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import passerelle.reactor.LoopClock;

/** What a client that does not read owes, with a clock that the test drives. */
final class ReaderDeadlineTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long nanos;
  private final LoopClock clock = new LoopClock(() -> nanos, () -> 0);
  private final Deadline deadline = new Deadline(clock, Patience.standard());

  private void pass(long seconds) {
    nanos += seconds * SECOND;
    clock.update();
  }

  /** The pages of a large file may leave memory while its reader sleeps, again and again. */
  @Test
  void whatHasToBeFetchedAgainGivesAReaderNoNewTime() {
    long patienceSeconds = Patience.standard().stallTime().toSeconds();
    deadline.sent(100, true);
    for (long second = 0; second < patienceSeconds; second += 5) {
      assertFalse(deadline.isReaderLate());
      pass(5);
      deadline.sent(0, false); // a look found that the rest is not in memory
      deadline.sent(0, true); // now it is, and the socket is full as before
    }
    pass(1); // what 100 octets are worth
    assertTrue(deadline.isReaderLate());
    assertTrue(deadline.nanos(true) - nanos <= 0);
  }

  @Test
  void whoHasReadAllOwesNothing() {
    deadline.sent(100, true);
    pass(20);
    deadline.sent(100, false);
    pass(1000);
    assertFalse(deadline.isReaderLate());
    deadline.sent(100, true);
    pass(20);
    assertFalse(deadline.isReaderLate());
    pass(11);
    assertTrue(deadline.isReaderLate());
  }
}
