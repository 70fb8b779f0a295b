package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.cgi.ScriptFinder.Found;
import passerelle.gateway.Script;

/** What URL paths lead to in a folder of scripts, index scripts above all. */
final class ScriptFinderTest {
  private static final Set<String> EXTENSIONS = Set.of(".py", ".sh", ".rb");

  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    folder = temporary.toRealPath();
    make("all/index.cgi", true);
    make("all/index.py", false);
    make("all/index.html", false);
    make("idle/index.cgi", false);
    make("idle/index.py", false);
    make("sorted/index.sh", false);
    make("sorted/index.rb", false);
    make("page/index.html", false);
    make("page/index.sh", false);
    make("pages/notes.txt", false);
    make("own/start.py", false);
    make("own/index.sh", false);
    make("nested/index.py/x", false);
    make("nested/index.sh", false);
    make("deep/er/index.py", false);
    Files.createDirectory(folder.resolve("hollow"));
    make("x.py", false);
    make("notes.txt", false);
    Files.createDirectory(folder.resolve("linked"));
    Files.createSymbolicLink(folder.resolve("linked/index.html"), Path.of("../x.py"));
    Files.createDirectory(folder.resolve("out"));
    Files.createSymbolicLink(folder.resolve("out/index.cgi"), Path.of("/bin/sh"));
    make("out/index.sh", false);
  }

  private void make(String name, boolean isExecutable) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    Files.writeString(file, "");
    assertEquals(true, file.toFile().setExecutable(isExecutable, false));
  }

  private String find(String path, List<String> pages, boolean isMixed) {
    @Nullable ScriptRule rule =
        isMixed ? new ScriptRule(EXTENSIONS, name -> name.endsWith(".html")) : null;
    Found found = new ScriptFinder(folder, "/s", EXTENSIONS, pages, rule).find("/s" + path);
    Script script = found.known();
    return found.kind()
        + (script == null ? "" : " " + script.scriptName() + " " + script.pathInfo());
  }

  @ParameterizedTest
  @CsvSource({
    "/all/,         SCRIPT /s/all/index.cgi",
    "/idle/,        INERT /s/idle/index.cgi",
    "/sorted/,      SCRIPT /s/sorted/index.rb",
    "/page/,        SCRIPT /s/page/index.sh",
    "/own/,         SCRIPT /s/own/index.sh",
    "/nested/,      SCRIPT /s/nested/index.sh",
    "/deep/er/,     SCRIPT /s/deep/er/index.py",
    "/out/,         SCRIPT /s/out/index.sh",
    "/deep/er,      LACKS_SLASH",
    "/deep/,        FORBIDDEN",
    "/hollow,       FORBIDDEN",
    "/pages/,       FORBIDDEN",
    "/,             FORBIDDEN",
    "'',            FORBIDDEN",
    "/all/nothing/, NOTHING",
    "/x.py,         SCRIPT /s/x.py",
    "/notes.txt,    INERT /s/notes.txt",
  })
  void inAFolderOfScripts(String path, String what) {
    assertEquals(what, find(path, List.of("index.html"), false).strip());
  }

  @ParameterizedTest
  @CsvSource({
    "/all/,         PAGE",
    "/all,          PAGE",
    "/sorted/,      SCRIPT /s/sorted/index.rb",
    "/sorted,       LACKS_SLASH",
    "/page/,        PAGE",
    "/pages/,       PAGE",
    "/hollow,       PAGE",
    "/linked/,      SCRIPT /s/linked/index.html",
    "/x.py/info,    SCRIPT /s/x.py /info",
    "/notes.txt,    PAGE",
    "/notes.txt/x,  NOTHING",
    "/nothing,      NOTHING",
  })
  void inAMixedFolder(String path, String what) {
    assertEquals(what, find(path, List.of("index.html"), true).strip());
  }

  @Test
  void anIndexPageMayBeAScript() {
    List<String> pages = List.of("start.py", "index.html");
    for (boolean isMixed : new boolean[] {false, true}) {
      assertEquals("SCRIPT /s/own/start.py ", find("/own/", pages, isMixed));
      assertEquals("LACKS_SLASH", find("/own", pages, isMixed));
    }
    assertEquals("SCRIPT /s/page/index.sh ", find("/page/", List.of("index.sh"), true));
  }
}
