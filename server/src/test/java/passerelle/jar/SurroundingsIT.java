package passerelle.jar;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server finds around it may be poor: a line says what to do, and no stack trace. */
final class SurroundingsIT {
  private static final Duration SOON = Duration.ofSeconds(Command.PATIENCE_SECONDS);

  @TempDir Path folder;

  /** As on a read-only root: /proc takes no file either. */
  @Test
  void withoutAFolderForTemporaryFilesALineSaysWhatToDo() throws IOException {
    Names.writeScript(
        folder.resolve("count.sh"), "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\nwc -c\n");
    Command command =
        RunningJar.commandOf(
            List.of(
                "-Djna.tmpdir=/proc/none", "-Djava.io.tmpdir=/proc/none", "-Duser.home=/proc/none"),
            "-p",
            "0",
            "--cgi",
            "/",
            folder.toString());
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals("0", Web.get(jar.uri("/count.sh")).body().strip());
      assertEquals(507, Web.postName(jar.uri("/count.sh"), "x".repeat(300_000)).statusCode());
      assertEquals(507, Web.postName(jar.uri("/count.sh"), "short").statusCode());
      assertEquals(0, jar.end("TERM"));
      String said = jar.child().err();
      assertTrue(said.contains("-Djna.tmpdir=DIR"), said);
      assertTrue(said.contains("-Djava.io.tmpdir=DIR"), said);
      assertNoStackTrace(said);
    }
  }

  @Test
  void aServedFolderThatIsDeletedIs404() throws IOException {
    Path site = Files.createDirectory(folder.resolve("site"));
    Command command = RunningJar.command("-p", "0").in(site);
    try (RunningJar jar = RunningJar.start(command)) {
      Files.delete(site);
      await().atMost(SOON).until(() -> Web.get(jar.uri()).statusCode() == 404);
      assertEquals(0, jar.end("TERM"));
      assertNoStackTrace(jar.child().err());
    }
  }

  @Test
  void aLogOnAFullDiskCostsItsLines() throws IOException {
    Path full = Path.of("/dev/full");
    assertTrue(Files.exists(full));
    try (RunningJar jar = RunningJar.serve(folder, "--access-log", full.toString())) {
      assertEquals(200, Web.get(jar.uri()).statusCode());
      assertEquals(0, jar.end("TERM"));
      assertTrue(jar.child().err().contains("are lost: No space left"), jar.child().err());
      assertNoStackTrace(jar.child().err());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"--access-log=/proc/none/log", "--access-log=/", "--cgi-log=/proc/log"})
  void aLogThatCannotBeWrittenIsALine(String option) throws IOException {
    Command.Outcome outcome = RunningJar.command("-p", "0", option, folder.toString()).run();
    assertEquals(1, outcome.code());
    assertTrue(outcome.err().contains("choose another " + option.split("=", 2)[0]), outcome.err());
    assertNoStackTrace(outcome.err());
  }

  private static void assertNoStackTrace(String said) {
    assertFalse(said.contains("\tat "), said);
    assertFalse(said.contains("bug in the server"), said);
  }
}
