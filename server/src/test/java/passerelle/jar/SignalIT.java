package passerelle.jar;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The signals that have logs opened anew, and those that must do no harm. */
final class SignalIT {
  private static final Duration SOON = Duration.ofSeconds(Command.PATIENCE_SECONDS);

  @TempDir Path folder;

  /** As a rotation of logs does it: rename, then the signal; under nohup, too, by SIGUSR1. */
  @ParameterizedTest(name = "SIG{0} {1}")
  @CsvSource({"HUP, env", "USR1, env", "USR1, nohup"})
  void logsAreOpenedAnewAndNoLineIsLost(String signal, String before) throws IOException {
    Path access = folder.resolve("access.log");
    Path runs = folder.resolve("runs.log");
    Names.write(folder.resolve("a.txt"), "a");
    Names.writeScript(folder.resolve("x.sh"), "#!/bin/sh\necho Content-Type: text/plain\necho\n");
    Command command =
        RunningJar.command(
                "-p",
                "0",
                "--cgi",
                "/",
                "--access-log",
                access + "",
                "--cgi-log",
                runs + "",
                "" + folder)
            .behind(before);
    try (RunningJar jar = RunningJar.start(command)) {
      int rounds = 5;
      for (int i = 0; i < rounds; i++) {
        assertEquals(200, Web.get(jar.uri("/a.txt?" + i)).statusCode());
        assertEquals(200, Web.get(jar.uri("/x.sh")).statusCode());
        Files.move(access, folder.resolve("access.log." + i));
        Files.move(runs, folder.resolve("runs.log." + i));
        jar.child().signal(signal);
        await().atMost(SOON).until(() -> Files.exists(access) && Files.exists(runs));
      }
      assertEquals(200, Web.get(jar.uri("/a.txt?" + rounds)).statusCode());
      assertEquals(0, jar.end("TERM"));
      String all = "";
      String ended = "";
      for (int i = 0; i < rounds; i++) {
        all += Files.readString(folder.resolve("access.log." + i));
        ended += Files.readString(folder.resolve("runs.log." + i));
      }
      all += Files.readString(access);
      ended += Files.readString(runs);
      assertEquals(2 * rounds + 1, all.lines().count(), all);
      for (int i = 0; i <= rounds; i++) {
        assertTrue(all.contains("/a.txt?" + i + " "), all);
      }
      assertEquals(rounds, ended.lines().count(), ended);
      assertTrue(
          Files.readString(access).contains("/a.txt?" + rounds + " "),
          "the last is in the new file");
    }
  }

  @Test
  void aLogThatCannotBeOpenedAnewGoesOnWhereItWas() throws IOException {
    Path logs = Files.createDirectory(folder.resolve("logs"));
    Path log = logs.resolve("access.log");
    try (RunningJar jar = RunningJar.serve(folder, "--access-log", log.toString())) {
      Path moved = Files.move(logs, folder.resolve("moved"));
      jar.child().signal("HUP");
      await().atMost(SOON).until(() -> !jar.child().err().isEmpty());
      assertTrue(jar.child().err().contains("goes on where it was"), jar.child().err());
      assertTrue(jar.child().err().contains("create its folder"), jar.child().err());
      assertEquals(404, Web.get(jar.uri("/none")).statusCode());
      assertEquals(0, jar.end("TERM"));
      assertTrue(Files.readString(moved.resolve("access.log")).contains("/none"));
    }
  }

  @ParameterizedTest(name = "SIG{0}")
  @ValueSource(strings = {"HUP", "USR1", "PIPE"})
  void aServerWithoutLogsGoesOn(String signal) throws IOException {
    try (RunningJar jar = RunningJar.serve(folder)) {
      for (int i = 0; i < 3; i++) {
        jar.child().signal(signal);
        assertEquals(200, Web.get(jar.uri()).statusCode());
      }
      assertEquals(0, jar.end("TERM"));
      assertEquals("", jar.child().err());
    }
  }

  /** A terminal that is there has a signal mean the logs; one that closes ends what runs in it. */
  @Test
  void aTerminalThatClosesEndsTheServer() throws IOException {
    Command.mustWork("there is no program script", "script", "--version");
    Path output = folder.resolve("ready");
    String inner =
        "exec "
            + String.join(" ", RunningJar.java(), "-jar", RunningJar.jar(), "-p", "0", folder + "")
            + " > "
            + output;
    try (Child terminal = Command.of("script", "-qc", inner, "/dev/null").start()) {
      await()
          .atMost(SOON)
          .until(() -> Files.exists(output) && Files.readString(output).contains("\n"));
      long server =
          ProcessHandle.of(terminal.pid())
              .orElseThrow()
              .descendants()
              .filter(p -> p.info().command().orElse("").endsWith("java"))
              .findFirst()
              .orElseThrow()
              .pid();
      Command.of("kill", "-HUP", "" + server).run();
      assertTrue(Family.isRunning(server));
      terminal.signal("KILL"); // its end of the terminal closes
      await().atMost(SOON).until(() -> !Family.isRunning(server));
      assertFalse(Files.readString(output).isEmpty());
    }
  }
}
