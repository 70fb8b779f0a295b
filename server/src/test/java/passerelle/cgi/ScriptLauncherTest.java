package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import passerelle.files.Requests;
import passerelle.http.ErrorPages;
import passerelle.http.Exchange;
import passerelle.http.Method;
import passerelle.http.SilentChannel;

/** Both ways to start a program do the same. */
final class ScriptLauncherTest {
  @TempDir private Path folder;

  static List<ScriptLauncher> launchers() {
    return List.of(new PosixLauncher(), new JdkLauncher());
  }

  private static long soon() {
    return System.nanoTime() + TimeUnit.SECONDS.toNanos(15);
  }

  private static ContentSpool content(int octets) {
    Deque<Runnable> tasks = new ArrayDeque<>();
    Exchange exchange =
        new Exchange(
            Requests.of(Method.POST, "/"),
            SilentChannel.INSTANCE,
            tasks::addLast,
            new ErrorPages());
    ContentSpool spool = new ContentSpool(exchange, tasks::addLast, () -> {});
    for (int left = octets; left > 0; left -= 8192) {
      byte[] part = "x".repeat(Math.min(left, 8192)).getBytes(StandardCharsets.US_ASCII);
      spool.onContent(ByteBuffer.wrap(part));
      runAll(tasks);
    }
    spool.onComplete();
    runAll(tasks);
    return spool;
  }

  private static void runAll(Deque<Runnable> tasks) {
    while (!tasks.isEmpty()) {
      tasks.removeFirst().run();
    }
  }

  private ScriptProcess start(ScriptLauncher launcher, String script, ContentSpool content)
      throws IOException {
    ScriptCommand command =
        new ScriptCommand(
            List.of("/bin/sh", "-c", script, "name", "an argument"),
            Map.of("PATH", "/usr/bin:/bin", "WORD", "a word"),
            folder.toRealPath().toString());
    try {
      return launcher.start(command, content);
    } catch (ScriptFailure e) {
      throw new AssertionError(e);
    }
  }

  private static String output(ScriptProcess process) throws IOException {
    StringBuilder output = new StringBuilder();
    byte[] buffer = new byte[1000];
    for (int count = process.read(buffer, soon());
        count != ScriptProcess.END;
        count = process.read(buffer, soon())) {
      assertTrue(count != ScriptProcess.TIMED_OUT, "no end of the output");
      output.append(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
    }
    return output.toString();
  }

  @ParameterizedTest
  @MethodSource("launchers")
  void aProgramGetsArgumentsEnvironmentAndDirectory(ScriptLauncher launcher)
      throws IOException, InterruptedException {
    ScriptProcess process =
        start(launcher, "echo \"$1, $WORD, [$HOME], $(pwd -P)\"; cat", content(0));
    assertEquals("an argument, a word, [], " + folder.toRealPath() + "\n", output(process));
    assertEquals("", process.awaitEnd(() -> true));
  }

  @ParameterizedTest
  @MethodSource("launchers")
  void contentIsItsInputWhetherSmallOrLarge(ScriptLauncher launcher)
      throws IOException, InterruptedException {
    for (int size : new int[] {1, 60_000, 500_000}) {
      ContentSpool content = content(size);
      ScriptProcess process = start(launcher, "cat", content);
      assertEquals("x".repeat(size), output(process));
      assertEquals("", process.awaitEnd(() -> true));
      content.close();
      Path file = content.file();
      assertTrue(file == null || !Files.exists(file));
    }
  }

  @ParameterizedTest
  @MethodSource("launchers")
  void aProgramNeedNotReadItsInput(ScriptLauncher launcher)
      throws IOException, InterruptedException {
    ScriptProcess process = start(launcher, "exec <&-; echo done", content(60_000));
    assertEquals("done\n", output(process));
    assertEquals("", process.awaitEnd(() -> true));
  }

  @ParameterizedTest
  @MethodSource("launchers")
  void theWayItEndsIsTold(ScriptLauncher launcher) throws IOException, InterruptedException {
    ScriptProcess process = start(launcher, "exit 3", content(0));
    assertEquals("", output(process));
    assertEquals("exited with status 3", process.awaitEnd(() -> true));
  }

  @ParameterizedTest
  @MethodSource("launchers")
  void killingEndsItAndWhatItStarted(ScriptLauncher launcher)
      throws IOException, InterruptedException {
    for (boolean isForced : new boolean[] {true, false}) {
      ScriptProcess process = start(launcher, "sleep 1000 & echo $!; wait", content(0));
      byte[] buffer = new byte[100];
      int count = process.read(buffer, soon());
      long child = Long.parseLong(new String(buffer, 0, count, StandardCharsets.US_ASCII).strip());
      assertTrue(ProcessHandle.of(child).isPresent());
      process.kill(isForced);
      assertEquals("", output(process));
      assertTrue(
          process
              .awaitEnd(() -> true)
              .matches("was killed by signal \\d+|exited with status 1\\d\\d"));
      Awaitility.await().until(() -> !isRunning(child));
      process.kill(true);
    }
  }

  private static boolean isRunning(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @MethodSource("launchers")
  void aProgramThatIsNotThereIsAFailure(ScriptLauncher launcher) {
    ScriptCommand command =
        new ScriptCommand(List.of("/nothing/here"), Map.of(), folder.toString());
    assertThrows(ScriptFailure.class, () -> launcher.start(command, content(0)));
    ScriptCommand homeless = new ScriptCommand(List.of("/bin/sh"), Map.of(), "/nothing/here");
    assertThrows(ScriptFailure.class, () -> launcher.start(homeless, content(0)));
  }
}
