package passerelle.reactor;

import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** How the tests of the loop wait for what other threads do. */
final class Waiting {
  private Waiting() {}

  /**
   * Something to wait for. The time only ends a hang. What a thread of another test throws is not
   * taken for a failure of the one that waits.
   */
  static ConditionFactory await() {
    return Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .dontCatchUncaughtExceptions();
  }
}
