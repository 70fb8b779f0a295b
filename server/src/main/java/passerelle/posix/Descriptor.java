package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Descriptors, as plain numbers. Whoever opens one closes it, once: the number may be another's
 * right after.
 *
 * <p>Safe from any thread.
 */
public final class Descriptor {
  /** No descriptor; {@code poll} skips it. */
  public static final int NONE = -1;

  /** The name of a file in memory, for those who look. */
  private static final byte[] CONTENT = Libc.terminated("content");

  private static final int READ_OCTETS = 32 * 1024;
  private static final byte[] NOTHING_MORE = new byte[0];

  /** What is read goes through this: a block for each thread that reads, and not for each pipe. */
  private static final ThreadLocal<Memory> TARGET =
      ThreadLocal.withInitial(() -> new Memory(READ_OCTETS));

  private Descriptor() {}

  /**
   * Opens a file. It is closed in a process that is started.
   *
   * @param name absolute, one character per octet
   * @param flags {@link Libc#O_RDONLY} or {@link Libc#O_WRONLY}
   * @throws IOException if it is not there, may not be opened, or descriptors are short
   */
  public static int open(String name, int flags) throws IOException {
    int descriptor = Libc.open(Libc.terminated(name), flags | Libc.O_CLOEXEC);
    return descriptor >= 0 ? descriptor : checked(descriptor, "open " + name);
  }

  /** A file in memory with these octets, to be read from its beginning by whoever opens it. */
  public static int ofMemory(ByteBuffer octets) throws IOException {
    byte[] source = new byte[octets.remaining()];
    octets.duplicate().get(source);
    int descriptor = checked(Libc.memfd_create(CONTENT, Libc.MFD_CLOEXEC), "memfd_create");
    if (Libc.write(descriptor, source, source.length) != source.length) {
      close(descriptor);
      throw new IOException("octets could not be written to memory");
    }
    return descriptor;
  }

  /** One that is ready when a process has ended; {@link #NONE} before Linux 5.3. */
  public static int ofProcess(int pid) {
    return Math.max(NONE, (int) Libc.syscall(Libc.PIDFD_OPEN, pid, 0));
  }

  /** Where others in this process find a descriptor of the calling thread's table. */
  public static String name(int descriptor) {
    return "/proc/self/task/" + Libc.gettid() + "/fd/" + descriptor;
  }

  /**
   * Gives the calling thread a table of its own: a copy, but for the descriptors from {@code first}
   * on.
   *
   * @throws IOException if the system has no such thing (before Linux 5.9), or forbids it
   */
  public static void unshareTable(int first) throws IOException {
    // Not unshare(2): this call does the same, and containers do not forbid it.
    if (Libc.close_range(first, -1, Libc.CLOSE_RANGE_UNSHARE) != 0) {
      Libc.check(Native.getLastError(), "close_range");
    }
  }

  /** Reads what there is, up to 32 KiB: null if there is nothing now, empty at the end. */
  public static byte @Nullable [] read(int descriptor) throws IOException {
    Memory target = TARGET.get();
    long count = Libc.read(descriptor, target, READ_OCTETS);
    if (count < 0) {
      int problem = Native.getLastError();
      if (problem != Libc.EINTR && problem != Libc.EAGAIN) {
        Libc.check(problem, "read");
      }
      return null;
    }
    return count == 0 ? NOTHING_MORE : target.getByteArray(0, (int) count);
  }

  /** Writes octets; returns how many, which may be fewer. */
  public static int write(int descriptor, byte[] octets) throws IOException {
    return checked((int) Libc.write(descriptor, octets, octets.length), "write");
  }

  /** Closes a descriptor, once. */
  public static void close(int descriptor) {
    Libc.close(descriptor);
  }

  private static int checked(int result, String function) throws IOException {
    if (result < 0) {
      Libc.check(Native.getLastError(), function);
    }
    return result;
  }
}
