package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Without {@code --cgi} no program is ever started, whatever lies in the directory. */
final class NoScriptsIT {
  @TempDir Path folder;

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"a.py", "a.sh", "a.pl", "a.cgi", "a", "cgi-bin/a.sh"})
  void aScriptIsAFileLikeAnyOther(String name) throws IOException {
    Files.createDirectory(folder.resolve("cgi-bin"));
    Path marker = folder.resolve("it-ran");
    String text =
        "#!/bin/sh\n: > '" + marker + "'\necho Content-Type: text/plain\necho\necho ran\n";
    Names.writeScript(folder.resolve(name), text);
    try (RunningJar jar = RunningJar.serve(folder)) {
      HttpResponse<String> got = Web.get(jar.uri("/" + name));
      assertEquals(200, got.statusCode());
      assertEquals(text, got.body());
      HttpResponse<String> posted = Web.postName(jar.uri("/" + name), "x");
      assertEquals(405, posted.statusCode());
      assertEquals("GET, HEAD, OPTIONS", posted.headers().firstValue("Allow").orElse("none"));
      assertEquals(List.of(), jar.child().descendants());
      assertFalse(Files.exists(marker));
    }
  }

  @Test
  void filesBesideAScriptFolderAreNotRun() throws IOException {
    Path scripts = Files.createDirectory(folder.resolve("cgi-bin"));
    String text = "#!/bin/sh\necho Content-Type: text/plain\necho\necho ran\n";
    Names.writeScript(folder.resolve("a.sh"), text);
    Names.writeScript(scripts.resolve("a.sh"), text);
    try (RunningJar jar = RunningJar.serve(folder, "--cgi", "/cgi-bin")) {
      assertEquals(text, Web.get(jar.uri("/a.sh")).body());
      assertEquals("ran\n", Web.get(jar.uri("/cgi-bin/a.sh")).body());
      assertEquals(405, Web.postName(jar.uri("/a.sh"), "x").statusCode());
    }
  }
}
