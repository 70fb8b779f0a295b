package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;

/**
 * The tutorial's folder: a page, and a script with no {@code #!} line and no permission to execute.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TutorialIT {
  private static final String PAGE = "<!doctype html><title>Home</title><a href=index.py>form</a>";
  private static final String SCRIPT =
      """
      # coding: utf-8
      import cgi
      form = cgi.FieldStorage()
      print("Content-type: text/html; charset=utf-8\\n")
      print("<form action='/index.py' method='post'>")
      print("<input type='text' name='name' value='Your name'>")
      print("</form>")
      print("Hello,", form.getvalue("name"))
      """;

  /** The same without the module {@code cgi}, which Python 3.13 no longer has. */
  private static final String SCRIPT_WITHOUT_CGI =
      SCRIPT
          .replace("import cgi", "import os, sys, urllib.parse")
          .replace(
              "cgi.FieldStorage()",
              "dict(urllib.parse.parse_qsl("
                  + "sys.stdin.read(int(os.environ.get('CONTENT_LENGTH') or 0))))")
          .replace("form.getvalue(", "form.get(");

  private final Path folder;
  private final RunningJar jar;

  TutorialIT(@TempDir Path temporary) throws IOException {
    String python = Needs.tool("python3").toString();
    boolean hasCgi = Command.of(python, "-c", "import cgi").run().code() == 0;
    folder = temporary;
    Names.write(folder.resolve("index.html"), PAGE);
    Names.write(folder.resolve("index.py"), hasCgi ? SCRIPT : SCRIPT_WITHOUT_CGI);
    jar = RunningJar.serve(folder, "--cgi", "/");
  }

  @AfterAll
  void end() throws IOException {
    jar.close();
  }

  @Test
  void thePageIsServedTheScriptIsRunAndTheFormIsAnswered() throws IOException {
    assertEquals(PAGE, Web.get(jar.uri()).body());
    assertEquals(PAGE, Web.get(jar.uri("/index.html")).body());
    HttpResponse<String> form = Web.get(jar.uri("/index.py"));
    assertEquals(200, form.statusCode(), jar.child().err());
    assertEquals("text/html; charset=utf-8", form.headers().firstValue("Content-Type").orElse(""));
    assertTrue(form.body().startsWith("<form action="), form.body());
    assertTrue(form.body().endsWith("Hello, None\n"), form.body());
    HttpResponse<String> greeting = Web.postName(jar.uri("/index.py"), "Ada");
    assertEquals(200, greeting.statusCode());
    assertTrue(greeting.body().endsWith("Hello, Ada\n"), greeting.body());
  }

  @Test
  void itWorksOnEveryInterfaceAndFromTheFolderItself() throws IOException {
    Command command = RunningJar.command("-p", "0", "-b", "", "--cgi", "/").in(folder);
    try (RunningJar open = RunningJar.start(command)) {
      assertEquals(PAGE, Web.get(open.uri()).body());
      assertTrue(Web.postName(open.uri("/index.py"), "Ada").body().endsWith("Hello, Ada\n"));
    }
  }

  @Test
  void whatIsMissingIsNotFound() throws IOException {
    for (String missing : List.of("/missing.html", "/missing.py", "/missing/index.py")) {
      HttpResponse<String> answer = Web.get(jar.uri(missing));
      assertEquals(404, answer.statusCode());
      assertTrue(answer.body().contains("<h1>404 Not Found</h1>"), answer.body());
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "/index.py",
        "/%69ndex.py",
        "/index%2Epy",
        "/index.p%79",
        "//index.py",
        "///index.py",
        "/./index.py",
        "/%2e/index.py",
        "/x/../index.py",
        "/x/%2e%2e/index.py",
        "/index.py/",
        "/index.py/.",
        "/index.py/x/..",
        "/index.py/more",
        "/index.py?x",
        "/index.py%00",
        "/index.py%00.html",
        "/index.py%20",
        "/index.PY",
        "/index.py.",
        "/index.html/../index.py",
        "/index.py;x",
        "/..%2findex.py",
        "/x%2f..%2findex.py",
        "http://127.0.0.1/index.py"
      })
  void noSpellingMakesTheScriptASourceText(String target) throws IOException {
    assertNoSource(Web.getExactly(jar.port(), target));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"/%69ndex.py", "//index.py", "/./index.py", "/x/../index.py"})
  void aSpellingOfTheSameAddressRunsTheScript(String target) throws IOException {
    String answer = Web.getExactly(jar.port(), target);
    assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
    assertTrue(answer.endsWith("Hello, None\n"), answer);
  }

  @Test
  void aLinkToTheScriptIsNoWayToItsSource() throws IOException {
    Files.createSymbolicLink(folder.resolve("innocent.txt"), Path.of("index.py"));
    assertNoSource(Web.getExactly(jar.port(), "/innocent.txt"));
  }

  @Test
  void anEditorsBackupOfAScriptIsNotSent() throws IOException {
    for (String backup : List.of(".index.py.swp", ".index.py")) {
      Names.write(folder.resolve(backup), SCRIPT);
      assertNoSource(Web.getExactly(jar.port(), "/" + backup));
    }
  }

  private static void assertNoSource(String answer) {
    assertTrue(answer.startsWith("HTTP/1.1 "), answer);
    assertFalse(answer.contains("import "), answer);
    assertFalse(answer.contains("print("), answer);
  }
}
