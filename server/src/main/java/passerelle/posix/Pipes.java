package passerelle.posix;

import com.sun.jna.Native;
import java.io.IOException;

/**
 * The pipes for the output and the errors of one process. Its ends are closed by {@link #close},
 * ours too unless they were handed over.
 *
 * <p>Confined to one worker.
 */
public final class Pipes implements AutoCloseable {
  private static final int NONE = -1;

  private final int[] output = {NONE, NONE};
  private final int[] error = {NONE, NONE};

  private Pipes() {}

  /**
   * Opens both.
   *
   * @throws IOException if the process is out of descriptors
   */
  public static Pipes open() throws IOException {
    Pipes pipes = new Pipes();
    try {
      open(pipes.output);
      open(pipes.error);
      return pipes;
    } catch (IOException e) {
      pipes.close();
      throw e;
    }
  }

  private static void open(int[] pair) throws IOException {
    if (Libc.pipe2(pair, Libc.O_CLOEXEC) != 0) {
      Libc.check(Native.getLastError(), "pipe2");
    }
  }

  public int childsOutput() {
    return output[1];
  }

  public int childsError() {
    return error[1];
  }

  public int ourOutput() {
    return output[0];
  }

  public int ourError() {
    return error[0];
  }

  /** Somebody else closes our ends from now on. */
  public void handOver() {
    output[0] = NONE;
    error[0] = NONE;
  }

  @Override
  public void close() {
    for (int[] pair : new int[][] {output, error}) {
      for (int i = 0; i < pair.length; i++) {
        if (pair[i] != NONE) {
          Libc.close(pair[i]);
          pair[i] = NONE;
        }
      }
    }
  }
}
