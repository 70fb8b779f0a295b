package passerelle.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of closing something. Each is taken whatever became of those before it. One that is
 * interrupted while it waits is taken again; the thread finds the interruption when all are done.
 *
 * <p>Safe from any thread.
 */
final class Closing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);

  /** How often a step is taken if somebody interrupts it each time. */
  private static final int TRIES = 100;

  /** What may fail, or be interrupted while it waits. */
  @FunctionalInterface
  interface Measure {
    void run() throws Exception;
  }

  private volatile boolean isInterrupted;
  private volatile boolean isUntold;

  /** Takes a step, which must bear to be taken more than once. */
  void step(Measure step) {
    boolean isTaken = false;
    for (int i = 0; i < TRIES && !isTaken; i++) {
      isTaken = wasTaken(step);
    }
  }

  /** Takes a step that an interruption is meant to cut short. */
  void cuttable(Measure step) {
    wasTaken(step);
  }

  /** Takes a step; returns false if it was interrupted. */
  private boolean wasTaken(Measure step) {
    try {
      step.run();
      return true;
    } catch (InterruptedException e) {
      isInterrupted = true;
      return false;
    } catch (Exception | Error e) {
      tell(e);
      return true;
    }
  }

  /** The log may fail as well, if it is memory that has run out: the steps go on. */
  private void tell(Throwable failure) {
    try {
      log.error("closing the server goes on after a failure", failure);
    } catch (RuntimeException | Error e) {
      isUntold = true;
    }
  }

  /** Passes an interruption on. */
  @Override
  public void close() {
    if (isUntold) {
      wasTaken(() -> log.error("closing the server has failed in more than what the log tells"));
    }
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
