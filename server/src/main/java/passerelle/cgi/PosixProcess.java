package passerelle.cgi;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A script started by {@link PosixLauncher}: one {@code poll} watches its three pipes, so one
 * worker carries all of them and keeps the deadline.
 *
 * <p>Confined to one worker, but for {@link #kill}.
 *
 * <p>Confined to one worker.
 */
final class PosixProcess implements ScriptProcess {
  private static final int NONE = -1;
  private static final int POLLFD_OCTETS = 8;
  private static final int BUFFER_OCTETS = 16 * 1024;
  private static final int SIGINFO_OCTETS = 128;
  private static final int RUSAGE_OCTETS = 144;

  private final int pid;
  private final ByteBuffer content;
  private final ErrorTail errors = new ErrorTail();
  private final Memory buffer = new Memory(BUFFER_OCTETS);
  private final Memory polls = new Memory(3L * POLLFD_OCTETS);
  private int input;
  private int output;
  private int error;

  /** Guards {@link #hasEnded}: a pid may be signalled only until it is reaped. */
  private final Object endLock = new Object();

  private boolean hasEnded;

  /** Takes over our ends of the pipes. */
  PosixProcess(int pid, Pipes pipes, ByteBuffer content) {
    this.pid = pid;
    this.content = content;
    this.input = pipes.ourInput();
    this.output = pipes.ourOutput();
    this.error = pipes.ourError();
  }

  @Override
  public int read(byte[] target, long deadlineNanos) throws IOException {
    while (output != NONE) {
      long wait = deadlineNanos - System.nanoTime();
      if (wait <= 0 || !poll(wait)) {
        return TIMED_OUT;
      }
      if (isReady(1)) {
        feed();
      }
      if (isReady(2)) {
        drainErrors();
      }
      if (isReady(0)) {
        int count = readInto(output, Math.min(target.length, BUFFER_OCTETS));
        if (count > 0) {
          buffer.read(0, target, 0, count);
          return count;
        }
        if (count == 0) {
          output = close(output);
        }
      }
    }
    input = close(input);
    return END;
  }

  /** Waits until something is ready; returns false when the time is over. */
  private boolean poll(long waitNanos) throws IOException {
    set(0, output, Posix.POLLIN);
    set(1, input, Posix.POLLOUT);
    set(2, error, Posix.POLLIN);
    long millis = TimeUnit.NANOSECONDS.toMillis(waitNanos) + 1;
    int ready = Posix.poll(polls, 3, (int) Math.min(millis, Integer.MAX_VALUE));
    if (ready < 0) {
      int problem = Native.getLastError();
      if (problem != Posix.EINTR) {
        Posix.check(problem, "poll");
      }
      clearReady();
      return true;
    }
    return ready > 0;
  }

  private void set(int index, int descriptor, short events) {
    long at = (long) index * POLLFD_OCTETS;
    polls.setInt(at, descriptor); // a negative one is skipped by the kernel
    polls.setShort(at + 4, events);
    polls.setShort(at + 6, (short) 0);
  }

  private void clearReady() {
    for (int i = 0; i < 3; i++) {
      polls.setShort((long) i * POLLFD_OCTETS + 6, (short) 0);
    }
  }

  private boolean isReady(int index) {
    return polls.getShort((long) index * POLLFD_OCTETS + 6) != 0;
  }

  /** Writes as much of the content as the script's pipe takes. */
  private void feed() {
    int count = Math.min(content.remaining(), BUFFER_OCTETS);
    buffer.write(0, content.array(), content.arrayOffset() + content.position(), count);
    long written = Posix.write(input, buffer, count);
    if (written >= 0) {
      content.position(content.position() + (int) written);
    } else {
      int problem = Native.getLastError();
      if (problem == Posix.EAGAIN || problem == Posix.EINTR) {
        return;
      }
      // The script has closed its input: it does not want the rest, which is its right.
      content.position(content.limit());
    }
    if (!content.hasRemaining()) {
      input = close(input);
    }
  }

  private void drainErrors() throws IOException {
    int count = readInto(error, BUFFER_OCTETS);
    if (count > 0) {
      errors.add(buffer.getByteArray(0, count));
    } else if (count == 0) {
      error = close(error);
    }
  }

  /** Reads once: a count, 0 at the end, -1 for nothing now. */
  private int readInto(int descriptor, int most) throws IOException {
    long count = Posix.read(descriptor, buffer, most);
    if (count < 0) {
      int problem = Native.getLastError();
      if (problem != Posix.EINTR && problem != Posix.EAGAIN) {
        Posix.check(problem, "read");
      }
    }
    return (int) count;
  }

  private static int close(int descriptor) {
    if (descriptor != NONE) {
      Posix.close(descriptor);
    }
    return NONE;
  }

  @Override
  public String awaitEnd(BooleanSupplier leavesNothing) throws IOException {
    input = close(input);
    output = close(output);
    try (Memory info = new Memory(SIGINFO_OCTETS);
        Memory status = new Memory(4);
        Memory usage = new Memory(RUSAGE_OCTETS)) {
      // WNOWAIT leaves the zombie in place, so that its pid cannot become another's before we say
      // under the lock that nobody may signal it any more.
      int result;
      do {
        result = Posix.waitid(Posix.P_PID, pid, info, Posix.WEXITED | Posix.WNOWAIT);
      } while (result != 0 && Native.getLastError() == Posix.EINTR);
      boolean isLast = leavesNothing.getAsBoolean();
      synchronized (endLock) {
        hasEnded = true;
        if (isLast) {
          // What the script started and left behind; its group's id is taken until wait4.
          Posix.kill(-pid, Posix.SIGKILL);
        }
        Posix.wait4(pid, status, 0, usage);
      }
      return describe(status.getInt(0));
    } finally {
      drainLastErrors();
      error = close(error);
      buffer.close();
      polls.close();
    }
  }

  /** What is still in the pipe when the script has ended; a grandchild may hold it open. */
  private void drainLastErrors() throws IOException {
    if (error != NONE) {
      Posix.fcntl(error, Posix.F_SETFL, Posix.O_NONBLOCK);
      int count;
      do {
        count = readInto(error, BUFFER_OCTETS);
        if (count > 0) {
          errors.add(buffer.getByteArray(0, count));
        }
      } while (count > 0 && errors.isWorthReading());
    }
  }

  private static String describe(int status) {
    int signal = status & 0x7f;
    if (signal != 0) {
      return "was killed by signal " + signal;
    }
    int code = status >> 8 & 0xff;
    return code == 0 ? "" : "exited with status " + code;
  }

  @Override
  public String errorTail() {
    return errors.text();
  }

  @Override
  public void kill(boolean isForced) {
    synchronized (endLock) {
      if (!hasEnded) {
        // The script leads its session, so its pid is also that of its process group.
        Posix.kill(-pid, isForced ? Posix.SIGKILL : Posix.SIGTERM);
      }
    }
  }
}
