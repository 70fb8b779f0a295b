package passerelle.posix;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
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

  private final Memory attributes = new Memory(STRUCT_OCTETS);

  /** Prepares what all starts share. Only where {@link Libc#isAvailable}. */
  public Spawner() {
    try (Memory signals = new Memory(SIGSET_OCTETS);
        Memory none = new Memory(SIGSET_OCTETS)) {
      none.clear();
      Libc.sigfillset(signals);
      Libc.posix_spawnattr_init(attributes);
      Libc.posix_spawnattr_setsigdefault(attributes, signals);
      Libc.posix_spawnattr_setsigmask(attributes, none);
      Libc.posix_spawnattr_setflags(
          attributes, (short) (Libc.SPAWN_SETSIGDEF | Libc.SPAWN_SETSIGMASK | Libc.SPAWN_SETSID));
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
    try (Memory actions = new Memory(STRUCT_OCTETS);
        Memory pid = new Memory(Integer.BYTES);
        Memory folder = Libc.string(directory);
        Memory path = Libc.string(arguments.get(0));
        Memory words = vector(arguments);
        Memory variables = vector(environment)) {
      Libc.check(Libc.posix_spawn_file_actions_init(actions), "file_actions_init");
      try {
        for (int i = 0; i < streams.length; i++) {
          Libc.check(Libc.posix_spawn_file_actions_adddup2(actions, streams[i], i), "adddup2");
        }
        int closed = Libc.posix_spawn_file_actions_addclosefrom_np(actions, streams.length);
        Libc.check(closed, "addclosefrom");
        Libc.check(Libc.posix_spawn_file_actions_addchdir_np(actions, folder), "addchdir");
        int error = Libc.posix_spawn(pid, path, actions, attributes, words, variables);
        if (error != 0) {
          throw new SpawnException(Libc.message(error), error == ENOEXEC);
        }
        return pid.getInt(0);
      } finally {
        Libc.posix_spawn_file_actions_destroy(actions);
      }
    }
  }

  /** A NULL-terminated array of pointers to strings, all in one block. */
  private static Memory vector(List<String> strings) {
    long pointers = (strings.size() + 1L) * Native.POINTER_SIZE;
    long size = pointers;
    for (String string : strings) {
      size += string.length() + 1L;
    }
    Memory block = new Memory(size);
    long at = pointers;
    for (int i = 0; i < strings.size(); i++) {
      byte[] octets = strings.get(i).getBytes(StandardCharsets.ISO_8859_1);
      block.setPointer((long) i * Native.POINTER_SIZE, block.share(at));
      block.write(at, octets, 0, octets.length);
      block.setByte(at + octets.length, (byte) 0);
      at += octets.length + 1L;
    }
    block.setPointer((long) strings.size() * Native.POINTER_SIZE, Pointer.NULL);
    return block;
  }
}
