package passerelle.cgi;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The scripts that run now, and the reaper: the one thread that keeps their time limits and kills.
 *
 * <p>Safe from any thread.
 */
public final class ScriptRuns implements AutoCloseable {
  private final Set<ScriptRun> running = ConcurrentHashMap.newKeySet();
  private final ScheduledThreadPoolExecutor reaper;

  /** No runs; the reaper's thread starts with the first. */
  public ScriptRuns() {
    reaper =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "passerelle-reaper");
              thread.setDaemon(true);
              return thread;
            });
    reaper.setRemoveOnCancelPolicy(true);
  }

  void add(ScriptRun run) {
    running.add(run);
  }

  void remove(ScriptRun run) {
    running.remove(run);
  }

  /** Has the reaper run the task after so many nanoseconds, unless it is cancelled before. */
  Future<?> after(long nanos, Runnable task) {
    return reaper.schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  /** Has the reaper stop something: now, and for good after so many nanoseconds. */
  void stop(Runnable gently, long graceNanos, Runnable forcibly) {
    reaper.execute(gently);
    Future<?> unused = reaper.schedule(forcibly, graceNanos, TimeUnit.NANOSECONDS);
  }

  /** How many scripts run. */
  public int count() {
    return running.size();
  }

  /** Leaves no script running: SIGKILL to all. */
  public void killAll() {
    running.forEach(ScriptRun::killNow);
  }

  /** Ends the reaper. After the last run. */
  @Override
  public void close() {
    reaper.shutdownNow();
  }
}
