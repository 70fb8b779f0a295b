package passerelle.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of closing something. Each is taken whatever became of those before it, an interruption
 * of the thread included, which it finds again when all are done.
 *
 * <p>Safe from any thread.
 */
final class Closing implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Closing.class);

  /** What may fail, or be interrupted while it waits. */
  @FunctionalInterface
  interface Step {
    void run() throws Exception;
  }

  private volatile boolean isInterrupted;

  /** Takes a step. */
  void step(Step step) {
    try {
      step.run();
    } catch (InterruptedException e) {
      isInterrupted = true;
    } catch (Exception | Error e) {
      log.error("closing the server goes on after a failure", e);
    }
  }

  /** Passes an interruption on. */
  @Override
  public void close() {
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
