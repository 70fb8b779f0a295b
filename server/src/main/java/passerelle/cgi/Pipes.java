package passerelle.cgi;

import com.sun.jna.Native;
import java.io.IOException;

/**
 * The pipes between the server and one script. The child's ends are closed by {@link #close}, ours
 * too unless they were handed over.
 *
 * <p>Confined to one worker.
 */
final class Pipes implements AutoCloseable {
  private static final int NONE = -1;

  private final int[] input = {NONE, NONE};
  private final int[] output = {NONE, NONE};
  private final int[] error = {NONE, NONE};

  private Pipes() {}

  /**
   * Opens pipes for output and errors, and for input if there is some to feed.
   *
   * @throws IOException if the process is out of descriptors
   */
  static Pipes open(boolean withInput) throws IOException {
    Pipes pipes = new Pipes();
    try {
      if (withInput) {
        open(pipes.input);
        // A script that reads slowly must not hold the worker that has its output to carry.
        Posix.fcntl(pipes.input[1], Posix.F_SETFL, Posix.O_NONBLOCK);
      }
      open(pipes.output);
      open(pipes.error);
      return pipes;
    } catch (IOException e) {
      pipes.close();
      throw e;
    }
  }

  private static void open(int[] pair) throws IOException {
    if (Posix.pipe2(pair, Posix.O_CLOEXEC) != 0) {
      Posix.check(Native.getLastError(), "pipe2");
    }
  }

  int childInput() {
    return input[0];
  }

  int childOutput() {
    return output[1];
  }

  int childError() {
    return error[1];
  }

  int ourInput() {
    return input[1];
  }

  int ourOutput() {
    return output[0];
  }

  int ourError() {
    return error[0];
  }

  /** Somebody else closes our ends from now on. */
  void handOver() {
    input[1] = NONE;
    output[0] = NONE;
    error[0] = NONE;
  }

  @Override
  public void close() {
    for (int[] pair : new int[][] {input, output, error}) {
      for (int i = 0; i < pair.length; i++) {
        if (pair[i] != NONE) {
          Posix.close(pair[i]);
          pair[i] = NONE;
        }
      }
    }
  }
}
