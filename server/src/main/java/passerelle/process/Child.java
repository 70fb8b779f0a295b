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
   * @return whether there is any of the three; always if only {@link #readOutput} can wait for them
   */
  boolean await(long nanos) throws IOException;

  /** Whether {@link #await} tells that there is nothing; else reading output waits for some. */
  boolean tellsSilence();

  /** Reads output, if {@link #await} found some: null if it did not, empty at the end. */
  byte @Nullable [] readOutput() throws IOException;

  /** Reads errors, if {@link #await} found some: null if it did not, empty at the end. */
  byte @Nullable [] readErrors() throws IOException;

  /** Takes no more output: a program that goes on to write gets SIGPIPE. */
  void closeOutput();

  /** Whether {@link #reap} would not wait, or there is no way to know. */
  boolean hasEnded();

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
   * Asks the program and what it started to end, or makes them end. From any thread; once the
   * program has ended, nothing.
   *
   * @param isForced whether to leave no choice (SIGKILL instead of SIGTERM)
   */
  void kill(boolean isForced);
}
