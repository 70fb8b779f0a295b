package passerelle.posix;

import com.sun.jna.Native;
import java.util.concurrent.TimeUnit;

/**
 * Signals to processes, and the ends of those that this process has to reap.
 *
 * <p>Safe from any thread.
 */
public final class ProcessCalls {
  /** Numbers of 32 bits in a siginfo_t. */
  private static final int SIGINFO_INTS = 32;

  /** Numbers of 64 bits in a struct rusage. */
  private static final int RUSAGE_LONGS = 18;

  /** Where that has the time that the system spent. */
  private static final int SYSTEM_INDEX = 2;

  /** Where siginfo_t says what it is about, and how a child ended (the values CLD_…). */
  private static final int SIGNAL_INDEX = 0;

  private static final int CODE_INDEX = 2;
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
    return Libc.chdir(Libc.terminated(path)) == 0;
  }

  /** Waits for the end of a child, and leaves it as a zombie: its id stays its own. */
  public static void awaitEnd(int pid) {
    int[] info = new int[SIGINFO_INTS];
    int result;
    do {
      result = Libc.waitid(Libc.P_PID, pid, info, Libc.WEXITED | Libc.WNOWAIT);
    } while (result != 0 && Native.getLastError() == Libc.EINTR);
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
    int[] info = new int[SIGINFO_INTS];
    int options = Libc.WEXITED | Libc.WNOWAIT | Libc.WNOHANG;
    if (Libc.waitid(Libc.P_PID, pid, info, options) == 0 && info[SIGNAL_INDEX] == 0) {
      return Life.RUNS;
    }
    int code = info[CODE_INDEX];
    return code == CLD_KILLED || code == CLD_DUMPED ? Life.KILLED : Life.EXITED;
  }

  /** Reaps a child; waits for its end if that has not come. */
  public static Reaped reap(int pid) {
    int[] status = new int[1];
    long[] usage = new long[RUSAGE_LONGS];
    Libc.wait4(pid, status, 0, usage);
    int signal = status[0] & 0x7f;
    int code = signal == 0 ? status[0] >> 8 & 0xff : 0;
    return new Reaped(code, signal, micros(usage, 0), micros(usage, SYSTEM_INDEX));
  }

  private static long micros(long[] timevals, int index) {
    return TimeUnit.SECONDS.toMicros(timevals[index]) + timevals[index + 1];
  }

  /**
   * Reaps a child, if one has ended.
   *
   * @param pid a process, or the negative of a process group
   * @return its id; 0 if none has ended; negative if there is no such child
   */
  public static int tryReap(int pid) {
    return Libc.wait4(pid, new int[1], Libc.WNOHANG, new long[RUSAGE_LONGS]);
  }

  /** Whether processes that have lost their parent come to this one. */
  public static boolean isSubreaper() {
    int[] answer = new int[1];
    Libc.prctl(Libc.PR_GET_CHILD_SUBREAPER, answer, 0, 0, 0);
    return answer[0] != 0;
  }

  /** Has them come, or not; returns false if the system has no such thing (before Linux 3.4). */
  public static boolean setSubreaper(boolean isOn) {
    return Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, isOn ? 1 : 0, 0, 0, 0) == 0;
  }
}
