package passerelle.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import passerelle.io.OctetPath;
import passerelle.posix.Descriptor;
import passerelle.posix.Libc;
import passerelle.posix.Pipes;
import passerelle.posix.ProcessCalls;
import passerelle.posix.SpawnException;
import passerelle.posix.Spawner;

/**
 * Starts programs with {@code posix_spawn} (decision D11): each in a session of its own, with three
 * descriptors and no more, and with names as octets whatever the locale.
 *
 * <p>With few descriptors it is called where it is wanted. With many that takes long, and then
 * {@link LaunchThreads} do it, if the system allows these: there it costs the same however many
 * connections the server has.
 *
 * <p>Safe from any thread.
 */
final class PosixLauncher implements Launcher {
  private static final long END_MILLIS = 2000;
  private static final String NOTHING = "/dev/null";

  private final Spawner spawner = new Spawner();
  private final LaunchThreads threads = new LaunchThreads();
  private final PipePoller poller = new PipePoller();
  private final BooleanSupplier isTableLarge;

  PosixLauncher() {
    this(new DescriptorTable()::isLarge);
  }

  /**
   * One that is told in another way how many descriptors there are. For tests.
   *
   * @param isTableLarge whether to start programs elsewhere
   */
  PosixLauncher(BooleanSupplier isTableLarge) {
    this.isTableLarge = isTableLarge;
  }

  @Override
  public void prepare() throws IOException {
    poller.open();
    threads.start();
  }

  @Override
  public String description() {
    return threads.areSeparate()
        ? "posix_spawn, on threads without connections if there are many"
        : "posix_spawn, which takes longer the more connections there are";
  }

  @Override
  public void close() throws InterruptedException {
    threads.close();
    poller.close();
    threads.awaitEnd(END_MILLIS);
    poller.awaitEnd(END_MILLIS);
  }

  @Override
  public Child start(Command command, Stdin stdin) throws LaunchFailure, IOException {
    int input = Descriptor.NONE;
    try (Pipes pipes = Pipes.open()) {
      String inputName = NOTHING;
      if (stdin instanceof Stdin.Contents contents) {
        inputName = OctetPath.octets(contents.file());
      } else if (stdin instanceof Stdin.Octets octets && octets.content().hasRemaining()) {
        input = Descriptor.ofMemory(octets.content()); // nobody has to feed who reads slowly
        inputName = Descriptor.name(input);
      }
      int pid =
          threads.areSeparate() && isTableLarge.getAsBoolean()
              ? spawnElsewhere(command, inputName, pipes)
              : spawnHere(command, inputName, pipes);
      return child(pid, pipes);
    } finally {
      if (input != Descriptor.NONE) {
        Descriptor.close(input);
      }
    }
  }

  /** A child that nobody gets to know is ended. */
  private Child child(int pid, Pipes pipes) {
    boolean isKnown = false;
    try {
      Child child = new PosixChild(pid, pipes, poller);
      isKnown = true;
      return child;
    } finally {
      if (!isKnown) {
        end(pid);
      }
    }
  }

  /** On this thread, and with its descriptors. */
  private int spawnHere(Command command, String inputName, Pipes pipes)
      throws LaunchFailure, IOException {
    int input = Descriptor.open(inputName, Libc.O_RDONLY);
    try {
      return spawn(command, new int[] {input, pipes.childsOutput(), pipes.childsError()});
    } finally {
      Descriptor.close(input);
    }
  }

  /** On a thread that has none of this one's descriptors, and opens them anew by their names. */
  private int spawnElsewhere(Command command, String inputName, Pipes pipes)
      throws LaunchFailure, IOException {
    List<Stream> streams =
        List.of(
            new Stream(inputName, Libc.O_RDONLY),
            new Stream(Descriptor.name(pipes.childsOutput()), Libc.O_WRONLY),
            new Stream(Descriptor.name(pipes.childsError()), Libc.O_WRONLY));
    return threads.call(() -> spawn(command, streams), PosixLauncher::end);
  }

  /** What a program's standard stream is opened as: a file, or another thread's descriptor. */
  private record Stream(String name, int flags) {
    int open() throws IOException {
      return Descriptor.open(name, flags);
    }
  }

  /** Opens the streams, starts the program with them, closes them: all on one thread. */
  private int spawn(Command command, List<Stream> streams) throws LaunchFailure, IOException {
    int[] opened = {Descriptor.NONE, Descriptor.NONE, Descriptor.NONE};
    try {
      for (int i = 0; i < opened.length; i++) {
        opened[i] = streams.get(i).open();
      }
      return spawn(command, opened);
    } finally {
      for (int descriptor : opened) {
        if (descriptor != Descriptor.NONE) {
          Descriptor.close(descriptor);
        }
      }
    }
  }

  private int spawn(Command command, int[] streams) throws LaunchFailure, IOException {
    List<String> variables = new ArrayList<>();
    command.environment().forEach((name, value) -> variables.add(name + "=" + value));
    try {
      return spawner.spawn(command.arguments(), variables, command.directory(), streams);
    } catch (SpawnException e) {
      String hint = e.isFormatUnknown() ? ": it has no #! line" : "";
      throw new LaunchFailure("cannot start " + command.arguments() + ": " + e.getMessage() + hint);
    }
  }

  /** Nobody waits for this process any more. */
  private static void end(int pid) {
    ProcessCalls.signal(-pid, Libc.SIGKILL);
    ProcessCalls.reap(pid);
  }
}
