package passerelle.jar;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * All processes that a program of the tests leads to. A variable in their environment marks them,
 * for some are nobody's descendants: Chromium's crash handlers begin sessions of their own.
 *
 * <p>Immutable.
 */
final class Family {
  private static final String VARIABLE = "OF_THE_TESTS";
  private static final AtomicLong NEXT = new AtomicLong();

  private final String mark;

  private Family(String mark) {
    this.mark = mark;
  }

  /** Marks the environment of a program that is about to be started. */
  static Family begin(Map<String, String> environment) {
    String value = ProcessHandle.current().pid() + "-" + NEXT.incrementAndGet();
    environment.put(VARIABLE, value);
    return new Family("\0" + VARIABLE + "=" + value + "\0");
  }

  /** Kills those that still run, and these processes, and waits for their end. */
  void end(Collection<ProcessHandle> others) {
    others.forEach(ProcessHandle::destroyForcibly);
    await("the end of the processes")
        .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
        .pollDelay(0, TimeUnit.MILLISECONDS)
        .pollInterval(20, TimeUnit.MILLISECONDS)
        .until(() -> kill().isEmpty() && others.stream().noneMatch(o -> isRunning(o.pid())));
  }

  /** Kills those that still run, and returns them. */
  List<ProcessHandle> kill() {
    List<ProcessHandle> members = ProcessHandle.allProcesses().filter(this::isMember).toList();
    members.forEach(ProcessHandle::destroyForcibly);
    return members;
  }

  private boolean isMember(ProcessHandle process) {
    try {
      byte[] environment = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/environ"));
      return ("\0" + new String(environment, StandardCharsets.ISO_8859_1)).contains(mark);
    } catch (IOException e) {
      return false; // somebody else's, or gone
    }
  }

  /** Whether a process runs. What nobody has reaped yet is dead all the same. */
  static boolean isRunning(long process) {
    try {
      return !Command.read(Path.of("/proc/" + process + "/stat")).contains(") Z ");
    } catch (IOException e) {
      return false;
    }
  }
}
