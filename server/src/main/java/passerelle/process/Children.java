package passerelle.process;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The programs that run now, and the reaper, the one thread that keeps their time limits, kills,
 * and looks after what they leave behind.
 *
 * <p>Safe from any thread.
 */
public final class Children {
  private static final Logger log = LoggerFactory.getLogger(Children.class);
  private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /** How often the reaper tries what fails, before it leaves it. */
  private static final int TRIES = 20;

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Set<StopSwitch> running = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor reaper;
  private final Leftovers leftovers;
  private volatile boolean areEnding;

  /**
   * No programs.
   *
   * @param isAlone whether nobody else in this process starts others, so that all orphans are ours
   * @param origin tells what started an orphan
   */
  public Children(boolean isAlone, Leftovers.Origin origin) {
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
    leftovers = new Leftovers(reaper, isAlone, System::nanoTime, origin);
  }

  /** Starts the reaper; from now on there is something to close. */
  public void prepare() {
    reaper.prestartCoreThread();
    leftovers.open();
  }

  /** A program has been started. */
  public void add(StopSwitch program) {
    leftovers.began(program.pid());
    running.add(program);
  }

  /**
   * A program has been reaped, or given up.
   *
   * @param isSessionKilled whether all of its session was killed with it
   */
  public void remove(StopSwitch program, boolean isSessionKilled) {
    leftovers.ended(program.pid(), isSessionKilled);
    running.remove(program);
  }

  /** A program was killed, but cannot be reaped by its run: the reaper does that at its end. */
  public void giveUp(StopSwitch program) {
    program.release();
    leftovers.giveUp(program.pid());
  }

  /** Has the reaper run the task after so many nanoseconds, unless it is cancelled before. */
  public Future<?> after(long nanos, Runnable task) {
    return reaper.schedule(doing(task), nanos, TimeUnit.NANOSECONDS);
  }

  static Runnable doing(Runnable task) {
    return () -> {
      boolean unused = untilDone(task);
    };
  }

  /** Has the reaper stop something: now, and for good after so many nanoseconds. */
  void stop(Runnable gently, long graceNanos, Runnable forcibly) {
    try {
      reaper.execute(doing(gently));
      Future<?> unused = after(graceNanos, forcibly);
    } catch (RejectedExecutionException e) {
      log.debug("a program is stopped that was killed at the shutdown", e);
    }
  }

  /**
   * Tries a task until it succeeds, or for a second: nobody else would kill in time. Its handler
   * allocates nothing: what it is for may be a want of memory.
   */
  static boolean untilDone(Runnable task) {
    for (int i = 0; i < TRIES; i++) {
      try {
        task.run();
        return true;
      } catch (RuntimeException | Error e) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    }
    return false;
  }

  /** How many programs run. */
  public int count() {
    return running.size();
  }

  /** Whether no program is to be started any more, and those that were are to be killed. */
  public boolean areEnding() {
    return areEnding;
  }

  /** Asks all programs to end. Each has its time for that, until it is killed. */
  public void stopAll() {
    running.forEach(StopSwitch::stop);
  }

  /** Waits until no program runs; returns false if that takes longer than this. */
  public boolean awaitEnd(long waitNanos) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + waitNanos;
    while (!running.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
      TimeUnit.NANOSECONDS.sleep(STEP_NANOS);
    }
    return running.isEmpty();
  }

  /**
   * Leaves no program running: SIGKILL to all, and no more are started.
   *
   * @param waitNanos how long to wait until they are gone
   */
  public void killAll(long waitNanos) throws InterruptedException {
    areEnding = true;
    long deadlineNanos = System.nanoTime() + waitNanos;
    while (!running.isEmpty() && System.nanoTime() - deadlineNanos < 0) {
      running.forEach(Children::tryToKill);
      TimeUnit.NANOSECONDS.sleep(STEP_NANOS);
    }
  }

  /** One that cannot be killed now keeps no other from it, and is killed in the next round. */
  private static void tryToKill(StopSwitch program) {
    try {
      program.killNow();
    } catch (RuntimeException | Error e) {
      // The last handler: what it is for may be a want of memory.
    }
  }

  /**
   * Ends the reaper, when nothing of what programs started is left for it. After the last program.
   *
   * @param waitNanos how long to wait until what was killed is gone
   */
  public void close(long waitNanos) throws InterruptedException {
    running.forEach(program -> leftovers.giveUp(program.pid()));
    running.clear();
    leftovers.close(waitNanos);
  }
}
