package passerelle.cgi;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The process of a run, if it has one yet, and whether both are to end.
 *
 * <p>Safe from any thread.
 */
final class StopSwitch {
  /** From SIGTERM to SIGKILL. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final ScriptRuns runs;
  private final Turns turns;
  // Guarded by this:
  private @Nullable ScriptProcess process;
  private boolean isOn;
  private boolean isLate;

  StopSwitch(ScriptRuns runs, Turns turns) {
    this.runs = runs;
    this.turns = turns;
  }

  /** The process has been started; one that is not wanted any more is ended, gently first. */
  void started(ScriptProcess script) {
    boolean isUnwanted;
    synchronized (this) {
      process = script;
      isUnwanted = isOn;
    }
    if (isUnwanted) {
      endProcess();
    }
  }

  /** The process, which was started. */
  synchronized ScriptProcess process() {
    if (process == null) {
      throw new IllegalStateException("there is no process yet");
    }
    return process;
  }

  /** The process id, or 0 if there is none yet. */
  synchronized long pid() {
    return process == null ? 0 : process.pid();
  }

  /** Whether the run is to end. */
  synchronized boolean isOn() {
    return isOn;
  }

  /** Whether that is because its time is over. */
  synchronized boolean isLate() {
    return isLate;
  }

  /** The run's time is over. */
  void endTime() {
    synchronized (this) {
      isLate = !isOn;
    }
    stop();
  }

  /** Ends the run: the reaper sends SIGTERM at once, SIGKILL soon. */
  void stop() {
    synchronized (this) {
      if (isOn) {
        return;
      }
      isOn = true;
      if (process == null) {
        turns.hurry(); // it has its turn without one, and makes room for others
        return;
      }
    }
    endProcess();
  }

  private void endProcess() {
    runs.stop(() -> kill(false), GRACE_NANOS, this::killNow);
    turns.call();
  }

  /** Ends the run at once. From any thread but the loop. */
  void killNow() {
    kill(true);
    turns.call();
  }

  /** The lock is not held meanwhile, for {@link #stop} takes it on the loop. */
  private void kill(boolean isForced) {
    ScriptProcess running;
    synchronized (this) {
      isOn = true;
      running = process;
    }
    if (running != null) {
      running.kill(isForced);
    }
  }
}
