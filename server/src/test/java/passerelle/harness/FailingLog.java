package passerelle.harness;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;

/**
 * Faults for a test, and a log that may fail with one, too: standard error, as the logger uses it.
 */
public final class FailingLog implements AutoCloseable {
  /** Of each kind that code must be ready for. */
  public static final List<Throwable> FAULTS =
      List.of(
          new IllegalStateException("a bug, for a test"),
          new StackOverflowError("a bug, for a test"),
          new OutOfMemoryError("for a test"),
          new OutOfMemoryError("for a test, once more"));

  private final PrintStream before = System.err;
  private final Stream stream;

  private static final class Stream extends PrintStream {
    private final boolean isFailing;
    private volatile boolean isUsed;

    Stream(boolean isFailing) {
      super(OutputStream.nullOutputStream());
      this.isFailing = isFailing;
    }

    @Override
    public void println(String line) {
      isUsed = true;
      if (isFailing) {
        throw new OutOfMemoryError("for a test, in the log");
      }
    }

    @Override
    public void println(Object line) {
      println("");
    }
  }

  /** Keeps what is logged from the terminal, and fails at it if it is to. */
  public FailingLog(boolean isFailing) {
    stream = new Stream(isFailing);
    System.setErr(stream);
  }

  /** Whether something was logged. */
  public boolean isUsed() {
    return stream.isUsed;
  }

  /** Throws a fault. */
  public static void fail(Throwable fault) {
    if (fault instanceof Error error) {
      throw error;
    }
    throw (RuntimeException) fault;
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
