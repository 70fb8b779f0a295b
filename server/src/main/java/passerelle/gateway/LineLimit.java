package passerelle.gateway;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How many lines may go to the log: so many at once, and so many a second after that.
 *
 * <p>Safe from any thread.
 */
final class LineLimit {
  private final int most;
  private final double perNano;
  private final LongSupplier nanoClock;
  private double allowed;
  private long lastNanos;

  LineLimit(int atOnce, int perSecond, LongSupplier nanoClock) {
    this.most = atOnce;
    this.perNano = (double) perSecond / TimeUnit.SECONDS.toNanos(1);
    this.nanoClock = nanoClock;
    this.allowed = atOnce;
    this.lastNanos = nanoClock.getAsLong();
  }

  /** Whether one more line may be written now; if so it is counted. */
  synchronized boolean tryTake() {
    if (allowed < 1) {
      long now = nanoClock.getAsLong();
      allowed = Math.min(most, allowed + (now - lastNanos) * perNano);
      lastNanos = now;
    }
    if (allowed < 1) {
      return false;
    }
    allowed--;
    return true;
  }
}
