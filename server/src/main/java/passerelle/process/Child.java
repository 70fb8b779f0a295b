package passerelle.process;

import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A program that was started: its output, its errors, its end, and the means to stop it.
 *
 * <p>One worker at a time reads and waits; {@link #kill} alone may be called from any thread.
 *
 * <p>Confined to one worker.
 */
public interface Child {
  /** Its process id. */
  long pid();

  /**
   * Waits for output, errors or the program's end.
   *
   * @param nanos how long at most
   * @return whether there is any of the three. The end counts until {@link #hasEnded} tells it, and
   *     again when the output is over
   */
  boolean await(long nanos) throws IOException;

  /** Reads output, if {@link #await} found some: null if it did not, empty at the end. */
  byte @Nullable [] readOutput() throws IOException;

  /** Reads errors, if {@link #await} found some: null if it did not, empty at the end. */
  byte @Nullable [] readErrors() throws IOException;

  /** Takes no more output: a program that goes on to write gets SIGPIPE. */
  void closeOutput();

  /** Whether the program has ended, by the last {@link #await}; others may hold its output open. */
  boolean hasEnded();

  /** Whether {@link #await} and {@link #watch} tell of the end; else {@link #reap} waits for it. */
  boolean tellsEnd();

  /** Whether it was a signal that ended the program, which {@link #hasEnded}. */
  boolean wasKilled();

  /**
   * Calls back, once and from any thread, when there may be something; after a vain {@link #await}.
   */
  void watch(Runnable onReady) throws IOException;

  /** Does not call back any more, unless it is about to. */
  void unwatch();

  /**
   * Waits for the program's end and releases everything but its processes. Once, and last.
   *
   * @param leavesNothing asked at the program's end: whether what it started is to end with it
   */
  Exit reap(BooleanSupplier leavesNothing) throws IOException;

  /**
   * Asks the program and what it started to end, or makes them end. From any thread. Once the
   * program has ended by itself this does nothing: what it has left behind goes on.
   *
   * @param isForced whether to leave no choice (SIGKILL instead of SIGTERM)
   * @return whether the program was still there
   */
  boolean kill(boolean isForced);
}
