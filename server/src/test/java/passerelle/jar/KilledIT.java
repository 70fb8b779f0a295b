package passerelle.jar;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a server's files and scripts when it is killed, and has no time for anything. */
final class KilledIT {
  private static final Duration SOON = Duration.ofSeconds(Command.PATIENCE_SECONDS);

  @TempDir Path folder;
  @TempDir Path temporary;

  private RunningJar start() throws IOException {
    return RunningJar.start(
        RunningJar.patient(
            Command.of(
                RunningJar.java(),
                "-Djava.io.tmpdir=" + temporary,
                "-jar",
                RunningJar.jar(),
                "-p",
                "0",
                "--cgi",
                "/",
                folder.toString())));
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.walk(temporary)) {
      return all.filter(path -> path.toString().endsWith(".content")).toList();
    }
  }

  @Test
  void theNextServerRemovesItsFilesAndScriptsEndAsTheyWrite() throws IOException {
    Names.writeScript(
        folder.resolve("clock.sh"),
        """
        #!/bin/sh
        printf 'Content-Type: text/plain\\n\\n%s\\n' $$
        while ! [ -e go ]; do sleep 0.05; done
        while :; do date || exit; sleep 0.05; done
        """);
    long script = 0;
    try (RunningJar jar = start();
        Socket upload = new Socket(jar.uri().getHost(), jar.uri().getPort());
        Socket client = new Socket(jar.uri().getHost(), jar.uri().getPort())) {
      String head = "POST /clock.sh HTTP/1.1\r\nHost: a\r\nContent-Length: 500000\r\n\r\n";
      upload
          .getOutputStream()
          .write((head + "x".repeat(300_000)).getBytes(StandardCharsets.US_ASCII));
      client
          .getOutputStream()
          .write("GET /clock.sh HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII));
      for (String line = answer.readLine(); !line.isEmpty(); line = answer.readLine()) {
        assertFalse(line.startsWith("HTTP/1.1 5"), line);
      }
      script = Long.parseLong(answer.readLine());
      await().atMost(SOON).until(() -> !files().isEmpty());
      jar.child().signal("KILL");
      assertEquals(137, jar.child().awaitExit());
    }
    long pid = script;
    assertTrue(Family.isRunning(pid), "it goes on until it writes");
    assertEquals(1, files().size());
    Files.createFile(folder.resolve("go"));
    await().atMost(SOON).until(() -> !Family.isRunning(pid));
    try (RunningJar next = start()) {
      await().atMost(SOON).until(() -> files().isEmpty());
      assertEquals(0, next.end("TERM"));
    }
    try (Stream<Path> left = Files.list(temporary)) {
      assertEquals(List.of(), left.filter(path -> path.toString().contains("scratch")).toList());
    }
  }
}
