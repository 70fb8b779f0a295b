package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scripts that answer for their folders. */
final class CgiIndexTest {
  private static final String[] SHOW = {
    "# the source",
    "printf 'Content-Type: text/plain\\n\\n'",
    "echo \"$REQUEST_METHOD $SCRIPT_NAME [$PATH_INFO] $QUERY_STRING\"; cat"
  };

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.script("app/index.sh", SHOW);
    site.script("a b/index.sh", SHOW);
    site.script("other.sh", SHOW);
    site.script("local.sh", "printf 'Location: /cgi-bin/app/?a=b\\n\\n'");
    site.script("lacking.sh", "printf 'Location: /cgi-bin/app?a=b c\\n\\n'");
    site.startWithScripts();
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @Test
  void aFoldersScriptIsRunUnderItsOwnName() throws IOException {
    assertEquals("200 GET /cgi-bin/app/index.sh [] q=1\n", site.get("/cgi-bin/app/?q=1").brief());
    assertEquals(
        "200 POST /cgi-bin/app/index.sh [] \nx=y", site.post("/cgi-bin/app/", "x=y").brief());
    assertEquals("text/plain", site.head("/cgi-bin/app/").only("Content-Type"));
    assertEquals("200 GET /cgi-bin/app/index.sh [] a=b\n", site.get("/cgi-bin/local.sh").brief());
    assertEquals(404, site.get("/cgi-bin/app/info").status());
    assertEquals(403, site.get("/cgi-bin/").status());
  }

  @ParameterizedTest
  @CsvSource({
    "/cgi-bin/app,           /cgi-bin/app/",
    "/cgi-bin/app?q=a%20b&?, /cgi-bin/app/?q=a%20b&?",
    "//cgi-bin//app,         /cgi-bin/app/",
    "/cgi-bin/x/../app,      /cgi-bin/app/",
    "/cgi-bin/lacking.sh,    /cgi-bin/app/?a=b%20c",
  })
  void aFoldersUrlHasASlashAtItsEnd(String target, String location) throws IOException {
    Reply reply = site.get(target);
    assertEquals(301, reply.status());
    assertEquals(location, reply.only("Location"));
  }

  @Test
  void theNewUrlIsEncoded() throws IOException {
    assertEquals("/cgi-bin/a%20b/", site.get("/cgi-bin/a%20b").only("Location"));
    assertEquals(200, site.get("/cgi-bin/a%20b/").status());
  }

  @Test
  void inAMixedFolderAnIndexPageComesFirst() throws IOException {
    try (Site mixed = new Site()) {
      mixed.file("both/index.html", "<p>page");
      mixed.file("both/index.sh", String.join("\n", SHOW));
      mixed.file("app/index.sh", String.join("\n", SHOW));
      mixed.file("listed/notes.txt", "notes");
      mixed.start(s -> s.cgi("/"));
      for (int i = 0; i < 3; i++) {
        assertEquals("200 <p>page", mixed.get("/both/").brief());
        assertEquals("200 GET /app/index.sh [] a\n", mixed.get("/app/?a").brief());
        assertEquals("/app/?a", mixed.get("/app?a").only("Location"));
        assertEquals("/both/", mixed.get("/both").only("Location"));
        assertEquals("200 POST /app/index.sh [] \nx", mixed.post("/app/", "x").brief());
        assertEquals(200, mixed.get("/listed/").status());
      }
    }
  }

  @Test
  void anIndexPageThatIsAScriptIsRunAndNotSent() throws IOException {
    try (Site mixed = new Site()) {
      mixed.file("index.sh", String.join("\n", SHOW));
      mixed.file("index.html", "<p>page");
      mixed.start(s -> s.cgi("/").index("index.sh").index("index.html"));
      Reply reply = mixed.get("/");
      assertEquals("200 GET /index.sh [] \n", reply.brief());
      assertFalse(reply.content().contains("source"));
    }
  }
}
