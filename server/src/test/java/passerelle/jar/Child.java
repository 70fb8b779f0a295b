package passerelle.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
  private static final Set<Process> LIVING = ConcurrentHashMap.newKeySet();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> LIVING.forEach(Child::kill), "end-of-children"));
  }

  private final Process process;
  private final Path outFile;
  private final Path errFile;

  Child(Process process, Path outFile, Path errFile) {
    this.process = process;
    this.outFile = outFile;
    this.errFile = errFile;
    LIVING.add(process);
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
    Command.Outcome kill = Command.of("kill", "-s", name, Long.toString(process.pid())).run();
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

  /** Asks it to end by SIGTERM, kills it if it does not, and forgets what it wrote. */
  @Override
  public void close() throws IOException {
    try {
      List<ProcessHandle> started = descendants();
      process.destroy();
      if (!process.waitFor(GRACE_SECONDS, TimeUnit.SECONDS)) {
        kill(process);
      }
      started.forEach(ProcessHandle::destroyForcibly);
    } catch (InterruptedException e) {
      kill(process);
      Thread.currentThread().interrupt();
    } finally {
      LIVING.remove(process);
      Files.deleteIfExists(outFile);
      Files.deleteIfExists(errFile);
    }
  }

  private static void kill(Process process) {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
