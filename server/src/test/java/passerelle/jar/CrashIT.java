package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crash leaves behind is not in the served folder, or is not served. */
final class CrashIT {
  @TempDir Path folder;

  @TempDir Path temporary;

  @Test
  void aServerThatCrashesInTheServedFolderLeavesNothingThere() throws IOException {
    // No core: that is the system's, and large.
    Command command =
        Command.of(
                "sh",
                "-c",
                "ulimit -c 0; exec \"$@\"",
                "sh",
                RunningJar.java(),
                "-Djava.io.tmpdir=" + temporary,
                "-jar",
                RunningJar.jar(),
                "-p",
                "0",
                "--access-log",
                "../access.log")
            .in(Files.createDirectory(folder.resolve("site")));
    Path site = folder.resolve("site");
    try (RunningJar jar = RunningJar.start(command)) {
      assertEquals(200, Web.get(jar.uri()).statusCode(), "the folder is still served");
      jar.child().signal("SEGV");
      assertTrue(jar.child().awaitExit() != 0);
    }
    try (var left = Files.list(site)) {
      assertEquals(List.of(), left.toList());
    }
    try (var left = Files.list(temporary)) {
      assertTrue(left.anyMatch(file -> file.getFileName().toString().startsWith("hs_err_pid")));
    }
  }

  @Test
  void whatAnotherCrashLeftIsNotServed() throws IOException {
    List<String> remains =
        List.of("hs_err_pid123.log", "replay_pid123.log", "java_pid123.hprof", "core.123");
    List<String> others =
        List.of("core", "hs_err_pid.log", "xhs_err_pid1.log", "core.js", "a.hprof");
    for (String name : remains) {
      Names.write(folder.resolve(name), "secret");
    }
    for (String name : others) {
      Names.write(folder.resolve(name), "public");
    }
    try (RunningJar jar = RunningJar.serve(folder)) {
      String listing = Web.get(jar.uri()).body();
      for (String name : remains) {
        assertEquals(404, Web.get(jar.uri("/" + name)).statusCode(), name);
        assertFalse(listing.contains("\"" + name + "\""), name);
      }
      for (String name : others) {
        assertEquals(200, Web.get(jar.uri("/" + name)).statusCode(), name);
      }
    }
    try (RunningJar jar = RunningJar.serve(folder, "--hidden")) {
      assertEquals(200, Web.get(jar.uri("/" + remains.get(0))).statusCode());
    }
  }
}
