package passerelle.cgi;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import passerelle.posix.Libc;
import passerelle.posix.Pipes;

/**
 * Starts scripts with {@code posix_spawn} (decision D11): each in a session of its own, with three
 * descriptors and no more, and with names as octets whatever the locale.
 *
 * <p>It is called on {@link LaunchThreads} if the system allows these; there it costs the same
 * however many connections the server has.
 *
 * <p>Safe from any thread.
 */
final class PosixLauncher implements ScriptLauncher {
  /** Larger than glibc's posix_spawn_file_actions_t (80) and posix_spawnattr_t (336). */
  private static final int STRUCT_OCTETS = 512;

  private static final int ENOEXEC = 8;
  private static final long END_MILLIS = 2000;

  private final Memory attributes = new Memory(STRUCT_OCTETS);
  private final LaunchThreads threads = new LaunchThreads();
  private final Watch watch = new Watch();

  /** Prepares what all starts share; fails where a function is missing. */
  PosixLauncher() {
    try (Memory signals = new Memory(128);
        Memory none = new Memory(128);
        Memory actions = new Memory(STRUCT_OCTETS)) {
      // The two youngest functions first: a C library without them is no place for this launcher.
      Libc.posix_spawn_file_actions_init(actions);
      Libc.posix_spawn_file_actions_addclosefrom_np(actions, 3);
      try (Memory root = Libc.string("/")) {
        Libc.posix_spawn_file_actions_addchdir_np(actions, root);
      }
      Libc.posix_spawn_file_actions_destroy(actions);
      none.clear();
      Libc.sigfillset(signals);
      Libc.posix_spawnattr_init(attributes);
      Libc.posix_spawnattr_setsigdefault(attributes, signals);
      Libc.posix_spawnattr_setsigmask(attributes, none);
      Libc.posix_spawnattr_setflags(
          attributes, (short) (Libc.SPAWN_SETSIGDEF | Libc.SPAWN_SETSIGMASK | Libc.SPAWN_SETSID));
    }
  }

  @Override
  public void prepare() throws IOException {
    watch.open();
    threads.start();
  }

  @Override
  public String description() {
    return threads.areSeparate()
        ? "posix_spawn, on threads without connections"
        : "posix_spawn, which takes longer the more connections there are";
  }

  @Override
  public void close() throws InterruptedException {
    threads.close();
    watch.close();
    threads.awaitEnd(END_MILLIS);
    watch.awaitEnd(END_MILLIS);
  }

  @Override
  public ScriptProcess start(ScriptCommand command, ContentSpool content)
      throws ScriptFailure, IOException {
    int input = -1;
    try (Pipes pipes = Pipes.open()) {
      String inputName = content.fileOctets();
      if (inputName == null && content.inMemory().hasRemaining()) {
        input = memoryFile(content.inMemory());
      }
      String table = "/proc/self/task/" + Libc.gettid() + "/fd/";
      List<Stream> streams =
          List.of(
              inputName == null && input >= 0
                  ? new Stream(table + input, Libc.O_RDONLY)
                  : new Stream(inputName == null ? "/dev/null" : inputName, Libc.O_RDONLY),
              new Stream(table + pipes.scriptsOutput(), Libc.O_WRONLY),
              new Stream(table + pipes.scriptsError(), Libc.O_WRONLY));
      int pid =
          threads.areSeparate()
              ? threads.call(() -> spawn(command, streams), PosixLauncher::end)
              : spawn(command, streams);
      PosixProcess process = new PosixProcess(pid, pipes, watch);
      pipes.handOver();
      return process;
    } finally {
      if (input >= 0) {
        Libc.close(input);
      }
    }
  }

  /** A file in memory with these octets: a script that reads slowly needs nobody to feed it. */
  private static int memoryFile(ByteBuffer octets) throws IOException {
    try (Memory name = Libc.string("content");
        Memory source = new Memory(octets.remaining())) {
      source.write(0, octets.array(), octets.arrayOffset() + octets.position(), octets.remaining());
      int descriptor = Libc.memfd_create(name, Libc.MFD_CLOEXEC);
      if (descriptor < 0) {
        Libc.check(Native.getLastError(), "memfd_create");
      }
      if (Libc.write(descriptor, source, source.size()) != source.size()) {
        Libc.close(descriptor);
        throw new IOException("the content could not be written to memory");
      }
      return descriptor;
    }
  }

  /** What a script's standard stream is opened as: a file, or another thread's descriptor. */
  private record Stream(String name, int flags) {
    int open() throws IOException {
      try (Memory path = Libc.string(name)) {
        int descriptor = Libc.open(path, flags | Libc.O_CLOEXEC);
        if (descriptor < 0) {
          Libc.check(Native.getLastError(), "open " + name);
        }
        return descriptor;
      }
    }
  }

  /** Opens the streams, starts the program with them, closes them: all on one thread. */
  private int spawn(ScriptCommand command, List<Stream> streams) throws ScriptFailure, IOException {
    int[] opened = {-1, -1, -1};
    try {
      for (int i = 0; i < opened.length; i++) {
        opened[i] = streams.get(i).open();
      }
      return spawn(command, opened);
    } finally {
      for (int descriptor : opened) {
        if (descriptor >= 0) {
          Libc.close(descriptor);
        }
      }
    }
  }

  private int spawn(ScriptCommand command, int[] streams) throws ScriptFailure, IOException {
    List<String> variables = new ArrayList<>();
    command.environment().forEach((name, value) -> variables.add(name + "=" + value));
    try (Memory actions = new Memory(STRUCT_OCTETS);
        Memory pid = new Memory(4);
        Memory directory = Libc.string(command.directory());
        Memory path = Libc.string(command.arguments().get(0));
        Memory arguments = vector(command.arguments());
        Memory environment = vector(variables)) {
      Libc.check(Libc.posix_spawn_file_actions_init(actions), "file_actions_init");
      try {
        for (int i = 0; i < streams.length; i++) {
          Libc.check(Libc.posix_spawn_file_actions_adddup2(actions, streams[i], i), "adddup2");
        }
        Libc.check(Libc.posix_spawn_file_actions_addclosefrom_np(actions, 3), "addclosefrom");
        Libc.check(Libc.posix_spawn_file_actions_addchdir_np(actions, directory), "addchdir");
        int error = Libc.posix_spawn(pid, path, actions, attributes, arguments, environment);
        if (error != 0) {
          throw failure(command, error);
        }
        return pid.getInt(0);
      } finally {
        Libc.posix_spawn_file_actions_destroy(actions);
      }
    }
  }

  /** Nobody waits for this process any more. */
  private static void end(int pid) {
    Libc.kill(-pid, Libc.SIGKILL);
    try (Memory status = new Memory(4)) {
      Libc.wait4(pid, status, 0, Pointer.NULL);
    }
  }

  private static ScriptFailure failure(ScriptCommand command, int error) {
    String hint = error == ENOEXEC ? ": it has no #! line" : "";
    return new ScriptFailure(
        "cannot start " + command.arguments() + ": " + Libc.message(error) + hint);
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
