package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.util.concurrent.TimeUnit;

/**
 * Signals to processes, and the ends of those that this process has to reap.
 *
 * <p>Safe from any thread.
 */
public final class ProcessCalls {
  private static final int SIGINFO_OCTETS = 128;
  private static final int RUSAGE_OCTETS = 144;
  private static final int SYSTEM_OFFSET = 16;

  /** Where siginfo_t says what it is about, and how a child ended (the values CLD_…). */
  private static final int SIGNAL_OFFSET = 0;

  private static final int CODE_OFFSET = 8;
  private static final int CLD_KILLED = 2;
  private static final int CLD_DUMPED = 3;

  private ProcessCalls() {}

  /**
   * What a process that was reaped leaves.
   *
   * @param code its exit status; 0 if a signal ended it
   * @param signal the number of that signal; 0 if there was none
   * @param userMicros CPU time of it and of those children that it waited for
   * @param systemMicros CPU time that the system spent for them
   */
  public record Reaped(int code, int signal, long userMicros, long systemMicros) {}

  /**
   * Sends a signal.
   *
   * @param pid a process, or the negative of a process group
   */
  public static void signal(int pid, int signal) {
    Libc.kill(pid, signal);
  }

  /**
   * Changes this process's working directory. The JVM does not hear of it: relative names are to be
   * made absolute before.
   *
   * @param path an absolute name, one character per octet
   * @return whether it could be changed
   */
  public static boolean changeDirectory(String path) {
    try (Memory name = Libc.string(path)) {
      return Libc.chdir(name) == 0;
    }
  }

  /** Waits for the end of a child, and leaves it as a zombie: its id stays its own. */
  public static void awaitEnd(int pid) {
    try (Memory info = new Memory(SIGINFO_OCTETS)) {
      int result;
      do {
        result = Libc.waitid(Libc.P_PID, pid, info, Libc.WEXITED | Libc.WNOWAIT);
      } while (result != 0 && Native.getLastError() == Libc.EINTR);
    }
  }

  /** How a child is that nobody has reaped. */
  public enum Life {
    /** It has not ended. */
    RUNS,
    /** It has exited, or is nobody's child any more. */
    EXITED,
    /** A signal has ended it. */
    KILLED
  }

  /** Looks at a child, and leaves it as it is. */
  public static Life look(int pid) {
    try (Memory info = new Memory(SIGINFO_OCTETS)) {
      info.clear();
      int options = Libc.WEXITED | Libc.WNOWAIT | Libc.WNOHANG;
      if (Libc.waitid(Libc.P_PID, pid, info, options) == 0 && info.getInt(SIGNAL_OFFSET) == 0) {
        return Life.RUNS;
      }
      int code = info.getInt(CODE_OFFSET);
      return code == CLD_KILLED || code == CLD_DUMPED ? Life.KILLED : Life.EXITED;
    }
  }

  /** Reaps a child; waits for its end if that has not come. */
  public static Reaped reap(int pid) {
    try (Memory status = new Memory(Integer.BYTES);
        Memory usage = new Memory(RUSAGE_OCTETS)) {
      status.clear();
      usage.clear();
      Libc.wait4(pid, status, 0, usage);
      int signal = status.getInt(0) & 0x7f;
      int code = signal == 0 ? status.getInt(0) >> 8 & 0xff : 0;
      return new Reaped(code, signal, micros(usage, 0), micros(usage, SYSTEM_OFFSET));
    }
  }

  private static long micros(Memory timevals, int offset) {
    return TimeUnit.SECONDS.toMicros(timevals.getLong(offset)) + timevals.getLong(offset + 8L);
  }

  /**
   * Reaps a child, if one has ended.
   *
   * @param pid a process, or the negative of a process group
   * @return its id; 0 if none has ended; negative if there is no such child
   */
  public static int tryReap(int pid) {
    try (Memory status = new Memory(Integer.BYTES)) {
      return Libc.wait4(pid, status, Libc.WNOHANG, Pointer.NULL);
    }
  }

  /** Whether processes that have lost their parent come to this one. */
  public static boolean isSubreaper() {
    try (Memory answer = new Memory(Integer.BYTES)) {
      answer.clear();
      Libc.prctl(Libc.PR_GET_CHILD_SUBREAPER, Pointer.nativeValue(answer), 0, 0, 0);
      return answer.getInt(0) != 0;
    }
  }

  /** Has them come, or not; returns false if the system has no such thing (before Linux 3.4). */
  public static boolean setSubreaper(boolean isOn) {
    return Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, isOn ? 1 : 0, 0, 0, 0) == 0;
  }
}
