package passerelle.cgi;

import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import passerelle.process.Children;

/**
 * What all runs of scripts share: their processes, the queue for workers, and the bound on what
 * they say.
 *
 * <p>Safe from any thread.
 */
public final class ScriptRuns {
  private static final int LINES_AT_ONCE = 1000;
  private static final int LINES_PER_SECOND = 200;

  /** What marks a process that a script started: its environment. */
  private static final String MARK = "GATEWAY_INTERFACE=";

  private static final String NAME = "SCRIPT_NAME=";

  private final Children children;
  private final RunListener listener;
  private final RunQueue queue;
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
    children = new Children(isAlone, ScriptRuns::origin);
  }

  /** The script that started a process, by what it has of the script's environment. */
  private static @Nullable String origin(List<String> environment) {
    String name = "";
    boolean isOfScript = false;
    for (String variable : environment) {
      isOfScript |= variable.startsWith(MARK);
      name = variable.startsWith(NAME) ? variable.substring(NAME.length()) : name;
    }
    return isOfScript ? "script " + name : null;
  }

  /** Starts the reaper; from now on there is something to close. */
  public void prepare() {
    children.prepare();
  }

  RunListener listener() {
    return listener;
  }

  RunQueue queue() {
    return queue;
  }

  Children children() {
    return children;
  }

  /** How many lines of all scripts' errors may go to the log. */
  LineLimit errorLines() {
    return errorLines;
  }

  /** Whether a new run would be taken now. */
  public boolean hasRoom() {
    return queue.hasRoom();
  }

  /** How many scripts run. */
  public int count() {
    return children.count();
  }

  /**
   * Leaves no script running: SIGKILL to all, and no more are started.
   *
   * @param waitNanos how long to wait until they are gone
   */
  public void killAll(long waitNanos) throws InterruptedException {
    children.killAll(waitNanos);
  }

  /**
   * Ends the reaper, when nothing of what scripts started is left for it. After the last run.
   *
   * @param waitNanos how long to wait until what was killed is gone
   */
  public void close(long waitNanos) throws InterruptedException {
    children.close(waitNanos);
  }
}
