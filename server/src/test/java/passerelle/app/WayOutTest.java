package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Nobody gets out of the directory, at what is hidden, or at what is no file. */
final class WayOutTest {
  private static final String SECRET = "the secret";

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    Files.writeString(site.folder.resolve("secret.txt"), SECRET);
    Files.createDirectory(site.folder.resolve("root2"));
    Files.writeString(site.folder.resolve("root2/secret.txt"), SECRET);
    site.file("page.txt", "page");
    site.file("sub/x.txt", "x");
    site.file(".hidden", SECRET);
    site.file(".git/config", SECRET);
    site.file("sub/.env", SECRET);
    site.file(".well-known/acme", "challenge");
    site.file(".well-known/.secret", SECRET);
    link("out.txt", Path.of("../secret.txt"));
    link("out", site.folder);
    link("up", Path.of(".."));
    link("sibling", Path.of("../root2"));
    link("in.txt", Path.of("sub/x.txt"));
    link("in", Path.of("sub"));
    link("dangling", Path.of("nowhere"));
    link("circle", Path.of("circle"));
    link("null", Path.of("/dev/null"));
    site.script("x.sh", "# " + SECRET);
    link("script.txt", Path.of("cgi-bin/x.sh"));
    link("scripts", Path.of("cgi-bin"));
    assertEquals(
        0, start("mkfifo", site.root.resolve("fifo").toString()), "mkfifo is needed for this test");
    site.startWithScripts();
  }

  private static int start(String... command) throws IOException {
    try {
      return new ProcessBuilder(command).inheritIO().start().waitFor();
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static void link(String name, Path target) throws IOException {
    Files.createSymbolicLink(site.root.resolve(name), target);
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @ParameterizedTest
  @CsvSource({
    "/../secret.txt, 400",
    "/sub/../../secret.txt, 400",
    "/%2e%2e/secret.txt, 400",
    "/%2E%2E%2Fsecret.txt, 400",
    "/sub/..%2f..%2fsecret.txt, 400",
    "/sub/%2e%2e/%2e%2e/%2e%2e/etc/passwd, 400",
    "/page.txt%00.html, 400",
    "/%00, 400",
    "/..%5csecret.txt, 404",
    "/%252e%252e/secret.txt, 404",
    "/../root2/secret.txt, 400",
    "/out.txt, 403",
    "/out, 403",
    "/out/, 403",
    "/out/secret.txt, 403",
    "/up/secret.txt, 403",
    "/sibling/secret.txt, 403",
    "/null, 403",
    "/dangling, 404",
    "/circle, 404",
    "/circle/x, 404",
  })
  void nothingOutsideIsReached(String target, int status) throws IOException {
    Reply reply = site.get(target);
    assertEquals(status, reply.status());
    assertFalse(reply.content().contains(SECRET));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.hidden",
        "/%2ehidden",
        "/.git/config",
        "/.git/",
        "/sub/.env",
        "/sub/%2Eenv",
        "/sub//.env",
        "/.well-known/.secret",
        "/sub/.well-known/x"
      })
  void namesThatBeginWithADotAreHidden(String target) throws IOException {
    assertEquals(404, site.get(target).status());
  }

  @Test
  void listingsDoNotShowWhatIsHiddenOrDangling() throws IOException {
    String page = site.get("/").text();
    assertTrue(page.contains("href=\"./page.txt"), page);
    for (String name : new String[] {".hidden", ".git", ".well-known", "dangling", "circle"}) {
      assertFalse(page.contains("href=\"./" + name), name);
    }
  }

  @Test
  void theWellKnownFolderIsServed() throws IOException {
    assertEquals("200 challenge", site.get("/.well-known/acme").brief());
  }

  @Test
  void linksThatStayInsideAreFollowed() throws IOException {
    assertEquals("200 x", site.get("/in.txt").brief());
    assertEquals("200 x", site.get("/in/x.txt").brief());
  }

  @Test
  void theSourceOfAScriptIsNotSentByAnyLink() throws IOException {
    for (String target : new String[] {"/script.txt", "/scripts/x.sh", "/scripts/"}) {
      assertEquals(403, site.get(target).status(), target);
    }
    Reply run = site.get("/%63gi-bin/x.sh");
    assertEquals(502, run.status());
    assertFalse(site.get("/./cgi-bin//x.sh").content().contains(SECRET));
  }

  @Test
  void aPipeIs403AtOnceAndTheServerGoesOn() throws IOException {
    try (RawClient client = site.connect()) {
      assertEquals(403, client.get("/fifo").status());
      assertEquals(403, client.head("/fifo").status());
      assertEquals("200 page", client.get("/page.txt").brief());
    }
  }

  @Test
  void aNameThatIsTooLongForTheSystemIs404() throws IOException {
    assertEquals(404, site.get("/" + "n".repeat(300)).status());
    assertEquals(404, site.get("/" + "long/".repeat(1200)).status());
  }
}
