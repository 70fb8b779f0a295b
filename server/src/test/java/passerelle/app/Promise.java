package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.TimeUnit;

/**
 * That a change of a file shows within two seconds. It does not matter how long an answer takes, or
 * how seldom this is asked: whoever asks later than promised has to see the change.
 */
final class Promise {
  private static final long PROMISED_SECONDS = 2;

  /** The server reads its clock once a turn, so it may be this old. */
  private static final long TURN_SECONDS = 3;

  private final String change;
  private final long sinceNanos = System.nanoTime();

  /** The change has just been made. */
  Promise(String change) {
    this.change = change;
  }

  /** A request, and whether its answer shows the change. */
  interface Question {
    boolean ask() throws IOException;
  }

  /** Whether the change is seen; it has to be if it was asked for too late. */
  boolean isKept(Question question) throws IOException {
    long ageNanos = System.nanoTime() - sinceNanos;
    boolean isSeen = question.ask();
    assertTrue(
        isSeen || ageNanos < TimeUnit.SECONDS.toNanos(PROMISED_SECONDS + TURN_SECONDS),
        () -> change + " is not seen after " + TimeUnit.NANOSECONDS.toMillis(ageNanos) + " ms");
    return isSeen;
  }
}
