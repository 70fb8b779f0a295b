package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Descriptors, as plain numbers. Whoever opens one closes it, once: the number may be another's
 * right after.
 *
 * <p>Safe from any thread.
 */
public final class Descriptor {
  /** No descriptor; {@code poll} skips it. */
  public static final int NONE = -1;

  private Descriptor() {}

  /**
   * Opens a file. It is closed in a process that is started.
   *
   * @param name absolute, one character per octet
   * @param flags {@link Libc#O_RDONLY} or {@link Libc#O_WRONLY}
   * @throws IOException if it is not there, may not be opened, or descriptors are short
   */
  public static int open(String name, int flags) throws IOException {
    try (Memory path = Libc.string(name)) {
      return checked(Libc.open(path, flags | Libc.O_CLOEXEC), "open " + name);
    }
  }

  /** A file in memory with these octets, to be read from its beginning by whoever opens it. */
  public static int ofMemory(ByteBuffer octets) throws IOException {
    int count = octets.remaining();
    try (Memory name = Libc.string("content");
        Memory source = new Memory(Math.max(1, count))) {
      source.getByteBuffer(0, count).put(octets.duplicate());
      int descriptor = checked(Libc.memfd_create(name, Libc.MFD_CLOEXEC), "memfd_create");
      if (Libc.write(descriptor, source, count) != count) {
        close(descriptor);
        throw new IOException("octets could not be written to memory");
      }
      return descriptor;
    }
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

  /** Writes octets; returns how many, which may be fewer. */
  public static int write(int descriptor, byte[] octets) throws IOException {
    try (Memory source = new Memory(Math.max(1, octets.length))) {
      source.write(0, octets, 0, octets.length);
      return checked((int) Libc.write(descriptor, source, octets.length), "write");
    }
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
