package passerelle.cgi;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.OctetPath;

/**
 * Starts scripts with the JDK's {@link ProcessBuilder}, where native calls are missing.
 *
 * <p>Slower than {@link PosixLauncher}, and limited: names outside the locale's charset cannot be
 * passed, a script's errors go to the server's own standard error, and what a script started is
 * found by walking the process table.
 *
 * <p>Safe from any thread.
 */
final class JdkLauncher implements ScriptLauncher {
  private static final Logger log = LoggerFactory.getLogger(JdkLauncher.class);
  private static final int SIGNALLED = 128;
  private static final int BUFFER_OCTETS = 16 * 1024;

  @Override
  public String description() {
    return "the JDK's ProcessBuilder";
  }

  @Override
  public ScriptProcess start(ScriptCommand command, ContentSpool content) throws ScriptFailure {
    ProcessBuilder builder =
        new ProcessBuilder(command.arguments().stream().map(OctetPath::display).toList());
    builder.directory(new File(OctetPath.display(command.directory())));
    Map<String, String> environment = builder.environment();
    environment.clear();
    command.environment().forEach((name, value) -> environment.put(name, OctetPath.display(value)));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Path file = content.file();
    if (file != null) {
      builder.redirectInput(file.toFile());
    }
    try {
      Process process = builder.start();
      try (var input = process.getOutputStream()) {
        ByteBuffer octets = content.inMemory();
        input.write(octets.array(), octets.arrayOffset() + octets.position(), octets.remaining());
      } catch (IOException e) {
        return new Running(process); // the script has closed its input, which is its right
      }
      return new Running(process);
    } catch (IOException e) {
      throw new ScriptFailure("cannot start " + command.arguments() + ": " + e.getMessage());
    }
  }

  @Override
  public void prepare() {}

  @Override
  public void close() {}

  /**
   * It cannot be watched: reading waits, and holds a worker. The reaper ends the script at its time
   * limit, which ends the reading.
   */
  private static final class Running implements ScriptProcess {
    private final Process process;
    private boolean isOutputEnded;

    Running(Process process) {
      this.process = process;
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

    @Override
    public byte[] readErrors() {
      return new byte[0]; // they go to the server's own standard error
    }

    @Override
    public void closeOutput() {
      isOutputEnded = true;
      try {
        process.getInputStream().close();
      } catch (IOException e) {
        log.debug("closing the output of a script", e);
      }
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
    public ScriptEnd reap(BooleanSupplier leavesNothing) throws IOException {
      closeOutput();
      try {
        int code = process.waitFor();
        // The JDK, like a shell, adds 128 to the number of a signal.
        return code > SIGNALLED
            ? new ScriptEnd(0, code - SIGNALLED, 0, 0)
            : new ScriptEnd(code, 0, 0, 0);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted while a script ended", e);
      }
    }

    @Override
    public void kill(boolean isForced) {
      // Found before any of them ends, since orphans cannot be found; the script first, so that it
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
