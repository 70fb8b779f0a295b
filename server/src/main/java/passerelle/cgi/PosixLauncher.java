package passerelle.cgi;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts scripts with {@code posix_spawn} (decision D11): each in a session of its own, with three
 * descriptors and no more, and with names as octets whatever the locale.
 *
 * <p>Safe from any thread.
 */
final class PosixLauncher implements ScriptLauncher {
  /** Larger than glibc's posix_spawn_file_actions_t (80) and posix_spawnattr_t (336). */
  private static final int STRUCT_OCTETS = 512;

  private static final int ENOEXEC = 8;

  private final Memory attributes = new Memory(STRUCT_OCTETS);

  /** Prepares what all starts share; fails where a function is missing. */
  PosixLauncher() {
    try (Memory signals = new Memory(128);
        Memory none = new Memory(128);
        Memory actions = new Memory(STRUCT_OCTETS)) {
      // The two youngest functions first: a C library without them is no place for this launcher.
      Posix.posix_spawn_file_actions_init(actions);
      Posix.posix_spawn_file_actions_addclosefrom_np(actions, 3);
      try (Memory root = Posix.string("/")) {
        Posix.posix_spawn_file_actions_addchdir_np(actions, root);
      }
      Posix.posix_spawn_file_actions_destroy(actions);
      none.clear();
      Posix.sigfillset(signals);
      Posix.posix_spawnattr_init(attributes);
      Posix.posix_spawnattr_setsigdefault(attributes, signals);
      Posix.posix_spawnattr_setsigmask(attributes, none);
      Posix.posix_spawnattr_setflags(
          attributes,
          (short) (Posix.SPAWN_SETSIGDEF | Posix.SPAWN_SETSIGMASK | Posix.SPAWN_SETSID));
    }
  }

  @Override
  public String description() {
    return "posix_spawn";
  }

  @Override
  public ScriptProcess start(ScriptCommand command, ContentSpool content)
      throws ScriptFailure, IOException {
    try (Pipes pipes = Pipes.open(content.inMemory().hasRemaining())) {
      int pid = spawn(command, content, pipes);
      PosixProcess process = new PosixProcess(pid, pipes, content.inMemory());
      pipes.handOver();
      return process;
    }
  }

  private int spawn(ScriptCommand command, ContentSpool content, Pipes pipes)
      throws ScriptFailure, IOException {
    String input = content.fileOctets() == null ? "/dev/null" : content.fileOctets();
    List<String> variables = new ArrayList<>();
    command.environment().forEach((name, value) -> variables.add(name + "=" + value));
    String program = command.arguments().get(0);
    try (Memory actions = new Memory(STRUCT_OCTETS);
        Memory pid = new Memory(4);
        Memory inputName = Posix.string(input == null ? "/dev/null" : input);
        Memory directory = Posix.string(command.directory());
        Memory path = Posix.string(program);
        Memory arguments = vector(command.arguments());
        Memory environment = vector(variables)) {
      Posix.check(Posix.posix_spawn_file_actions_init(actions), "file_actions_init");
      try {
        if (pipes.childInput() >= 0) {
          dup(actions, pipes.childInput(), 0);
        } else {
          Posix.check(
              Posix.posix_spawn_file_actions_addopen(actions, 0, inputName, Posix.O_RDONLY, 0),
              "addopen");
        }
        dup(actions, pipes.childOutput(), 1);
        dup(actions, pipes.childError(), 2);
        Posix.check(Posix.posix_spawn_file_actions_addclosefrom_np(actions, 3), "addclosefrom");
        Posix.check(Posix.posix_spawn_file_actions_addchdir_np(actions, directory), "addchdir");
        int error = Posix.posix_spawn(pid, path, actions, attributes, arguments, environment);
        if (error != 0) {
          String hint = error == ENOEXEC ? ": it has no #! line" : "";
          throw new ScriptFailure(
              "cannot start " + command.arguments() + ": " + Posix.message(error) + hint);
        }
        return pid.getInt(0);
      } finally {
        Posix.posix_spawn_file_actions_destroy(actions);
      }
    }
  }

  private static void dup(Pointer actions, int from, int to) throws IOException {
    Posix.check(Posix.posix_spawn_file_actions_adddup2(actions, from, to), "adddup2");
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
