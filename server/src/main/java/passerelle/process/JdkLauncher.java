package passerelle.process;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.OctetPath;
import passerelle.io.TemporaryFiles;

/**
 * Starts programs with the JDK's {@link ProcessBuilder}, where native calls are missing.
 *
 * <p>Slower than {@link PosixLauncher}, and limited: names outside the locale's charset cannot be
 * passed, each program's output and errors take a thread each, and what a program started is found
 * by walking the process table.
 *
 * <p>Safe from any thread.
 */
final class JdkLauncher implements Launcher {
  private static final Logger log = LoggerFactory.getLogger(JdkLauncher.class);
  private static final File NOTHING = new File("/dev/null");

  private final TemporaryFiles files;

  /** Starts programs whose standard input goes through such files. */
  JdkLauncher(TemporaryFiles files) {
    this.files = files;
  }

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
    Path file = kept(octets.duplicate());
    try {
      builder.redirectInput(file.toFile());
      return start(command, builder);
    } finally {
      delete(file); // the program has it open
    }
  }

  /** Whatever becomes of the file, the program that was started is not lost. */
  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      log.warn("a temporary file is left behind: {}", e.toString());
    }
  }

  /** A file with these octets, for the caller to delete. */
  private Path kept(ByteBuffer octets) throws StdinFailure {
    try {
      Path file = files.newFile(".stdin");
      boolean isWritten = false;
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        while (octets.hasRemaining()) {
          channel.write(octets);
        }
        isWritten = true;
      } finally {
        if (!isWritten) {
          Files.deleteIfExists(file);
        }
      }
      return file;
    } catch (IOException e) {
      throw new StdinFailure(e);
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
  static Child child(Process process) throws IOException {
    boolean isKnown = false;
    try {
      Child child = new JdkChild(process);
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
}
