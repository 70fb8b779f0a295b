package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * The few functions of the C library that starting a process needs, on 64-bit Linux with glibc.
 *
 * <p>Constants are those of the Linux ABI, which are the same on x86-64 and aarch64.
 *
 * <p>Safe from any thread.
 */
public final class Libc {
  public static final int O_RDONLY = 0;
  public static final int O_WRONLY = 1;
  public static final int O_CLOEXEC = 0x80000;
  public static final short POLLIN = 1;
  public static final long PIDFD_OPEN = 434;
  public static final int MFD_CLOEXEC = 1;
  public static final int EFD_CLOEXEC = 0x80000;
  public static final int EFD_NONBLOCK = 0x800;
  public static final int CLOSE_RANGE_UNSHARE = 2;
  public static final int PR_SET_CHILD_SUBREAPER = 36;
  public static final int PR_GET_CHILD_SUBREAPER = 37;
  public static final int WNOHANG = 1;
  public static final int EINTR = 4;
  public static final int EAGAIN = 11;
  public static final int SIGKILL = 9;
  public static final int SIGTERM = 15;
  public static final int P_PID = 1;
  public static final int WEXITED = 4;
  public static final int WNOWAIT = 0x01000000;
  public static final short SPAWN_SETSIGDEF = 0x04;
  public static final short SPAWN_SETSIGMASK = 0x08;
  public static final short SPAWN_SETSID = 0x80;

  static {
    if (!Platform.isLinux() || Native.POINTER_SIZE != 8) {
      throw new UnsupportedOperationException("not 64-bit Linux");
    }
    Native.register(Libc.class, Platform.C_LIBRARY_NAME);
  }

  private Libc() {}

  // The names are the C library's.
  public static native int pipe2(int[] descriptors, int flags);

  public static native int close(int descriptor);

  public static native int open(Pointer path, int flags);

  public static native int close_range(int first, int last, int flags);

  public static native int memfd_create(Pointer name, int flags);

  public static native int eventfd(int initial, int flags);

  public static native int prctl(
      int option, long argument, long unused3, long unused4, long unused5);

  public static native long syscall(long number, long first, long second);

  public static native int gettid();

  public static native long read(int descriptor, Pointer target, long count);

  public static native long write(int descriptor, Pointer source, long count);

  public static native int poll(Pointer descriptors, long count, int timeoutMillis);

  public static native int kill(int pid, int signal);

  public static native int waitid(int idType, int id, Pointer info, int options);

  public static native int wait4(int pid, Pointer status, int options, Pointer usage);

  public static native int sigfillset(Pointer set);

  public static native int posix_spawn(
      Pointer pid,
      Pointer path,
      Pointer fileActions,
      Pointer attributes,
      Pointer arguments,
      Pointer environment);

  public static native int posix_spawn_file_actions_init(Pointer actions);

  public static native int posix_spawn_file_actions_destroy(Pointer actions);

  public static native int posix_spawn_file_actions_adddup2(Pointer actions, int from, int to);

  public static native int posix_spawn_file_actions_addopen(
      Pointer actions, int descriptor, Pointer path, int flags, int mode);

  public static native int posix_spawn_file_actions_addclosefrom_np(Pointer actions, int from);

  public static native int posix_spawn_file_actions_addchdir_np(Pointer actions, Pointer path);

  public static native int posix_spawnattr_init(Pointer attributes);

  public static native int posix_spawnattr_destroy(Pointer attributes);

  public static native int posix_spawnattr_setflags(Pointer attributes, short flags);

  public static native int posix_spawnattr_setsigdefault(Pointer attributes, Pointer set);

  public static native int posix_spawnattr_setsigmask(Pointer attributes, Pointer set);

  private static native Pointer strerror(int error);

  /** What an error number means. */
  public static String message(int error) {
    return strerror(error).getString(0);
  }

  /** Throws if a function said that it failed. */
  public static void check(int error, String function) throws IOException {
    if (error != 0) {
      throw new IOException(function + ": " + message(error));
    }
  }

  /** A NUL-terminated copy of octets given as characters. */
  public static Memory string(String octets) {
    byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
    Memory memory = new Memory(bytes.length + 1L);
    memory.write(0, bytes, 0, bytes.length);
    memory.setByte(bytes.length, (byte) 0);
    return memory;
  }
}
