package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Starts programs with {@code posix_spawn}: each in a session of its own, with three descriptors,
 * no signal blocked and none ignored.
 *
 * <p>Safe from any thread.
 */
public final class Spawner {
  /** Larger than glibc's posix_spawn_file_actions_t (80) and posix_spawnattr_t (336). */
  private static final int STRUCT_OCTETS = 512;

  private static final int SIGSET_OCTETS = 128;
  private static final int ENOEXEC = 8;

  /** In a block: what is to be done with descriptors, the process id, then the words. */
  private static final int PID = STRUCT_OCTETS;

  private static final int WORDS = PID + Long.BYTES;

  /** Enough for what a program is told as a rule. */
  private static final int BLOCK_OCTETS = 16 * 1024;

  /** What a start needs, once for each thread: to allocate it each time takes longer. */
  private static final ThreadLocal<Memory> BLOCK =
      ThreadLocal.withInitial(() -> new Memory(BLOCK_OCTETS));

  private final Memory attributes = new Memory(STRUCT_OCTETS);

  /** Prepares what all starts share. Only where {@link Libc#isAvailable}. */
  public Spawner() {
    try (Memory signals = new Memory(SIGSET_OCTETS);
        Memory none = new Memory(SIGSET_OCTETS)) {
      none.clear();
      Libc.sigfillset(signals);
      long address = Pointer.nativeValue(attributes);
      Libc.posix_spawnattr_init(address);
      Libc.posix_spawnattr_setsigdefault(address, signals);
      Libc.posix_spawnattr_setsigmask(address, none);
      Libc.posix_spawnattr_setflags(
          address, (short) (Libc.SPAWN_SETSIGDEF | Libc.SPAWN_SETSIGMASK | Libc.SPAWN_SETSID));
    }
  }

  /**
   * Starts a program. Text has one character per octet.
   *
   * @param arguments its absolute name, then its arguments
   * @param environment {@code NAME=value} each
   * @param directory where it starts
   * @param streams descriptors for its standard input, output and error; they stay open here
   * @return its process id
   * @throws SpawnException if the system does not start it
   */
  public int spawn(
      List<String> arguments, List<String> environment, String directory, int[] streams)
      throws IOException {
    int octets = WORDS + octets(arguments) + octets(environment) + directory.length() + 1;
    if (octets <= BLOCK_OCTETS) {
      return spawn(new Words(BLOCK.get(), arguments, environment, directory), streams);
    }
    try (Memory block = new Memory(octets)) {
      return spawn(new Words(block, arguments, environment, directory), streams);
    }
  }

  /** What a vector of these takes. */
  private static int octets(List<String> strings) {
    int octets = Native.POINTER_SIZE;
    for (String string : strings) {
      octets += Native.POINTER_SIZE + string.length() + 1;
    }
    return octets;
  }

  private int spawn(Words words, int[] streams) throws IOException {
    long actions = words.block;
    Libc.check(Libc.posix_spawn_file_actions_init(actions), "file_actions_init");
    try {
      for (int i = 0; i < streams.length; i++) {
        Libc.check(Libc.posix_spawn_file_actions_adddup2(actions, streams[i], i), "adddup2");
      }
      int closed = Libc.posix_spawn_file_actions_addclosefrom_np(actions, streams.length);
      Libc.check(closed, "addclosefrom");
      Libc.check(Libc.posix_spawn_file_actions_addchdir_np(actions, words.directory), "addchdir");
      int error =
          Libc.posix_spawn(
              words.block + PID,
              words.path,
              actions,
              Pointer.nativeValue(attributes),
              words.arguments,
              words.environment);
      if (error != 0) {
        throw new SpawnException(Libc.message(error), error == ENOEXEC);
      }
      return words.target.getInt(PID);
    } finally {
      Libc.posix_spawn_file_actions_destroy(actions);
    }
  }

  /** Where in a block the words for a program lie. */
  private static final class Words {
    private final ByteBuffer target;
    private final long block;
    private final long arguments;
    private final long environment;
    private final long path;
    private final long directory;

    Words(Memory memory, List<String> arguments, List<String> environment, String directory) {
      this.target = memory.getByteBuffer(0, memory.size());
      this.block = Pointer.nativeValue(memory);
      target.position(WORDS);
      this.arguments = put(arguments);
      this.path = target.getLong(WORDS);
      this.environment = put(environment);
      this.directory = put(directory);
    }

    /** Writes a NULL-terminated array of pointers to strings, and these behind it. */
    private long put(List<String> strings) {
      int vector = target.position();
      target.position(vector + (strings.size() + 1) * Native.POINTER_SIZE);
      for (int i = 0; i < strings.size(); i++) {
        target.putLong(vector + i * Native.POINTER_SIZE, put(strings.get(i)));
      }
      target.putLong(vector + strings.size() * Native.POINTER_SIZE, 0);
      return block + vector;
    }

    private long put(String string) {
      long address = block + target.position();
      target.put(string.getBytes(StandardCharsets.ISO_8859_1)).put((byte) 0);
      return address;
    }
  }
}
