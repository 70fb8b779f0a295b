package passerelle.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.OctetPath;

/**
 * Starts programs with the JDK's {@link ProcessBuilder}, where native calls are missing.
 *
 * <p>Slower than {@link PosixLauncher}, and limited: names outside the locale's charset cannot be
 * passed, each program's errors take a thread, and what a program started is found by walking the
 * process table.
 *
 * <p>Safe from any thread.
 */
final class JdkLauncher implements Launcher {
  private static final Logger log = LoggerFactory.getLogger(JdkLauncher.class);
  private static final File NOTHING = new File("/dev/null");
  private static final int SIGNALLED = 128;
  private static final int BUFFER_OCTETS = 16 * 1024;

  @Override
  public String description() {
    return "the JDK's ProcessBuilder";
  }

  @Override
  public Child start(Command command, Stdin stdin) throws LaunchFailure, IOException {
    ProcessBuilder builder =
        new ProcessBuilder(command.arguments().stream().map(OctetPath::display).toList());
    builder.directory(new File(OctetPath.display(command.directory())));
    Map<String, String> environment = builder.environment();
    environment.clear();
    command.environment().forEach((name, value) -> environment.put(name, OctetPath.display(value)));
    if (stdin instanceof Stdin.Contents contents) {
      builder.redirectInput(contents.file().toFile());
      return start(command, builder);
    }
    ByteBuffer octets = ((Stdin.Octets) stdin).content();
    if (!octets.hasRemaining()) {
      builder.redirectInput(NOTHING);
      return start(command, builder);
    }
    // Not through a pipe: a program that prints before it reads would wait for us, and we for it.
    Path file = Files.createTempFile("passerelle-", ".stdin");
    try {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        ByteBuffer rest = octets.duplicate();
        while (rest.hasRemaining()) {
          channel.write(rest);
        }
      }
      builder.redirectInput(file.toFile());
      return start(command, builder);
    } finally {
      Files.deleteIfExists(file); // the program has it open
    }
  }

  private static Child start(Command command, ProcessBuilder builder) throws LaunchFailure {
    try {
      return child(builder.start());
    } catch (IOException e) {
      throw new LaunchFailure("cannot start " + command.arguments() + ": " + e.getMessage());
    }
  }

  /** A process that nobody gets to know is ended; the JDK reaps it. */
  static Child child(Process process) {
    boolean isKnown = false;
    try {
      Child child = new Running(process);
      isKnown = true;
      return child;
    } finally {
      if (!isKnown) {
        process.destroyForcibly();
        close(process.getInputStream());
        close(process.getErrorStream());
      }
    }
  }

  private static void close(InputStream output) {
    try {
      output.close();
    } catch (IOException e) {
      log.debug("closing the output of a program", e);
    }
  }

  @Override
  public void prepare() {}

  @Override
  public void close() {}

  /**
   * It cannot be watched: reading waits, and holds a worker. The reaper ends the program at its
   * time limit, which ends the reading.
   */
  private static final class Running implements Child {
    private final Process process;
    private final ErrorReader errors;
    private boolean isOutputEnded;

    Running(Process process) {
      this.process = process;
      this.errors = new ErrorReader(process.getErrorStream());
    }

    @Override
    public long pid() {
      return process.pid();
    }

    @Override
    public boolean await(long nanos) {
      return true;
    }

    @Override
    public boolean tellsSilence() {
      return false;
    }

    @Override
    public byte[] readOutput() throws IOException {
      byte[] buffer = new byte[BUFFER_OCTETS];
      int count = isOutputEnded ? -1 : process.getInputStream().read(buffer);
      isOutputEnded = count < 0;
      return Arrays.copyOf(buffer, Math.max(0, count));
    }

    /** Once the output has ended it waits for the program's end, as reaping would. */
    @Override
    public byte @Nullable [] readErrors() throws IOException {
      if (!isOutputEnded) {
        return errors.take();
      }
      awaitEnd();
      byte[] rest = errors.takeRest();
      return rest == null ? new byte[0] : rest;
    }

    private int awaitEnd() throws IOException {
      try {
        return process.waitFor();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while a program ended", e);
      }
    }

    @Override
    public void closeOutput() {
      isOutputEnded = true;
      close(process.getInputStream());
    }

    @Override
    public boolean hasEnded() {
      return isOutputEnded;
    }

    @Override
    public void watch(Runnable onReady) {
      throw new UnsupportedOperationException("reading waits");
    }

    @Override
    public void unwatch() {}

    @Override
    public Exit reap(BooleanSupplier leavesNothing) throws IOException {
      closeOutput();
      int code = awaitEnd();
      errors.close();
      // The JDK, like a shell, adds 128 to the number of a signal.
      return code > SIGNALLED ? new Exit(0, code - SIGNALLED, 0, 0) : new Exit(code, 0, 0, 0);
    }

    @Override
    public void kill(boolean isForced) {
      // Found before any of them ends, since orphans cannot be found; the program first, so that it
      // cannot go on without its children.
      List<ProcessHandle> all = new ArrayList<>();
      all.add(process.toHandle());
      process.descendants().forEach(all::add);
      for (ProcessHandle handle : all) {
        if (isForced) {
          handle.destroyForcibly();
        } else {
          handle.destroy();
        }
      }
    }
  }
}
