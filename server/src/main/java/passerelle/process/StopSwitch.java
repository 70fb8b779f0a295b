package passerelle.process;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Whether a program that is to be started, or was, is to end; and its process, if it has one yet.
 *
 * <p>Safe from any thread.
 */
public final class StopSwitch {
  /** From SIGTERM to SIGKILL. */
  private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Children children;
  private final Owner owner;

  /** Guards {@link #hasStruck}, and is held while a signal is sent. */
  private final Object striking = new Object();

  /** Whether the program was there when it was signalled, or its output was closed. */
  private boolean hasStruck;

  // Guarded by this:
  private @Nullable Child process;
  private boolean isOn;
  private boolean isLate;
  private boolean isAsked;
  private boolean isTold;
  private boolean isReleased;

  /** Whoever starts the program, and reaps it. */
  public interface Owner {
    /** Something has changed: the program may have ended. Does not wait. */
    void look();

    /** The program is not wanted any more, and has not been started. Does not wait. */
    void leave();
  }

  /** A switch that is off, for a program without a process. */
  public StopSwitch(Children children, Owner owner) {
    this.children = children;
    this.owner = owner;
  }

  /** The process has been started; one that is not wanted any more is ended, gently first. */
  public void started(Child child) {
    boolean isUnwanted;
    synchronized (this) {
      process = child;
      isUnwanted = isOn;
    }
    if (isUnwanted) {
      endProcess();
    }
  }

  /** The process, which was started. */
  public synchronized Child process() {
    if (process == null) {
      throw new IllegalStateException("there is no process yet");
    }
    return process;
  }

  /** The process id, or 0 if there is none yet. */
  public synchronized long pid() {
    return process == null ? 0 : process.pid();
  }

  /** Whether it is to end. */
  public synchronized boolean isOn() {
    return isOn;
  }

  /**
   * Whether its process was told to end. Who closes its output before takes its time to end in
   * order: it may die of that instead.
   */
  public synchronized boolean isTold() {
    return isTold;
  }

  /** Whether that is because its time is over. */
  public synchronized boolean isLate() {
    return isLate;
  }

  /**
   * Whether the program's end is the server's doing. One that had ended before it was to be stopped
   * has an end of its own, and what it left behind goes on. For threads that may wait.
   */
  public boolean hasStruck() {
    synchronized (striking) {
      return hasStruck;
    }
  }

  /** The program is there, and will end by what the server does, such as to close its output. */
  public void claimEnd() {
    synchronized (striking) {
      hasStruck = true;
    }
  }

  /** Its time is over. */
  public void endTime() {
    synchronized (this) {
      isLate |= !isOn;
    }
    stop();
  }

  /** Ends it: the reaper sends SIGTERM at once, SIGKILL soon. If this fails it may be repeated. */
  public void stop() {
    synchronized (this) {
      if (isAsked) {
        return;
      }
      isOn = true;
      if (process == null) {
        owner.leave();
        return;
      }
    }
    endProcess();
  }

  /** Once, unless it fails. */
  private void endProcess() {
    synchronized (this) {
      if (isAsked) {
        return;
      }
      isAsked = true;
    }
    boolean isDone = false;
    try {
      children.stop(this::askToEnd, GRACE_NANOS, this::killNow);
      isDone = true;
    } finally {
      if (!isDone) {
        synchronized (this) {
          isAsked = false;
        }
      }
    }
  }

  private void askToEnd() {
    kill(false);
    owner.look();
  }

  /** Signals the process no more: from now on its id may become another's. */
  synchronized void release() {
    isReleased = true;
  }

  /** Ends it at once. For threads that may wait. */
  public void killNow() {
    kill(true);
    owner.look();
  }

  /** The lock is not held meanwhile, for {@link #stop} must not wait. */
  private void kill(boolean isForced) {
    Child running;
    synchronized (this) {
      isOn = true;
      running = isReleased ? null : process;
    }
    try {
      if (running != null) {
        strike(running, isForced);
      }
    } finally {
      synchronized (this) {
        isTold = true;
      }
    }
  }

  /** A failure may come behind the signal: then the end is taken for the server's doing. */
  private void strike(Child running, boolean isForced) {
    synchronized (striking) {
      boolean isStruck = true;
      try {
        isStruck = running.kill(isForced);
      } finally {
        hasStruck |= isStruck;
      }
    }
  }
}
