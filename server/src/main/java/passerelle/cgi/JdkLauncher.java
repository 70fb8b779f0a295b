package passerelle.cgi;

import java.io.File;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
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

  private record Running(Process process) implements ScriptProcess {
    @Override
    public int read(byte[] target, long deadlineNanos) throws IOException {
      // The reaper ends the script at its deadline, which ends this read.
      int count = process.getInputStream().read(target);
      if (count < 0) {
        return System.nanoTime() - deadlineNanos >= 0 ? TIMED_OUT : END;
      }
      return count;
    }

    @Override
    public String awaitEnd(BooleanSupplier leavesNothing) throws InterruptedException {
      int code = process.waitFor();
      try {
        process.getInputStream().close();
      } catch (IOException e) {
        return "exited with status " + code + ", and its output could not be closed";
      }
      return code == 0 ? "" : "exited with status " + code;
    }

    @Override
    public String errorTail() {
      return "";
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
