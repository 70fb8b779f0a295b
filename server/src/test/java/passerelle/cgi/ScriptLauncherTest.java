package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import passerelle.files.Requests;
import passerelle.http.ErrorPages;
import passerelle.http.Exchange;
import passerelle.http.Method;
import passerelle.http.SilentChannel;
import passerelle.io.OctetPath;

/** Both ways to start a program do the same. */
final class ScriptLauncherTest {
  @TempDir private Path folder;

  private static final long SOON_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Of each run of this class; they are of no use once they are closed. */
  private static List<ScriptLauncher> launchers;

  static List<ScriptLauncher> launchers() {
    return launchers;
  }

  @BeforeAll
  static void prepare() throws IOException {
    launchers = List.of(new PosixLauncher(), new JdkLauncher());
    for (ScriptLauncher launcher : launchers) {
      launcher.prepare();
    }
  }

  @AfterAll
  static void close() throws InterruptedException {
    for (ScriptLauncher launcher : launchers) {
      launcher.close();
    }
  }

  private static ContentSpool content(int octets) {
    Deque<Runnable> tasks = new ArrayDeque<>();
    Exchange exchange =
        new Exchange(
            Requests.of(Method.POST, "/"),
            SilentChannel.INSTANCE,
            tasks::addLast,
            new ErrorPages());
    ContentSpool spool =
        new ContentSpool(exchange, tasks::addLast, SpoolBudget.withDisk(1 << 30), () -> {});
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
            OctetPath.octets(folder.toRealPath()));
    try {
      return launcher.start(command, content);
    } catch (ScriptFailure e) {
      throw new AssertionError(e);
    }
  }

  private static byte[] read(ScriptProcess process) throws IOException {
    byte[] octets = null;
    while (octets == null) {
      assertTrue(process.await(SOON_NANOS), "nothing for a long time");
      octets = process.readOutput();
    }
    return octets;
  }

  private static String output(ScriptProcess process) throws IOException {
    StringBuilder output = new StringBuilder();
    for (byte[] octets = read(process); octets.length > 0; octets = read(process)) {
      output.append(new String(octets, StandardCharsets.ISO_8859_1));
    }
    return output.toString();
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void aProgramGetsArgumentsEnvironmentAndDirectory(ScriptLauncher launcher) throws IOException {
    ScriptProcess process =
        start(launcher, "echo \"$1, $WORD, [$HOME], $(pwd -P)\"; cat", content(0));
    String directory = OctetPath.octets(folder.toRealPath());
    assertEquals("an argument, a word, [], " + directory + "\n", output(process));
    assertTrue(process.reap(() -> true).isWell());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void contentIsItsInputWhetherSmallOrLarge(ScriptLauncher launcher) throws IOException {
    for (int size : new int[] {1, 60_000, 500_000}) {
      ContentSpool content = content(size);
      ScriptProcess process = start(launcher, "cat", content);
      assertEquals("x".repeat(size), output(process));
      assertTrue(process.reap(() -> true).isWell());
      content.close();
      Path file = content.file();
      assertTrue(file == null || !Files.exists(file));
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void aProgramNeedNotReadItsInput(ScriptLauncher launcher) throws IOException {
    ScriptProcess process = start(launcher, "exec <&-; echo done", content(60_000));
    assertEquals("done\n", output(process));
    assertTrue(process.reap(() -> true).isWell());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void theWayItEndsIsTold(ScriptLauncher launcher) throws IOException, InterruptedException {
    ScriptProcess process = start(launcher, "exit 3", content(0));
    assertEquals("", output(process));
    assertEquals("exited with status 3", process.reap(() -> true).words());
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void killingEndsItAndWhatItStarted(ScriptLauncher launcher) throws IOException {
    for (boolean isForced : new boolean[] {true, false}) {
      ScriptProcess process = start(launcher, "sleep 1000 & echo $!; wait", content(0));
      long child = Long.parseLong(new String(read(process), StandardCharsets.US_ASCII).strip());
      assertTrue(ProcessHandle.of(child).isPresent());
      process.kill(isForced);
      assertEquals("", output(process));
      assertTrue(
          process
              .reap(() -> true)
              .words()
              .matches("was killed by signal \\d+|exited with status 1\\d\\d"));
      awaitEnd(child);
      process.kill(true);
    }
  }

  private static void awaitEnd(long pid) {
    Awaitility.await().atMost(SOON_NANOS, TimeUnit.NANOSECONDS).until(() -> !isRunning(pid));
  }

  private static boolean isRunning(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void aProgramThatIsNotThereIsAFailure(ScriptLauncher launcher) {
    ScriptCommand command =
        new ScriptCommand(List.of("/nothing/here"), Map.of(), OctetPath.octets(folder));
    assertThrows(ScriptFailure.class, () -> launcher.start(command, content(0)));
    ScriptCommand homeless = new ScriptCommand(List.of("/bin/sh"), Map.of(), "/nothing/here");
    assertThrows(ScriptFailure.class, () -> launcher.start(homeless, content(0)));
  }

  @Test
  void aScriptThatHasEndedIsSilentWhileAnotherHoldsItsOutput() throws IOException {
    ScriptProcess process = start(launchers.get(0), "sleep 1000 & echo $!", content(0));
    long child = Long.parseLong(new String(read(process), StandardCharsets.US_ASCII).strip());
    try {
      Awaitility.await()
          .atMost(SOON_NANOS, TimeUnit.NANOSECONDS)
          .until(
              () -> {
                process.await(0);
                return process.hasEnded();
              });
      assertNull(process.readOutput());
      assertFalse(process.await(0), "there is nothing to read, and this is asked again and again");
      process.closeOutput();
      assertTrue(process.await(0), "it can be reaped");
    } finally {
      process.kill(true);
    }
    assertTrue(process.reap(() -> true).isWell());
    awaitEnd(child);
  }
}
