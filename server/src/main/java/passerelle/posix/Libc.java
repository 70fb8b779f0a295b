package passerelle.posix;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The functions of the C library that this server calls, on 64-bit Linux with glibc. There they are
 * unless the system property {@code passerelle.native} is {@code off}: then everything works as
 * where they are missing.
 *
 * <p>Constants are those of the Linux ABI, which are the same on x86-64 and aarch64.
 *
 * <p>Safe from any thread.
 */
public final class Libc {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  static final int O_CLOEXEC = 0x80000;
  static final int SOCK_CLOEXEC = 0x80000;
  static final int SOCK_NONBLOCK = 0x800;
  static final short POLLIN = 1;
  static final long PIDFD_OPEN = 434;
  static final int MFD_CLOEXEC = 1;
  static final int EFD_CLOEXEC = 0x80000;
  static final int EFD_NONBLOCK = 0x800;
  static final int CLOSE_RANGE_UNSHARE = 2;
  static final int PR_SET_CHILD_SUBREAPER = 36;
  static final int PR_GET_CHILD_SUBREAPER = 37;
  static final int WNOHANG = 1;
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EINVAL = 22;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;
  static final int P_PID = 1;
  static final int WEXITED = 4;
  static final int WNOWAIT = 0x01000000;
  static final short SPAWN_SETSIGDEF = 0x04;
  static final short SPAWN_SETSIGMASK = 0x08;
  static final short SPAWN_SETSID = 0x80;

  private static final @Nullable String LACK = bind();

  private Libc() {}

  private static @Nullable String bind() {
    if (isSwitchedOff()) {
      return "switched off";
    }
    try {
      if (!Platform.isLinux() || Native.POINTER_SIZE != 8) {
        return "not 64-bit Linux";
      }
      Native.register(Libc.class, Platform.C_LIBRARY_NAME);
      return null;
    } catch (LinkageError | RuntimeException e) {
      return lack(String.valueOf(e.getMessage())); // another C library, or nowhere to unpack
    }
  }

  /** JNA unpacks its native part into a file, and loads that. */
  static String lack(String reason) {
    boolean isOfFolder = reason.contains("temporary") || reason.contains("failed to map segment");
    String advice =
        isOfFolder
            ? "; java -Djna.tmpdir=DIR names a folder that may be written to, and run from: on a"
                + " read-only root, a tmpfs with exec"
            : "";
    return reason.replace('\n', ' ') + advice;
  }

  /** Whether no native call is to be made: {@code -Dpasserelle.native=off}. */
  public static boolean isSwitchedOff() {
    return "off".equals(System.getProperty("passerelle.native"));
  }

  /** Whether the functions can be called. */
  public static boolean isAvailable() {
    return LACK == null;
  }

  /** Why they cannot, for people; empty if they can. */
  public static String lack() {
    return LACK == null ? "" : LACK;
  }

  // The names are the C library's.
  static native int pipe2(int[] descriptors, int flags);

  static native int close(int descriptor);

  static native int chdir(byte[] path);

  static native int open(byte[] path, int flags);

  static native int close_range(int first, int last, int flags);

  static native int memfd_create(byte[] name, int flags);

  static native int eventfd(int initial, int flags);

  static native int socket(int family, int type, int protocol);

  static native int prctl(int option, int[] answer, long unused3, long unused4, long unused5);

  static native int getsockname(int socket, Pointer address, Pointer length);

  static native int getsockopt(int socket, int level, int name, Pointer value, Pointer length);

  static native int setsockopt(int socket, int level, int name, Pointer value, int length);

  static native int prctl(int option, long argument, long unused3, long unused4, long unused5);

  static native long syscall(long number, long first, long second);

  static native int gettid();

  static native long read(int descriptor, Pointer target, long count);

  static native long write(int descriptor, Pointer source, long count);

  static native long write(int descriptor, byte[] source, long count);

  static native int poll(int[] entries, long count, int timeoutMillis);

  static native int kill(int pid, int signal);

  static native int waitid(int idType, int id, int[] info, int options);

  static native int wait4(int pid, int[] status, int options, long[] usage);

  static native int sigfillset(Pointer set);

  // Addresses are numbers, which cost JNA less than objects do.
  static native int posix_spawn(
      long pid, long path, long fileActions, long attributes, long arguments, long environment);

  static native int posix_spawn_file_actions_init(long actions);

  static native int posix_spawn_file_actions_destroy(long actions);

  static native int posix_spawn_file_actions_adddup2(long actions, int from, int to);

  static native int posix_spawn_file_actions_addclosefrom_np(long actions, int from);

  static native int posix_spawn_file_actions_addchdir_np(long actions, long path);

  static native int posix_spawnattr_init(long attributes);

  static native int posix_spawnattr_setflags(long attributes, short flags);

  static native int posix_spawnattr_setsigdefault(long attributes, Pointer set);

  static native int posix_spawnattr_setsigmask(long attributes, Pointer set);

  private static native Pointer strerror(int error);

  /** What an error number means. */
  static String message(int error) {
    return strerror(error).getString(0);
  }

  /** Throws if a function said that it failed. */
  static void check(int error, String function) throws IOException {
    if (error != 0) {
      throw new IOException(function + ": " + message(error));
    }
  }

  /** Octets given as characters, and a NUL. */
  static byte[] terminated(String octets) {
    return (octets + '\0').getBytes(StandardCharsets.ISO_8859_1);
  }
}
