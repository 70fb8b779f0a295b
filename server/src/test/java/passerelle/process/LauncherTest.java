package passerelle.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import passerelle.harness.Needs;
import passerelle.io.OctetPath;
import passerelle.io.TemporaryFiles;
import passerelle.posix.Libc;

/** All ways to start a program do the same. */
final class LauncherTest {
  @TempDir private Path folder;

  private static final int MOST_IN_MEMORY = 200_000;
  private static final long SOON_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Of each run of this class; they are of no use once they are closed. */
  private static List<Launcher> launchers;

  static List<Launcher> launchers() {
    return launchers;
  }

  @BeforeAll
  static void prepare() throws IOException {
    launchers =
        Libc.isAvailable()
            ? List.of(
                new PosixLauncher(() -> false),
                new PosixLauncher(() -> true),
                new JdkLauncher(TemporaryFiles.PLAIN))
            : List.of(new JdkLauncher(TemporaryFiles.PLAIN));
    for (Launcher launcher : launchers) {
      launcher.prepare();
    }
  }

  @AfterAll
  static void close() throws InterruptedException {
    for (Launcher launcher : launchers) {
      launcher.close();
    }
  }

  /** Octets; many of them in a file. */
  private Stdin content(int octets) throws IOException {
    byte[] content = "x".repeat(octets).getBytes(StandardCharsets.US_ASCII);
    return octets <= MOST_IN_MEMORY
        ? new Stdin.Octets(ByteBuffer.wrap(content))
        : new Stdin.Contents(Files.write(folder.resolve("content"), content));
  }

  private Child start(Launcher launcher, String script, Stdin content) throws IOException {
    Command command =
        new Command(
            List.of("/bin/sh", "-c", script, "name", "an argument"),
            Map.of("PATH", "/usr/bin:/bin", "WORD", "a word"),
            OctetPath.octets(folder.toRealPath()));
    try {
      return launcher.start(command, content);
    } catch (LaunchFailure e) {
      throw new AssertionError(e);
    }
  }

  private static String ending(Child process) throws IOException {
    Exit exit = process.reap(() -> true);
    return exit.signal() == 0 ? "exit " + exit.code() : "signal " + exit.signal();
  }

  private static byte[] read(Child process) throws IOException {
    byte[] octets = null;
    while (octets == null) {
      assertTrue(process.await(SOON_NANOS), "nothing for a long time");
      octets = process.readOutput();
    }
    return octets;
  }

  private static String output(Child process) throws IOException {
    StringBuilder output = new StringBuilder();
    for (byte[] octets = read(process); octets.length > 0; octets = read(process)) {
      output.append(new String(octets, StandardCharsets.ISO_8859_1));
    }
    return output.toString();
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void aProgramGetsArgumentsEnvironmentAndDirectory(Launcher launcher) throws IOException {
    Child process = start(launcher, "echo \"$1, $WORD, [$HOME], $(pwd -P)\"; cat", content(0));
    String directory = OctetPath.octets(folder.toRealPath());
    assertEquals("an argument, a word, [], " + directory + "\n", output(process));
    assertEquals("exit 0", ending(process));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void contentIsItsInputWhetherSmallOrLarge(Launcher launcher) throws IOException {
    for (int size : new int[] {1, MOST_IN_MEMORY, 500_000}) {
      Child process = start(launcher, "cat", content(size));
      assertEquals("x".repeat(size), output(process));
      assertEquals("exit 0", ending(process));
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void aProgramNeedNotReadItsInput(Launcher launcher) throws IOException {
    Child process = start(launcher, "exec <&-; echo done", content(60_000));
    assertEquals("done\n", output(process));
    assertEquals("exit 0", ending(process));
  }

  /** Whoever feeds it must not wait for it to read, while it waits for somebody to read. */
  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void aProgramMayPrintALotBeforeItReads(Launcher launcher) throws IOException {
    Child process = start(launcher, "head -c 300000 /dev/zero; wc -c", content(MOST_IN_MEMORY));
    assertEquals(MOST_IN_MEMORY + "\n", output(process).substring(300_000).strip() + "\n");
    assertEquals("exit 0", ending(process));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void nothingOfItsInputIsLeftBehind(Launcher launcher) throws IOException {
    long before = temporaryFiles();
    Child process = start(launcher, "cat >/dev/null", content(10));
    assertEquals("", output(process));
    assertEquals("exit 0", ending(process));
    assertEquals(before, temporaryFiles());
  }

  private static long temporaryFiles() throws IOException {
    try (Stream<Path> all = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return all.filter(file -> file.toString().endsWith(".stdin")).count();
    }
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void theWayItEndsIsTold(Launcher launcher) throws IOException, InterruptedException {
    Child process = start(launcher, "exit 3", content(0));
    assertEquals("", output(process));
    assertEquals("exit 3", ending(process));
  }

  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void killingEndsItAndWhatItStarted(Launcher launcher) throws IOException {
    for (boolean isForced : new boolean[] {true, false}) {
      Child process = start(launcher, "sleep 1000 & echo $!; wait", content(0));
      long child = Long.parseLong(new String(read(process), StandardCharsets.US_ASCII).strip());
      assertTrue(ProcessHandle.of(child).isPresent());
      process.kill(isForced);
      assertEquals("", output(process));
      assertTrue(ending(process).matches("signal \\d+|exit 1\\d\\d"));
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
  void aProgramThatIsNotThereIsAFailure(Launcher launcher) {
    Command command = new Command(List.of("/nothing/here"), Map.of(), OctetPath.octets(folder));
    assertThrows(LaunchFailure.class, () -> launcher.start(command, content(0)));
    Command homeless = new Command(List.of("/bin/sh"), Map.of(), "/nothing/here");
    assertThrows(LaunchFailure.class, () -> launcher.start(homeless, content(0)));
  }

  @Test
  void aProgramThatHasEndedIsSilentWhileAnotherHoldsItsOutput() throws IOException {
    Needs.nativeCalls();
    Child process = start(launchers.get(0), "sleep 1000 & echo $!", content(0));
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
    assertEquals("exit 0", ending(process));
    awaitEnd(child);
  }

  /** Its id may be another's by then. */
  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("launchers")
  void whatWasReapedIsNeitherAwaitedNorSignalledAgain(Launcher launcher) throws IOException {
    Child process = start(launcher, "exit 3", content(0));
    assertEquals("exit 3", ending(process));
    boolean[] isAsked = new boolean[1];
    process.reap(() -> isAsked[0] = true);
    assertFalse(isAsked[0]);
  }

  /** There may be no thread left to read its errors. */
  @Test
  void aProgramThatNobodyGetsToKnowIsEnded() throws Exception {
    Process real = new ProcessBuilder("sleep", "1000").start();
    Process process =
        new Process() {
          private int asked;

          @Override
          public OutputStream getOutputStream() {
            return real.getOutputStream();
          }

          @Override
          public InputStream getInputStream() {
            return real.getInputStream();
          }

          @Override
          public InputStream getErrorStream() {
            if (asked++ == 0) {
              throw new OutOfMemoryError("as if");
            }
            return real.getErrorStream();
          }

          @Override
          public int waitFor() throws InterruptedException {
            return real.waitFor();
          }

          @Override
          public int exitValue() {
            return real.exitValue();
          }

          @Override
          public void destroy() {
            real.destroyForcibly();
          }
        };
    try {
      assertThrows(OutOfMemoryError.class, () -> JdkLauncher.child(process));
      assertTrue(real.waitFor(1, TimeUnit.MINUTES));
      assertThrows(IOException.class, () -> real.getInputStream().read());
      assertThrows(IOException.class, () -> real.getErrorStream().read());
    } finally {
      real.destroyForcibly();
    }
  }

  /** A start may fail before it comes to that. */
  @Test
  void whatWasNotPreparedCanBeClosed() throws InterruptedException {
    Launcher.best(TemporaryFiles.PLAIN).close();
    Launcher.byJdk(TemporaryFiles.PLAIN).close();
  }

  /** It is not the program that is at fault. */
  @Test
  void whatCannotBeKeptForAProgramIsToldApart() {
    TemporaryFiles none =
        ending -> {
          throw new IOException("Read-only file system");
        };
    StdinFailure failure =
        assertThrows(StdinFailure.class, () -> start(new JdkLauncher(none), ":", content(1)));
    assertTrue(String.valueOf(failure.getMessage()).endsWith("Read-only file system"));
  }
}
