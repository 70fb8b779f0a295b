package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;

/** {@code --cgi /}: pages and scripts in one place, and no script's text to anybody. */
final class CgiMixedTest {
  private static final String SOURCE = "# the source";
  private static final String HELLO = "printf 'Content-Type: text/plain\\n\\nhello from '; echo $0";

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file("index.html", "<p>home");
    site.file(
        "index.py",
        SOURCE
            + "\nimport os, sys\nprint('Content-Type: text/html')\nprint()\n"
            + "print(os.environ['REQUEST_METHOD'], sys.stdin.read(), end='')\n");
    site.file("plain.sh", SOURCE + "\n" + HELLO + "\n");
    site.file("Upper.SH", SOURCE + "\n" + HELLO + "\n");
    site.file("sub/index.html", "<p>sub");
    site.file("sub/deep.sh", SOURCE + "\n" + HELLO + "\n");
    site.file("notes.txt", "notes");
    site.file("unknown", "a file without extension");
    site.file("off.cgi", "#!/bin/sh\n" + SOURCE + "\n");
    site.executable("on.cgi", "#!/bin/sh", SOURCE, HELLO);
    site.executable("program", "#!/bin/sh", SOURCE, HELLO);
    site.executable("program.xyzzy", "#!/bin/sh", SOURCE, HELLO);
    site.executable("photo.png", "a picture");
    site.executable("page.html", "<p>a page");
    site.file(".hidden.sh", SOURCE);
    Files.createDirectory(site.root.resolve("empty"));
    link("link.txt", "plain.sh");
    link("sub/up.html", "../index.py");
    Files.createDirectory(site.root.resolve("linked"));
    link("linked/index.html", "../index.py");
    Files.writeString(site.folder.resolve("outside.sh"), SOURCE);
    link("outside.sh", "../outside.sh");
    site.start(s -> s.cgi("/"));
  }

  private static void link(String name, String target) throws IOException {
    Files.createSymbolicLink(site.root.resolve(name), Path.of(target));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @Test
  void theTutorialsFolderWorks() throws IOException {
    assertEquals("200 <p>home", site.get("/").brief());
    assertEquals("200 <p>home", site.get("/index.html").brief());
    Needs.that(hasPython(), "python3 is not installed where the scripts look for it");
    assertEquals("200 GET ", site.get("/index.py").brief());
    assertEquals("200 POST name=A", site.post("/index.py", "name=A").brief());
  }

  private static boolean hasPython() {
    return Stream.of(String.valueOf(Site.ENVIRONMENT.get("PATH")).split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "python3")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/plain.sh",
        "/plain.sh/info",
        "/plain.sh/",
        "/Upper.SH",
        "/%70lain.s%68",
        "/sub/deep.sh",
        "/sub/../plain.sh",
        "//plain.sh",
        "/on.cgi",
        "/program",
        "/program.xyzzy",
        "/link.txt",
      })
  void whatIsAScriptIsRun(String target) throws IOException {
    Reply reply = site.get(target);
    assertEquals(200, reply.status());
    assertTrue(reply.content().startsWith("hello from "), reply::content);
  }

  @ParameterizedTest
  @CsvSource({
    "/notes.txt, notes, text/plain; charset=utf-8",
    "/unknown, a file without extension, text/plain; charset=utf-8",
    "/photo.png, a picture, image/png",
    "/page.html, <p>a page, text/html; charset=utf-8",
    "/sub/, <p>sub, text/html; charset=utf-8",
  })
  void whatIsNoScriptIsServed(String target, String content, String type) throws IOException {
    Reply reply = site.get(target);
    assertEquals("200 " + content, reply.brief().stripTrailing());
    assertEquals(type, reply.only("Content-Type"));
  }

  @ParameterizedTest
  @CsvSource({
    "/off.cgi, 403",
    "/.hidden.sh, 404",
    "/%2ehidden.sh, 404",
    "/outside.sh, 403",
    "/nothing.sh, 404",
    "/plain.sh%00.txt, 400",
    "/plain.sh%00, 400",
    "/../outside.sh, 400",
    "/notes.txt/x, 404",
    "/notes.txt/, 404",
    "/sub, 301",
    "/empty/, 200",
  })
  void theRestIsAsForFiles(String target, int status) throws IOException {
    Reply reply = site.get(target);
    assertEquals(status, reply.status());
    assertFalse(reply.content().contains(SOURCE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/linked/", "/linked/index.html", "/sub/up.html"})
  void aPageThatIsALinkToAScriptDoesNotShowItsSource(String target) throws IOException {
    Reply reply = site.get(target);
    assertFalse(reply.content().contains(SOURCE), reply::toString);
  }

  @Test
  void conditionsAndRangesDoNotReachTheSource() throws IOException {
    for (String field :
        new String[] {"Range: bytes=0-9", "If-None-Match: *", "If-Modified-Since: x"}) {
      Reply reply = site.get("/plain.sh", field);
      assertEquals(200, reply.status(), field);
      assertTrue(reply.content().startsWith("hello from "), reply::content);
    }
    assertEquals("text/plain", site.head("/plain.sh").only("Content-Type"));
  }

  @Test
  void anotherMethodOnAPageIs405() throws IOException {
    assertEquals(405, site.post("/notes.txt", "x").status());
    assertEquals("GET, HEAD, OPTIONS", site.post("/index.html", "x").only("Allow"));
    try (RawClient client = site.connect()) {
      assertEquals(204, client.ask("OPTIONS", "*").read().status());
    }
  }
}
