package passerelle.gateway;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which run gets the next free worker, one that was called back or one that is new; and how many
 * scripts there are at the same time.
 *
 * <p>A run may leave its worker and be called back; between its first turn and {@link #ended} it
 * counts as a script that is there.
 *
 * <p>Safe from any thread.
 */
public final class RunQueue {
  /**
   * How much is run.
   *
   * @param workers how many runs have a worker at the same time
   * @param processes how many scripts there are at most
   * @param waiting how many new runs wait for a turn
   */
  public record Bounds(int workers, int processes, int waiting) {}

  private static final Logger log = LoggerFactory.getLogger(RunQueue.class);

  private final Executor workers;

  /** Made once, so that employing a worker needs no memory. */
  private final Runnable work = this::work;

  private final Bounds bounds;
  // All guarded by this:
  private final Deque<Runnable> called;
  private final Deque<Runnable> waiting;
  private int busy;

  /** Those of the busy workers that have not taken a run yet. */
  private int coming;

  private int processes;
  private boolean isNewFirst;

  /**
   * A queue for the runs.
   *
   * @param workers never has more than {@link Bounds#workers} tasks at the same time; it refuses
   *     one only when it takes no more for good, and throws something else for a want of memory
   */
  public RunQueue(Executor workers, Bounds bounds) {
    this.workers = workers;
    this.bounds = bounds;
    // Large enough from the beginning: what happens when memory is short must not need any.
    this.called = new ArrayDeque<>(bounds.processes + bounds.waiting);
    this.waiting = new ArrayDeque<>(bounds.processes + bounds.waiting);
  }

  /** Whether a new run would be taken now. */
  public synchronized boolean hasRoom() {
    int workersLeft = bounds.workers - (busy - coming) - called.size();
    int begunAtOnce = Math.min(workersLeft, bounds.processes - processes);
    return waiting.size() < bounds.waiting + Math.max(0, begunAtOnce);
  }

  /**
   * Takes a new run, for its first turn.
   *
   * @throws RejectedExecutionException if there is no room, or the workers take no more
   */
  public synchronized void add(Runnable run) {
    if (!hasRoom()) {
      throw new RejectedExecutionException("too many requests wait for a script");
    }
    waiting.addLast(run);
    try {
      employ();
    } catch (RuntimeException | Error e) {
      waiting.removeLast(); // nobody will, or may, begin it later
      throw e;
    }
  }

  /**
   * Lets a new run begin before others, and beyond the bound: it will start no script. If this
   * fails, it waits as before, the first of all.
   *
   * @throws RejectedExecutionException if the workers take no more, and none is busy
   */
  public synchronized void hurry(Runnable run) {
    if (waiting.remove(run)) {
      processes++;
      try {
        callBack(run);
      } catch (RuntimeException | Error e) {
        processes--;
        waiting.addFirst(run);
        throw e;
      }
    }
  }

  /**
   * Has a run that left its worker go on. If this fails, it has not been called. It does not fail
   * while a worker is busy: that one will find the run.
   *
   * @throws RejectedExecutionException if the workers take no more, and none is busy
   */
  public synchronized void callBack(Runnable run) {
    called.addLast(run);
    try {
      employ();
    } catch (RuntimeException | Error e) {
      if (busy == 0) {
        called.removeLastOccurrence(run);
        throw e;
      }
    }
  }

  /** A run that had its first turn has had its last. */
  public synchronized void ended() {
    processes--;
    try {
      employ();
    } catch (RejectedExecutionException e) {
      log.debug("nobody begins what waits: the workers have ended", e);
    }
  }

  /** Gives one more worker to the runs, if there is a free one and a run for it. */
  private void employ() {
    if (busy < bounds.workers && (!called.isEmpty() || canBegin())) {
      workers.execute(work); // first, since it may refuse
      busy++;
      coming++;
    }
  }

  private boolean canBegin() {
    return !waiting.isEmpty() && processes < bounds.processes;
  }

  /** On a worker: one run after the other, until there is none, whatever becomes of one. */
  private void work() {
    synchronized (this) {
      coming--;
    }
    Runnable run = next();
    while (run != null) {
      try {
        run.run();
      } catch (Throwable e) { // runs throw nothing; the worker is for the others, too
        report(e);
      }
      run = next();
    }
  }

  /** Throws nothing, though there may be no memory for a line. */
  private static void report(Throwable problem) {
    try {
      log.error("a turn of a run failed", problem);
    } catch (Throwable e) {
      // There is nobody to tell.
    }
  }

  /** Takes turns between those that were called and those that are new. */
  private synchronized @Nullable Runnable next() {
    isNewFirst = !isNewFirst;
    Runnable run = isNewFirst && canBegin() ? null : called.pollFirst();
    if (run == null && canBegin()) {
      processes++;
      run = waiting.pollFirst();
    }
    if (run == null) {
      busy--;
    }
    return run;
  }
}
