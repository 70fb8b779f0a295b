package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Platform;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * What the JDK does not offer of a file: to open it along a path without any link, and to ask
 * whether a part of it lies in the page cache. Linux only, from 5.6.
 *
 * <p>Constants are those of the Linux ABI, which are the same on x86-64 and aarch64.
 *
 * <p>Safe from any thread.
 */
final class NativeFile {
  private static final long OPENAT2 = 437;
  private static final long AT_FDCWD = -100;
  private static final long O_WRONLY = 1;
  private static final long O_CREAT = 0x40;
  private static final long O_APPEND = 0x400;
  private static final long O_NONBLOCK = 0x800;
  private static final long O_CLOEXEC = 0x80000;
  private static final long O_DIRECTORY = Platform.isARM() ? 0x4000 : 0x10000;
  private static final long O_PATH = 0x200000;
  private static final long RESOLVE_NO_SYMLINKS = 4;
  private static final long RESOLVE_CACHED = 0x20;
  private static final int HOW_OCTETS = 24;
  private static final int RWF_NOWAIT = 8;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int AT_STATX_DONT_SYNC = 0x4000;
  private static final int STATX_TYPE = 1;
  private static final int STATX_BASIC_STATS = 0x7ff;
  private static final int STATX_OCTETS = 256;
  private static final int MODE_OFFSET = 28;
  private static final int S_IFMT = 0170000;
  private static final int S_IFREG = 0100000;
  private static final int SIZE_OFFSET = 40;
  private static final int SECOND_OFFSET = 112;
  private static final int NANO_OFFSET = 120;

  /** Less the process's umask. */
  private static final long READ_AND_WRITE_BY_ALL = 0666;

  private static final int EPERM = 1;
  private static final int ENOENT = 2;
  private static final int EINTR = 4;
  private static final int EAGAIN = 11;
  private static final int EACCES = 13;
  private static final int ENOTDIR = 20;
  private static final int ENFILE = 23;
  private static final int EMFILE = 24;
  private static final int ELOOP = 40;

  private static final boolean IS_AVAILABLE = isThere();

  /** What a look into the page cache says of an octet of a file. */
  enum Residency {
    RESIDENT,
    COLD,
    /** The file system does not tell. */
    UNKNOWN
  }

  private NativeFile() {}

  // The names are the C library's. Addresses are numbers, which cost JNA less than objects do.
  private static native long syscall(long number, long directory, long path, long how, long octets);

  private static native int close(int descriptor);

  private static native long preadv2(
      int descriptor, long vector, int count, long offset, int flags);

  private static native int statx(int directory, long path, int flags, int mask, long attributes);

  /** Where memory lies; whoever passes that on keeps the memory. */
  private static long address(Memory memory) {
    return Pointer.nativeValue(memory);
  }

  /** Whether everything here works on this system. */
  static boolean isAvailable() {
    return IS_AVAILABLE;
  }

  private static boolean isThere() {
    try {
      if (Libc.isSwitchedOff() || !Platform.isLinux() || Native.POINTER_SIZE != 8) {
        return false;
      }
      Native.register(NativeFile.class, Platform.C_LIBRARY_NAME);
      int descriptor = open("/");
      boolean works = Files.exists(link(descriptor)) && attributes(descriptor) != null;
      close(descriptor);
      return works;
    } catch (IOException | LinkageError | RuntimeException e) {
      return false; // an older system, a container that forbids the call, no /proc
    }
  }

  /** The path by which the JDK reaches an open file. */
  static Path link(int descriptor) {
    return Path.of("/proc/self/fd/" + descriptor);
  }

  /**
   * Opens a file for reading, along a path that must not hold a symbolic link.
   *
   * @param path an absolute name, one character per octet
   * @throws NoSuchFileException if there is nothing, or a link, on the way
   * @throws OutOfDescriptorsException if no descriptor is left
   */
  static int open(String path) throws IOException {
    return open(path, Scratch.PLAINLY);
  }

  /**
   * Opens a directory, and nothing else, in the same way.
   *
   * @throws NoSuchFileException if there is no directory, or a link on the way
   * @throws OutOfDescriptorsException if no descriptor is left
   */
  static int openDirectory(String path) throws IOException {
    return open(path, Scratch.DIRECTORY);
  }

  /**
   * Opens a file for reading, by whatever links its path holds.
   *
   * @throws NoSuchFileException if there is nothing
   * @throws OutOfDescriptorsException if no descriptor is left
   */
  static int openFollowing(String path) throws IOException {
    return open(path, Scratch.FOLLOWING);
  }

  /**
   * Opens a file to write at its end, by whatever links its path holds, and creates it if it is
   * missing.
   *
   * @throws FileSystemException if it cannot be written, or is a FIFO that nobody reads
   */
  static int openToAppend(String path) throws IOException {
    return open(path, Scratch.APPENDING);
  }

  private static int open(String path, Memory how) throws IOException {
    int descriptor = tryToOpen(path, how);
    if (descriptor >= 0) {
      return descriptor;
    }
    int error = Native.getLastError();
    throw switch (error) {
      case ENOENT, ENOTDIR, ELOOP -> new NoSuchFileException(path);
      case EACCES, EPERM -> new AccessDeniedException(path);
      case EMFILE, ENFILE -> new OutOfDescriptorsException(path);
      default -> new FileSystemException(path, null, reason(error));
    };
  }

  private static int tryToOpen(String path, Memory how) {
    if (path.length() < Scratch.NAME_OCTETS) {
      Memory name = Scratch.NAME.get();
      put(path, name);
      return (int) syscall(OPENAT2, AT_FDCWD, address(name), address(how), HOW_OCTETS);
    }
    try (Memory name = string(path)) {
      return (int) syscall(OPENAT2, AT_FDCWD, address(name), address(how), HOW_OCTETS);
    }
  }

  private static String reason(int error) {
    return Libc.isAvailable() ? Libc.message(error) : "openat2 failed with error " + error;
  }

  /**
   * Whether the kernel's cache of names says that there is nothing by an absolute name, which holds
   * no NUL. It is asked with {@code RESOLVE_CACHED} (Linux 5.12), and so never looks further.
   */
  static boolean isKnownToBeMissing(String name) {
    if (name.length() >= Scratch.NAME_OCTETS) {
      return false;
    }
    int descriptor = tryToOpen(name, Scratch.GLANCE);
    if (descriptor >= 0) {
      close(descriptor);
      return false;
    }
    return Native.getLastError() == ENOENT;
  }

  private static Memory string(String octets) {
    Memory memory = new Memory(octets.length() + 1L);
    put(octets, memory);
    return memory;
  }

  /** Writes octets, one for each character, and a NUL. */
  private static void put(String octets, Memory target) {
    byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
    target.write(0, bytes, 0, bytes.length);
    target.setByte(bytes.length, (byte) 0);
  }

  /** A {@code struct open_how}: flags, mode, and how to resolve the path. */
  private static Memory how(long flags, long resolve) {
    Memory how = new Memory(HOW_OCTETS);
    how.setLong(0, flags);
    how.setLong(8, 0);
    how.setLong(16, resolve);
    return how;
  }

  /** Closes a descriptor, once. */
  static void closeDescriptor(int descriptor) {
    close(descriptor);
  }

  /** Size and date of an open file, as far as this system knows without asking another. */
  static Version attributes(int descriptor) throws IOException {
    Memory attributes = Scratch.ATTRIBUTES.get();
    int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
    int error =
        statx(descriptor, Scratch.EMPTY_ADDRESS, flags, STATX_BASIC_STATS, address(attributes));
    if (error != 0) {
      throw new IOException("statx failed with error " + Native.getLastError());
    }
    return new Version(
        attributes.getLong(SIZE_OFFSET),
        attributes.getLong(SECOND_OFFSET),
        attributes.getInt(NANO_OFFSET));
  }

  /** Whether it is a regular file. */
  static boolean isRegular(int descriptor) throws IOException {
    Memory attributes = Scratch.ATTRIBUTES.get();
    int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
    int error = statx(descriptor, Scratch.EMPTY_ADDRESS, flags, STATX_TYPE, address(attributes));
    if (error != 0) {
      throw new IOException("statx failed with error " + Native.getLastError());
    }
    return (attributes.getShort(MODE_OFFSET) & S_IFMT) == S_IFREG;
  }

  /** Reads a file from its start, up to so many octets. It may wait for the disk. */
  static byte[] read(int descriptor, int most) throws IOException {
    try (Memory target = new Memory(Math.max(1, most))) {
      Memory vector = Scratch.TARGET.get();
      int count = 0;
      long read = 1;
      while (count < most && read != 0) {
        vector.setLong(0, address(target) + count);
        vector.setLong(8, most - count);
        read = preadv2(descriptor, address(vector), 1, count, 0);
        if (read < 0 && Native.getLastError() != EINTR) {
          throw new IOException("preadv2 failed with error " + Native.getLastError());
        }
        count += (int) Math.max(0, read);
      }
      return target.getByteArray(0, count);
    }
  }

  /** What changes when a file's content does. */
  record Version(long size, long modifiedSecond, int modifiedNano) {}

  /** Reads one octet, if that needs no disk. */
  static Residency residency(int descriptor, long position) {
    long read = preadv2(descriptor, Scratch.VECTOR_ADDRESS, 1, position, RWF_NOWAIT);
    if (read >= 0) {
      return Residency.RESIDENT; // 0 is the end of a file that shrank: no wait either
    }
    return Native.getLastError() == EAGAIN ? Residency.COLD : Residency.UNKNOWN;
  }

  /** Reads into a direct buffer what can be read without the disk; returns how many octets. */
  static int readResident(int descriptor, ByteBuffer target, long position, int count) {
    Memory vector = Scratch.TARGET.get();
    vector.setPointer(0, Native.getDirectBufferPointer(target).share(target.position()));
    vector.setLong(8, count);
    int read = (int) Math.max(0, preadv2(descriptor, address(vector), 1, position, RWF_NOWAIT));
    target.position(target.position() + read);
    return read;
  }

  /** Memory that the system writes to, allocated once: the questions are asked often. */
  private static final class Scratch {
    static final Memory EMPTY = string("");
    static final long EMPTY_ADDRESS = address(EMPTY);
    static final ThreadLocal<Memory> ATTRIBUTES =
        ThreadLocal.withInitial(() -> new Memory(STATX_OCTETS));

    static final int NAME_OCTETS = 4096;
    static final ThreadLocal<Memory> NAME = ThreadLocal.withInitial(() -> new Memory(NAME_OCTETS));

    /** How to open a file to read: a FIFO without a writer must not hold us. */
    static final Memory PLAINLY = how(O_NONBLOCK | O_CLOEXEC, RESOLVE_NO_SYMLINKS);

    /** The same for a directory. */
    static final Memory DIRECTORY = how(O_DIRECTORY | O_NONBLOCK | O_CLOEXEC, RESOLVE_NO_SYMLINKS);

    /** How to open a file wherever its path leads. */
    static final Memory FOLLOWING = how(O_NONBLOCK | O_CLOEXEC, 0);

    /** How to open a log. */
    static final Memory APPENDING = how(O_WRONLY | O_CREAT | O_APPEND | O_NONBLOCK | O_CLOEXEC, 0);

    static {
      APPENDING.setLong(8, READ_AND_WRITE_BY_ALL);
    }

    /** How to open what is to be looked at only, by the cache of names alone. */
    static final Memory GLANCE = how(O_PATH | O_CLOEXEC, RESOLVE_CACHED);

    /** Where to read to, of one buffer. */
    static final ThreadLocal<Memory> TARGET = ThreadLocal.withInitial(() -> new Memory(16));

    /** One octet to read into, whoever asks: nobody looks at it. */
    static final Memory OCTET = new Memory(1);

    static final Memory VECTOR = new Memory(16);
    static final long VECTOR_ADDRESS = address(VECTOR);

    static {
      VECTOR.setPointer(0, OCTET);
      VECTOR.setLong(8, 1);
    }
  }
}
