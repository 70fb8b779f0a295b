package passerelle.process;

import java.util.concurrent.Future;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How long a program may take: a clock that counts its own time alone. It stands while the program
 * has to wait for others, such as for a slow client.
 *
 * <p>To stand and to go on costs nothing: what is due is looked at when it comes, and put off by
 * the time for which the clock has stood.
 *
 * <p>Safe from any thread.
 */
public final class TimeLimit {
  /** Runs something later. */
  interface Timer {
    /** Runs the task after so many nanoseconds, unless that is cancelled before. */
    Future<?> after(long nanos, Runnable task);
  }

  private final Timer timer;
  private final LongSupplier nanoClock;
  private final Runnable onEnd;
  // Guarded by this:
  private long leftNanos;
  private long sinceNanos;
  private boolean isStanding;
  private boolean isOver;
  private @Nullable Future<?> due;

  /**
   * A clock that goes from now on.
   *
   * @param nanos what there is until the end
   * @param onEnd run at the end, once, by the reaper
   */
  public TimeLimit(Children children, long nanos, Runnable onEnd) {
    this(children::after, System::nanoTime, nanos, onEnd);
  }

  TimeLimit(Timer timer, LongSupplier nanoClock, long nanos, Runnable onEnd) {
    this.timer = timer;
    this.nanoClock = nanoClock;
    this.onEnd = onEnd;
    this.leftNanos = nanos;
    this.sinceNanos = nanoClock.getAsLong();
    synchronized (this) {
      due = timer.after(nanos, this::look);
    }
  }

  /** The program waits for others. */
  public synchronized void stand() {
    if (!isStanding) {
      leftNanos -= nanoClock.getAsLong() - sinceNanos;
      isStanding = true;
    }
  }

  /** It waits no more. */
  public synchronized void goOn() {
    if (isStanding) {
      if (due == null && !isOver) {
        due = timer.after(Math.max(0, leftNanos), this::look); // first, since it may fail
      }
      sinceNanos = nanoClock.getAsLong();
      isStanding = false;
    }
  }

  /** There is no end any more. */
  public synchronized void cancel() {
    isOver = true;
    if (due != null) {
      due.cancel(false);
    }
  }

  /** Something is due; what fails is tried again by whoever runs this. */
  private void look() {
    synchronized (this) {
      due = null;
      if (isOver || isStanding) {
        return; // whoever lets it go on sees to the rest
      }
      long left = leftNanos - (nanoClock.getAsLong() - sinceNanos);
      if (left > 0) {
        due = timer.after(left, this::look);
        return;
      }
    }
    onEnd.run();
  }
}
