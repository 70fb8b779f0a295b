package passerelle.cgi;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.gateway.RunQueue;
import passerelle.io.ClientKey;
import passerelle.process.StopSwitch;

/**
 * The turns of one run on the workers: one at a time, and another whenever it is called. A call
 * that comes during a turn is remembered and becomes the next one.
 *
 * <p>Safe from any thread.
 */
final class Turns implements Runnable, StopSwitch.Owner {
  private static final Logger log = LoggerFactory.getLogger(Turns.class);

  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private final RunQueue queue;
  private final RunQueue.Ticket ticket;
  private final BooleanSupplier turn;
  // Guarded by this:
  private boolean isActive = true;
  private boolean isCalled;
  private boolean isOver;

  /**
   * Turns of which the first is yet to be put into the queue.
   *
   * @param client for whom the run is
   * @param turn takes a turn; returns whether it wants another at once
   */
  Turns(RunQueue queue, ClientKey client, BooleanSupplier turn) {
    this.queue = queue;
    this.ticket = new RunQueue.Ticket(this, client);
    this.turn = turn;
  }

  /**
   * Puts the first turn into the queue.
   *
   * @throws RejectedExecutionException if there is no room; then nothing was begun
   */
  void begin() {
    queue.add(ticket);
  }

  /** The last turn is over: the run's place is free. */
  void end() {
    queue.ended(ticket);
  }

  /** There is something to do: another turn. */
  void call() {
    synchronized (this) {
      if (isActive || isOver) {
        isCalled = true;
        return;
      }
      isActive = true;
    }
    queueUp();
  }

  @Override
  public void look() {
    call();
  }

  /**
   * Lets the first turn come now, if it is still in the queue: it will start nothing. If this fails
   * the turn comes in its order.
   */
  @Override
  public void leave() {
    try {
      queue.hurry(ticket);
    } catch (RejectedExecutionException e) {
      log.debug("the server ends before a run of a script", e);
    }
  }

  /** This turn is the last. */
  synchronized void finish() {
    isOver = true;
  }

  /** Throws nothing: a run whose turn failed gets another, or nobody would ever end it. */
  @Override
  public void run() {
    boolean goesOn = true;
    try {
      goesOn = turn.getAsBoolean();
    } catch (RuntimeException | Error e) {
      report(e);
      LockSupport.parkNanos(PAUSE_NANOS); // it may be a want of memory: others give some back
    }
    synchronized (this) {
      goesOn = (goesOn || isCalled) && !isOver;
      isCalled = false;
      isActive = goesOn;
    }
    if (goesOn) {
      queueUp();
    }
  }

  /** Throws nothing, though there may be no memory for a line. */
  private static void report(Throwable problem) {
    try {
      log.error("a turn of a script's run failed", problem);
    } catch (RuntimeException | Error e) {
      // There is nobody to tell.
    }
  }

  /**
   * A call that fails may be made again: it may be memory that the workers lack. Only when they
   * have ended there is no failure, since nobody could make up for it.
   */
  private void queueUp() {
    boolean isDone = false;
    try {
      queue.callBack(this);
      isDone = true;
    } catch (RejectedExecutionException e) {
      log.debug("no worker goes on with a run of a script", e);
    } finally {
      if (!isDone) {
        synchronized (this) {
          isActive = false;
        }
      }
    }
  }
}
