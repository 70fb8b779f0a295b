package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.cgi.ScriptPath.Lookup;
import passerelle.cgi.ScriptPath.Miss;
import passerelle.gateway.Script;
import passerelle.io.OctetPath;

/** Which part of a URL path is the script, and which is its PATH_INFO. */
final class ScriptPathTest {
  @TempDir private Path temporary;
  private Path folder;

  @BeforeEach
  void prepare() throws IOException {
    folder = Files.createDirectory(temporary.toRealPath().resolve("scripts"));
    Files.createDirectories(folder.resolve("sub/deep"));
    Files.writeString(folder.resolve("x.py"), "");
    Files.writeString(folder.resolve("noextension"), "");
    Files.writeString(folder.resolve("sub/y.tar.SH"), "");
    Files.writeString(folder.resolve(".hidden.py"), "");
    Files.writeString(temporary.resolve("outside.py"), "");
    Files.createSymbolicLink(folder.resolve("in"), Path.of("sub"));
    Files.createSymbolicLink(folder.resolve("alias"), Path.of("x.py"));
    Files.createSymbolicLink(folder.resolve("out.py"), Path.of("../outside.py"));
    Files.createSymbolicLink(folder.resolve("up"), Path.of(".."));
    Files.createSymbolicLink(folder.resolve("null"), Path.of("/dev/null"));
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nothing"));
  }

  @AfterEach
  void removeTheLinkThatLeadsFarAway() throws IOException {
    Files.delete(folder.resolve("null"));
  }

  private Script find(String urlPath) {
    Lookup lookup = ScriptPath.find(folder, "/cgi", urlPath);
    assertNull(lookup.miss());
    Script script = lookup.script();
    if (script == null) {
      throw new AssertionError("neither a script nor a miss");
    }
    return script;
  }

  @ParameterizedTest
  @CsvSource({
    "/cgi/x.py, x.py, /cgi/x.py, ''",
    "/cgi/x.py/, x.py, /cgi/x.py, /",
    "/cgi/x.py/a/b.py, x.py, /cgi/x.py, /a/b.py",
    "/cgi/sub/y.tar.SH/x.py, sub/y.tar.SH, /cgi/sub/y.tar.SH, /x.py",
    "/cgi/in/y.tar.SH, sub/y.tar.SH, /cgi/in/y.tar.SH, ''",
    "/cgi/alias/x, x.py, /cgi/alias, /x",
  })
  void theFirstFileIsTheScript(String urlPath, String file, String name, String info) {
    Script script = find(urlPath);
    assertEquals(folder.resolve(file), script.file());
    assertEquals(OctetPath.octets(folder) + "/" + file, script.fileOctets());
    assertEquals(name, script.scriptName());
    assertEquals(info, script.pathInfo());
    Path directory = folder.resolve(file).resolveSibling("");
    assertEquals(OctetPath.octets(directory), script.directoryOctets());
  }

  @ParameterizedTest
  @CsvSource({
    "/cgi, DIRECTORY",
    "/cgi/, DIRECTORY",
    "/cgi/sub, DIRECTORY",
    "/cgi/sub/, DIRECTORY",
    "/cgi/sub/deep/, DIRECTORY",
    "/cgi/nothing.py, NOTHING",
    "/cgi/sub/nothing/x, NOTHING",
    "/cgi/dangling, NOTHING",
    "/cgi/.hidden.py, NOTHING",
    "/cgi/out.py, FORBIDDEN",
    "/cgi/up/outside.py, FORBIDDEN",
    "/cgi/up, FORBIDDEN",
    "/cgi/null, FORBIDDEN",
  })
  void whatIsNoScriptIsAMiss(String urlPath, Miss miss) {
    Lookup lookup = ScriptPath.find(folder, "/cgi", urlPath);
    assertNull(lookup.script());
    assertEquals(miss, lookup.miss());
  }

  @Test
  void aNameThatIsTooLongIsNothing() {
    String name = "/cgi/" + "n".repeat(256) + ".py";
    assertEquals(Miss.NOTHING, ScriptPath.find(folder, "/cgi", name).miss());
  }

  @Test
  void extensionsAreComparedInLowerCase() {
    assertEquals(".py", find("/cgi/x.py").extension());
    assertEquals(".sh", find("/cgi/sub/y.tar.SH").extension());
    assertEquals("", find("/cgi/noextension").extension());
  }

  @Test
  void theRootOfTheSiteMayBeTheFolder() {
    Script script = ScriptPath.find(folder, "", "/x.py/info").script();
    assertEquals("/x.py", script == null ? "" : script.scriptName());
    assertEquals(Miss.DIRECTORY, ScriptPath.find(folder, "", "/").miss());
  }

  @Test
  void namesAreOctets() throws IOException {
    Path odd = OctetPath.of(OctetPath.octets(folder) + "/\u00ff\n.py");
    Files.writeString(odd, "");
    Script script = find("/cgi/\u00ff\n.py/\u00fe");
    assertEquals(odd, script.file());
    assertEquals("/\u00fe", script.pathInfo());
    assertEquals(".py", script.extension());
  }
}
