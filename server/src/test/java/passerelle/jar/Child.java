package passerelle.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * A program that the tests started. It does not outlive them: {@link #close} ends it and all that
 * it started, and so does the end of the tests' JVM.
 *
 * <p>Safe from any thread.
 */
final class Child implements AutoCloseable {
  private static final int GRACE_SECONDS = 20;
  private static final Set<Child> LIVING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> LIVING.forEach(Child::kill), "end-of-children"));
  }

  private final Process process;
  private final Family family;
  private final Path outFile;
  private final Path errFile;

  Child(Process process, Family family, Path outFile, Path errFile) {
    this.process = process;
    this.family = family;
    this.outFile = outFile;
    this.errFile = errFile;
    LIVING.add(this);
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** The processes that this one started and that still run. */
  List<ProcessHandle> descendants() {
    return process.descendants().toList();
  }

  /** What it wrote to standard output so far. */
  String out() throws IOException {
    return Command.read(outFile);
  }

  /** What it wrote to standard error so far. */
  String err() throws IOException {
    return Command.read(errFile);
  }

  /** Sends a signal, such as {@code TERM}. */
  void signal(String name) throws IOException {
    // The shell's own: not every machine has it as a program.
    String script = "kill -s " + name + " " + process.pid();
    Command.Outcome kill = Command.of("sh", "-c", script).run();
    if (kill.code() != 0) {
      throw new IOException("kill: " + kill.err());
    }
  }

  /** Waits for its end; returns the exit code. */
  int awaitExit() throws IOException {
    try {
      if (!process.waitFor(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("still running; it wrote: " + out() + err());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /**
   * Asks it to end by SIGTERM, kills it if it does not, and all that it started, and forgets what
   * it wrote. Nothing of it runs any more afterwards.
   */
  @Override
  public void close() throws IOException {
    try {
      Set<ProcessHandle> started = new HashSet<>(descendants());
      process.destroy();
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        started.addAll(descendants());
        started.add(process.toHandle());
      }
      family.end(started);
    } catch (InterruptedException e) {
      kill();
      Thread.currentThread().interrupt();
    } finally {
      LIVING.remove(this);
      Files.deleteIfExists(outFile);
      Files.deleteIfExists(errFile);
    }
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    family.kill();
  }
}
