package passerelle.jar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SIGTERM and Ctrl-C: what is in progress is finished, nothing new begins, the exit code is 0. */
final class ShutdownIT {
  /** Much more than an exit takes, and much less than the minutes that a drain may take. */
  private static final Duration SOON = Duration.ofSeconds(Command.PATIENCE_SECONDS);

  private static final Duration DRAIN = Duration.ofSeconds(1);

  @TempDir Path folder;

  @ParameterizedTest(name = "SIG{0}")
  @ValueSource(strings = {"TERM", "INT"})
  void aSignalIsAnOrderlyEnd(String signal) throws IOException {
    // A shell starts its background jobs with SIGINT ignored, and they would pass that on.
    String[] heeding = {"env", "--default-signal=INT"};
    Command.mustWork("env has no --default-signal", "env", "--default-signal=INT", "true");
    Command command = RunningJar.command("-p", "0", folder.toString()).behind(heeding);
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals(200, Web.get(jar.uri()).statusCode());
      assertEquals(0, jar.end(signal));
      assertEquals("", jar.child().err());
      assertEquals(jar.readyLine() + "\n", jar.child().out());
    }
  }

  @Test
  void aSecondSignalDoesNotSpoilTheEnd() throws IOException {
    Path go = writeSlowScript();
    try (RunningJar jar = RunningJar.serve(folder, "--cgi", "/");
        BufferedReader lines = linesOf(Web.stream(jar.uri("/slow.sh")).body())) {
      assertEquals("first", lines.readLine());
      jar.child().signal("TERM");
      awaitRefusal(jar);
      jar.child().signal("TERM");
      Names.write(go, "");
      assertEquals("last", lines.readLine());
      assertNull(lines.readLine());
      assertEquals(0, jar.child().awaitExit());
      assertEquals("", jar.child().err());
    }
  }

  /** A script that writes two lines; the second one when the file is there that this returns. */
  private Path writeSlowScript() throws IOException {
    Names.writeScript(
        folder.resolve("slow.sh"),
        """
        #!/bin/sh
        printf 'Content-Type: text/plain\\n\\nfirst\\n'
        while [ ! -e go ]; do sleep 0.05; done
        echo last
        """);
    return folder.resolve("go");
  }

  @Test
  void aScriptInProgressFinishesItsAnswerWhileNewConnectionsAreRefused() throws IOException {
    Path go = writeSlowScript();
    try (RunningJar jar = RunningJar.serve(folder, "--cgi", "/");
        BufferedReader lines = linesOf(Web.stream(jar.uri("/slow.sh")).body())) {
      assertEquals("first", lines.readLine());
      jar.child().signal("TERM");
      awaitRefusal(jar);
      Names.write(go, "");
      assertEquals("last", lines.readLine());
      assertNull(lines.readLine());
      assertEndsSoon(jar);
      assertEquals("", jar.child().err());
    }
  }

  @Test
  void anUploadInProgressIsReadToItsEndAndAnswered() throws IOException {
    Names.writeScript(
        folder.resolve("echo.sh"), "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\ncat\n");
    try (RunningJar jar = RunningJar.serve(folder, "--cgi", "/");
        Socket socket = Web.connect("127.0.0.1", jar.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST /echo.sh HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf ".getBytes(UTF_8));
      // An answer on a second connection shows that the loop has seen the first.
      assertEquals(200, Web.get(jar.uri()).statusCode());
      jar.child().signal("TERM");
      awaitRefusal(jar);
      out.write("whole".getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
      assertTrue(answer.contains("\r\nConnection: close\r\n"), answer);
      assertTrue(answer.contains("half whole"), answer);
      assertEndsSoon(jar);
    }
  }

  /**
   * Half a head, content that is on its way to a file, an answer that nobody reads yet, an error.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "GET /small.txt HTTP/1.1~Ho | st: x~~ | HTTP/1.1 200 ",
        "POST /echo.sh HTTP/1.1~Host: x~Content-Length: 300000~~{200000} | {100000} | HTTP/1.1 200 ",
        "GET /large.bin HTTP/1.1~Host: x~~ | '' | HTTP/1.1 200 ",
        "nonsense~~ | '' | HTTP/1.1 400 ",
      })
  void whatIsInProgressInAnyPhaseIsFinished(String before, String after, String start)
      throws IOException {
    Names.write(folder.resolve("small.txt"), "small");
    Files.write(folder.resolve("large.bin"), new byte[20 << 20]);
    Names.writeScript(
        folder.resolve("echo.sh"), "#!/bin/sh\nprintf 'Content-Length: 300000\\n\\n'\ncat\n");
    try (RunningJar jar = RunningJar.serve(folder, "--cgi", "/")) {
      String answer = answerAcrossSignal(jar, before, after);
      assertTrue(
          answer.startsWith(start), () -> answer.substring(0, Math.min(200, answer.length())));
      String length = answer.replaceFirst("(?s).*?Content-Length: ([0-9]+)\r.*", "$1");
      int contentLength = answer.getBytes(UTF_8).length - answer.indexOf("\r\n\r\n") - 4;
      assertEquals(length, Integer.toString(contentLength));
      assertEndsSoon(jar);
    }
  }

  private static String answerAcrossSignal(RunningJar jar, String before, String after)
      throws IOException {
    try (Socket socket = Web.connect("127.0.0.1", jar.port())) {
      socket.getOutputStream().write(octets(before));
      // An answer on a second connection shows that the loop has seen the first.
      assertEquals(200, Web.get(jar.uri("/small.txt")).statusCode());
      jar.child().signal("TERM");
      await().atMost(SOON).until(() -> !jar.child().isAlive() || isRefused(jar));
      socket.getOutputStream().write(octets(after));
      // Its side stays open: a client that is half gone may be asked whether it is still there.
      return new String(socket.getInputStream().readAllBytes(), UTF_8);
    }
  }

  @Test
  void aDownloadInProgressIsSentToItsEnd() throws IOException {
    int size = 64 << 20;
    Files.write(folder.resolve("large.bin"), new byte[size]);
    try (RunningJar jar = RunningJar.serve(folder);
        InputStream content = Web.stream(jar.uri("/large.bin")).body()) {
      int seen = content.readNBytes(100_000).length;
      jar.child().signal("TERM");
      awaitRefusal(jar);
      while (seen < size) {
        int more = content.readNBytes(1 << 20).length;
        assertTrue(more > 0, "the content ends at " + seen);
        seen += more;
      }
      assertEquals(-1, content.read());
      assertEndsSoon(jar);
    }
  }

  @Test
  void idleConnectionsDoNotDelayTheExit() throws IOException {
    Names.write(folder.resolve("index.html"), "hello");
    try (RunningJar jar = RunningJar.serve(folder);
        Socket silent = Web.connect("127.0.0.1", jar.port());
        Socket answered = Web.connect("127.0.0.1", jar.port())) {
      answered.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(UTF_8));
      assertEquals('H', answered.getInputStream().read());
      jar.child().signal("TERM");
      assertEndsSoon(jar);
      assertEquals(-1, silent.getInputStream().read());
      assertEquals("", jar.child().err());
    }
  }

  @Test
  void aScriptThatDoesNotEndIsKilledAtTheDeadlineWithAllThatItStarted() throws IOException {
    Names.writeScript(
        folder.resolve("endless.sh"),
        """
        #!/bin/sh
        trap '' TERM
        sleep 600 &
        printf 'Content-Type: text/plain\\n\\n%s %s\\n' $$ $!
        wait
        sleep 600
        """);
    String drain = DRAIN.toSeconds() + "s";
    try (RunningJar jar = RunningJar.serve(folder, "--cgi", "/", "--drain-timeout", drain);
        BufferedReader lines = linesOf(Web.stream(jar.uri("/endless.sh")).body())) {
      List<Long> processes = Stream.of(lines.readLine().split(" ", -1)).map(Long::valueOf).toList();
      try {
        long start = System.nanoTime();
        assertEquals(0, jar.end("TERM"));
        long hadNanos = System.nanoTime() - start;
        assertTrue(hadNanos >= DRAIN.dividedBy(2).toNanos(), "it had its time: " + hadNanos);
        for (long process : processes) {
          await().atMost(SOON).until(() -> !Family.isRunning(process));
        }
      } finally {
        processes.forEach(id -> ProcessHandle.of(id).ifPresent(ProcessHandle::destroyForcibly));
      }
    }
  }

  @Test
  void anExitLeavesNoTemporaryFiles(@TempDir Path temporary) throws IOException {
    Names.writeScript(
        folder.resolve("count.sh"), "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\nwc -c\n");
    Command command =
        Command.of(
            RunningJar.java(),
            "-Djava.io.tmpdir=" + temporary,
            "-Duser.home=" + temporary,
            "-jar",
            RunningJar.jar(),
            "-p",
            "0",
            "--cgi",
            "/",
            folder.toString());
    try (RunningJar jar = RunningJar.start(command)) {
      // More than is kept in memory, so that it goes through a file.
      String content = "x".repeat(300_000);
      assertEquals("300005", Web.postName(jar.uri("/count.sh"), content).body().strip());
      assertEquals(0, jar.end("TERM"));
    }
    try (var left = Files.walk(temporary)) {
      assertEquals(List.of(), left.filter(Files::isRegularFile).toList());
    }
  }

  /** A tilde stands for CRLF, a number in braces for so many octets. */
  private static byte[] octets(String text) {
    Matcher count = Pattern.compile("[{]([0-9]+)[}]").matcher(text.replace("~", "\r\n"));
    return count.replaceAll(n -> "x".repeat(Integer.parseInt(n.group(1)))).getBytes(UTF_8);
  }

  private static BufferedReader linesOf(InputStream content) {
    return new BufferedReader(new InputStreamReader(content, UTF_8));
  }

  private static void awaitRefusal(RunningJar jar) {
    await().atMost(SOON).until(() -> isRefused(jar));
    assertTrue(jar.child().isAlive());
  }

  private static boolean isRefused(RunningJar jar) throws IOException {
    try (Socket socket = Web.connect("127.0.0.1", jar.port())) {
      assertFalse(socket.isClosed());
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  /** Long before the minutes that a drain may take are over. */
  private static void assertEndsSoon(RunningJar jar) throws IOException {
    assertEquals(0, jar.child().awaitExit());
  }
}
