package passerelle.cgi;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import passerelle.posix.Libc;
import passerelle.posix.Pipes;
import passerelle.posix.PollSet;

/**
 * A script started by {@link PosixLauncher}. One {@code poll} tells of its output, its errors and
 * its end (by a descriptor for the process, Linux 5.3).
 *
 * <p>Confined to one worker.
 */
final class PosixProcess implements ScriptProcess {
  private static final int NONE = -1;
  private static final int BUFFER_OCTETS = 32 * 1024;
  private static final byte[] NOTHING_MORE = new byte[0];
  private static final int SIGINFO_OCTETS = 128;
  private static final int RUSAGE_OCTETS = 144;
  private static final int LOOKS = 50;
  private static final int OUTPUT = 0;
  private static final int ERROR = 1;
  private static final int PROCESS = 2;

  private final int pid;
  private final Watch watch;
  private final Memory buffer = new Memory(BUFFER_OCTETS);
  private final PollSet polls = new PollSet(3);
  private final int[] descriptors;
  private boolean hasEnded;

  /** Guards {@link #isReaped}: a pid may be signalled only until then. */
  private final Object endLock = new Object();

  private boolean isReaped;

  /** Takes over our ends of the pipes. */
  PosixProcess(int pid, Pipes pipes, Watch watch) {
    this.pid = pid;
    this.watch = watch;
    int process = (int) Libc.syscall(Libc.PIDFD_OPEN, pid, 0);
    this.descriptors = new int[] {pipes.ourOutput(), pipes.ourError(), process};
  }

  @Override
  public long pid() {
    return pid;
  }

  @Override
  public boolean await(long nanos) throws IOException {
    for (int i = 0; i < descriptors.length; i++) {
      // The end stays ready for ever, once it has come.
      polls.set(i, i == PROCESS && hasEnded ? NONE : descriptors[i]);
    }
    int ready = polls.poll(isOver() ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos));
    hasEnded |= polls.isReady(PROCESS);
    return ready > 0 || isOver();
  }

  /** Whether only reaping is left. What the script started may hold its output open for longer. */
  private boolean isOver() {
    return hasEnded() && descriptors[OUTPUT] == NONE;
  }

  @Override
  public boolean tellsSilence() {
    return true;
  }

  @Override
  public byte @Nullable [] readOutput() throws IOException {
    return read(OUTPUT);
  }

  @Override
  public byte @Nullable [] readErrors() throws IOException {
    return read(ERROR);
  }

  private byte @Nullable [] read(int index) throws IOException {
    if (descriptors[index] == NONE) {
      return NOTHING_MORE;
    }
    if (!polls.isReady(index)) {
      return null;
    }
    polls.clear(index);
    // Also after POLLHUP alone: poll looks for octets first and for writers then, without a lock.
    long count = Libc.read(descriptors[index], buffer, BUFFER_OCTETS);
    if (count < 0) {
      int problem = Native.getLastError();
      if (problem != Libc.EINTR && problem != Libc.EAGAIN) {
        Libc.check(problem, "read");
      }
      return null;
    }
    if (count == 0) {
      close(index);
      return NOTHING_MORE;
    }
    return buffer.getByteArray(0, (int) count);
  }

  private void close(int index) {
    if (descriptors[index] != NONE) {
      Libc.close(descriptors[index]);
      descriptors[index] = NONE;
    }
  }

  @Override
  public void closeOutput() {
    close(OUTPUT);
  }

  @Override
  public boolean hasEnded() {
    // Without a descriptor for the process only reaping tells; it is time for that when the script
    // has closed its output.
    return hasEnded || (descriptors[PROCESS] == NONE && descriptors[OUTPUT] == NONE);
  }

  @Override
  public void watch(Runnable onReady) throws IOException {
    int process = hasEnded ? NONE : descriptors[PROCESS];
    watch.add(this, new int[] {descriptors[OUTPUT], descriptors[ERROR], process}, onReady);
  }

  @Override
  public void unwatch() {
    watch.forget(this);
  }

  @Override
  public ScriptEnd reap(BooleanSupplier leavesNothing) throws IOException {
    closeOutput();
    try (Memory info = new Memory(SIGINFO_OCTETS);
        Memory status = new Memory(4);
        Memory usage = new Memory(RUSAGE_OCTETS)) {
      status.clear();
      usage.clear();
      // WNOWAIT leaves the zombie in place, so that its pid cannot become another's before we say
      // under the lock that nobody may signal it any more.
      int result;
      do {
        result = Libc.waitid(Libc.P_PID, pid, info, Libc.WEXITED | Libc.WNOWAIT);
      } while (result != 0 && Native.getLastError() == Libc.EINTR);
      boolean isLast = leavesNothing.getAsBoolean();
      if (isLast) {
        // What the script started and left behind; the ids of its group and session are taken until
        // wait4.
        Libc.kill(-pid, Libc.SIGKILL);
        ProcessStatus.signalSession(pid, Libc.SIGKILL);
      }
      ScriptEnd end;
      synchronized (endLock) {
        isReaped = true;
        Libc.wait4(pid, status, 0, usage);
        end = end(status.getInt(0), usage);
      }
      if (isLast) {
        reapGroup(status, usage);
      }
      return end;
    } finally {
      close(ERROR);
      close(PROCESS);
      polls.close();
      buffer.close();
    }
  }

  /**
   * Its orphans have come to this process ({@link Leftovers}) and are dying: they leave no zombie
   * either, unless the system takes its time.
   */
  private void reapGroup(Memory status, Memory usage) {
    int reaped = Libc.wait4(-pid, status, Libc.WNOHANG, usage);
    for (int i = 0; i < LOOKS && reaped >= 0; i++) {
      if (reaped == 0) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
      }
      reaped = Libc.wait4(-pid, status, Libc.WNOHANG, usage);
    }
  }

  private static ScriptEnd end(int status, Memory usage) {
    int signal = status & 0x7f;
    int code = signal == 0 ? status >> 8 & 0xff : 0;
    return new ScriptEnd(code, signal, micros(usage, 0), micros(usage, 16));
  }

  private static long micros(Memory timevals, int offset) {
    return TimeUnit.SECONDS.toMicros(timevals.getLong(offset)) + timevals.getLong(offset + 8L);
  }

  @Override
  public void kill(boolean isForced) {
    synchronized (endLock) {
      if (!isReaped) {
        // The script leads its session, so its pid is also that of its process group. Who is in
        // another group is killed when the script has ended.
        Libc.kill(-pid, isForced ? Libc.SIGKILL : Libc.SIGTERM);
        if (!isForced) {
          ProcessStatus.signalSession(pid, Libc.SIGTERM);
        }
      }
    }
  }
}
