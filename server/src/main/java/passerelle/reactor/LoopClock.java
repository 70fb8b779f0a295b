package passerelle.reactor;

import java.util.function.LongSupplier;

/**
 * The time as the loop sees it: read once per turn, so that a thousand deadlines cost one clock.
 *
 * <p>{@link #nanos} is monotonic and good for deadlines only; {@link #epochMillis} is the wall
 * clock, good for dates. Both are as old as the turn.
 *
 * <p>Confined to the loop thread.
 */
public final class LoopClock {
  private final LongSupplier nanoSource;
  private final LongSupplier milliSource;
  private long nanos;
  private long epochMillis;

  /** The system's clock. */
  public LoopClock() {
    this(System::nanoTime, System::currentTimeMillis);
  }

  /** A clock over other sources: monotonic nanoseconds and milliseconds since 1970 (UTC). */
  public LoopClock(LongSupplier nanoSource, LongSupplier milliSource) {
    this.nanoSource = nanoSource;
    this.milliSource = milliSource;
    update();
  }

  /** Reads the sources again. */
  public void update() {
    nanos = nanoSource.getAsLong();
    epochMillis = milliSource.getAsLong();
  }

  /** Monotonic nanoseconds; compare by subtraction only. */
  public long nanos() {
    return nanos;
  }

  /** Milliseconds since 1970-01-01T00:00Z. */
  public long epochMillis() {
    return epochMillis;
  }
}
