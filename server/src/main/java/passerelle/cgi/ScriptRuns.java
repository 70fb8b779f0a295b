package passerelle.cgi;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scripts that run now, and what they share: the queue for workers, and the reaper, the one
 * thread that keeps their time limits and kills.
 *
 * <p>Safe from any thread.
 */
public final class ScriptRuns {
  private static final Logger log = LoggerFactory.getLogger(ScriptRuns.class);
  private static final int LINES_AT_ONCE = 1000;
  private static final int LINES_PER_SECOND = 200;
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Set<ScriptRun> running = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor reaper;
  private final RunListener listener;
  private final RunQueue queue;
  private final Leftovers leftovers;
  private volatile boolean areEnding;
  private final LineLimit errorLines =
      new LineLimit(LINES_AT_ONCE, LINES_PER_SECOND, System::nanoTime);

  /**
   * No runs.
   *
   * @param workers never has more than so many tasks at the same time as {@code bounds} says
   * @param listener hears of each run's end, on the loop
   * @param isAlone whether nobody else in this process starts others, so that all orphans are ours
   */
  public ScriptRuns(
      Executor workers, RunQueue.Bounds bounds, RunListener listener, boolean isAlone) {
    this.listener = listener;
    queue = new RunQueue(workers, bounds);
    reaper =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "passerelle-reaper");
              thread.setDaemon(true);
              return thread;
            });
    reaper.setRemoveOnCancelPolicy(true);
    reaper.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    leftovers = new Leftovers(reaper, isAlone, System::nanoTime);
  }

  /** Starts the reaper; from now on there is something to close. */
  public void prepare() {
    reaper.prestartCoreThread();
    leftovers.open();
  }

  RunListener listener() {
    return listener;
  }

  RunQueue queue() {
    return queue;
  }

  /** How many lines of all scripts' errors may go to the log. */
  LineLimit errorLines() {
    return errorLines;
  }

  /** A run has started its script. */
  void add(ScriptRun run) {
    leftovers.began(run.pid());
    running.add(run);
  }

  /**
   * A run has reaped its script, or given it up.
   *
   * @param isSessionKilled whether all of its session was killed with it
   */
  void remove(ScriptRun run, boolean isSessionKilled) {
    leftovers.ended(run.pid(), isSessionKilled);
    running.remove(run);
  }

  /** Has the reaper run the task after so many nanoseconds, unless it is cancelled before. */
  Future<?> after(long nanos, Runnable task) {
    return reaper.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** Has the reaper stop something: now, and for good after so many nanoseconds. */
  void stop(Runnable gently, long graceNanos, Runnable forcibly) {
    try {
      reaper.execute(gently);
      Future<?> unused = reaper.schedule(forcibly, graceNanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("a script is stopped that was killed at the shutdown", e);
    }
  }

  /** Whether a new run would be taken now. */
  public boolean hasRoom() {
    return queue.hasRoom();
  }

  /** How many scripts run. */
  public int count() {
    return running.size();
  }

  /** Whether no script is to be started any more, and those that were are to be killed. */
  boolean areEnding() {
    return areEnding;
  }

  /**
   * Leaves no script running: SIGKILL to all, and no more are started.
   *
   * @param waitNanos how long to wait until they are gone
   */
  public void killAll(long waitNanos) throws InterruptedException {
    areEnding = true;
    long deadlineNanos = System.nanoTime() + waitNanos;
    while (!running.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
      running.forEach(ScriptRun::killNow);
      TimeUnit.NANOSECONDS.sleep(STEP_NANOS);
    }
  }

  /**
   * Ends the reaper, when nothing of what scripts started is left for it. After the last run.
   *
   * @param waitNanos how long to wait until what was killed is gone
   */
  public void close(long waitNanos) throws InterruptedException {
    running.forEach(run -> leftovers.giveUp(run.pid()));
    running.clear();
    leftovers.close(waitNanos);
  }
}
