package passerelle.cgi;

import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * A script that runs: its output, its end, and the means to stop it.
 *
 * <p>One worker reads and waits; {@link #kill} alone may be called from any thread.
 *
 * <p>Confined to one worker.
 */
interface ScriptProcess {
  /** What {@link #read} returns when the deadline has passed. */
  int TIMED_OUT = 0;

  /** What {@link #read} returns at the end of the output. */
  int END = -1;

  /**
   * Waits for output of the script, meanwhile feeding its input and keeping the tail of its errors.
   *
   * @param deadlineNanos until when to wait, by {@link System#nanoTime}
   * @return how many octets were put into the array, {@link #TIMED_OUT} or {@link #END}
   */
  int read(byte[] target, long deadlineNanos) throws IOException;

  /**
   * Waits for the script's end and releases everything but its processes. Somebody must be sure to
   * {@link #kill} it in time.
   *
   * @param leavesNothing asked at the script's end: whether what it started is to end with it
   * @return how it ended, in words; empty if it exited with 0
   */
  String awaitEnd(BooleanSupplier leavesNothing) throws IOException, InterruptedException;

  /** The last octets that the script wrote to its standard error, as text. */
  String errorTail();

  /**
   * Asks the script and what it started to end, or makes them end. From any thread; once the script
   * has ended, nothing.
   *
   * @param isForced whether to leave no choice (SIGKILL instead of SIGTERM)
   */
  void kill(boolean isForced);
}
