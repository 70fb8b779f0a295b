package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.files.FileSettings.Links;

/** What the settings change of a site, each seen by a client. */
final class SiteOptionsTest {
  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  @Test
  void theFirstIndexPageThatExistsIsSent() throws IOException {
    site.file("index.html", "html");
    site.file("a/index.htm", "htm");
    site.file("a/home.html", "home");
    site.start(s -> s.index("home.html").index("index.htm"));
    assertEquals("200 home", site.get("/a/").brief());
    assertFalse(site.get("/").text().contains("<p>html"));
    assertTrue(site.get("/").text().contains("index.html"));
  }

  @Test
  void aFolderIsNotListedIfThatIsOff() throws IOException {
    site.file("a/secret-name", "");
    site.start(s -> s.listing(false));
    Reply reply = site.get("/a/");
    assertEquals(403, reply.status());
    assertFalse(reply.text().contains("secret-name"));
    assertEquals("200 ", site.get("/a/secret-name").brief());
  }

  @Test
  void dotFilesAreServedOnlyIfAskedFor() throws IOException {
    site.file(".env", "dot");
    site.file(".well-known/a/b", "well known");
    site.start(s -> s);
    assertEquals(404, site.get("/.env").status());
    assertFalse(site.get("/").text().contains(".env"));
    assertEquals("200 well known", site.get("/.well-known/a/b").brief());
    site.close();
    site = new Site();
    site.file(".env", "dot");
    site.start(s -> s.hidden(true));
    assertEquals("200 dot", site.get("/.env").brief());
    assertTrue(site.get("/").text().contains(".env"));
  }

  private void makeLinks() throws IOException {
    site.file("a.txt", "a");
    Files.writeString(site.folder.resolve("outside.txt"), "outside");
    Files.createSymbolicLink(site.root.resolve("in"), Path.of("a.txt"));
    Files.createSymbolicLink(site.root.resolve("out"), Path.of("../outside.txt"));
    Files.createSymbolicLink(site.root.resolve("absolute"), site.root.resolve("a.txt"));
  }

  @Test
  void linksWithinTheRootAreFollowed() throws IOException {
    makeLinks();
    site.start(s -> s);
    assertEquals("200 a", site.get("/in").brief());
    assertEquals("200 a", site.get("/absolute").brief());
    assertEquals(403, site.get("/out").status());
  }

  @Test
  void allLinksAreFollowedIfAskedFor() throws IOException {
    makeLinks();
    site.start(s -> s.links(Links.FOLLOW));
    assertEquals("200 a", site.get("/in").brief());
    assertEquals("200 outside", site.get("/out").brief());
  }

  @Test
  void noLinkIsFollowedIfAskedFor() throws IOException {
    makeLinks();
    site.start(s -> s.links(Links.DENY));
    assertEquals(403, site.get("/in").status());
    assertEquals(403, site.get("/out").status());
    assertEquals("200 a", site.get("/a.txt").brief());
  }

  @Test
  void typesOfTheSitesOwnComeFirst() throws IOException {
    site.file("a.foo", "");
    site.file("a.html", "");
    site.start(s -> s.mediaType(".foo", "text/x-foo").mediaType(".HTML", "application/x-y"));
    assertEquals("text/x-foo; charset=utf-8", site.get("/a.foo").only("Content-Type"));
    assertEquals("application/x-y", site.get("/a.html").only("Content-Type"));
  }

  @Test
  void cacheControlIsThatOfTheSettings() throws IOException {
    site.file("a.txt", "");
    site.start(s -> s.cacheControl("public, max-age=60"));
    Reply reply = site.get("/a.txt");
    assertEquals("public, max-age=60", reply.only("Cache-Control"));
    Reply unchanged = site.get("/a.txt", "If-None-Match: *");
    assertEquals("public, max-age=60", unchanged.only("Cache-Control"));
  }

  @Test
  void everyAnswerHasTheFieldsOfTheSettings() throws IOException {
    site.file("a.txt", "");
    site.script("hello.sh", "printf 'Content-Type: text/plain\\n\\nhello'");
    site.start(s -> s.cgi("/cgi-bin").field("X-A", "1").field("X-B", "two words"));
    try (RawClient client = site.connect()) {
      for (String target : new String[] {"/a.txt", "/missing", "/", "/cgi-bin/hello.sh"}) {
        Reply reply = client.get(target);
        assertEquals("1", reply.only("X-A"), target);
        assertEquals("two words", reply.only("X-B"), target);
      }
      assertEquals("1", client.get("/a.txt", "If-None-Match: *").only("X-A"));
      assertEquals("1", client.send("broken\r\n\r\n").read().only("X-A"));
    }
  }

  @Test
  void aFieldThatTheServerWritesItselfIsRefused() {
    Settings.Builder settings = Settings.serve(site.root);
    for (String name : new String[] {"content-length", "Connection", "ETag", "a b", "", "a:"}) {
      assertThrows(IllegalArgumentException.class, () -> settings.field(name, "x"), name);
    }
    assertThrows(IllegalArgumentException.class, () -> settings.field("X-A", "a\r\nB: c"));
  }

  /** Whatever the settings put into a head is checked when it is said, not when it is sent. */
  @Test
  void aValueThatNoFieldMayHaveIsRefused() {
    Settings.Builder settings = Settings.serve(site.root);
    for (String value : new String[] {"a\r\nB: c", "a\n", "\u0000", "\u010a"}) {
      assertThrows(IllegalArgumentException.class, () -> settings.field("X-A", value));
      assertThrows(IllegalArgumentException.class, () -> settings.cacheControl(value));
      assertThrows(IllegalArgumentException.class, () -> settings.mediaType("x", value));
    }
  }

  @Test
  void otherOriginsMayReadIfAskedFor() throws IOException {
    site.file("a.txt", "a");
    site.file("d/x", "");
    site.start(s -> s.crossOrigin(true));
    for (String target : new String[] {"/a.txt", "/missing", "/d", "/d/"}) {
      assertEquals("*", site.get(target).only("Access-Control-Allow-Origin"), target);
    }
    assertEquals("*", site.get("/a.txt", "If-None-Match: *").only("Access-Control-Allow-Origin"));
    Reply plain;
    Reply preflight;
    try (RawClient client = site.connect()) {
      plain = client.ask("OPTIONS", "/a.txt").read();
      preflight =
          client
              .ask("OPTIONS", "/a.txt", "Origin: null", "Access-Control-Request-Method: GET")
              .read();
    }
    assertNull(plain.field("Access-Control-Allow-Methods"));
    assertEquals("204 ", preflight.brief());
    assertEquals("GET, HEAD", preflight.only("Access-Control-Allow-Methods"));
    assertEquals("*", preflight.only("Access-Control-Allow-Origin"));
  }

  @Test
  void otherOriginsMayNotReadOtherwise() throws IOException {
    site.file("a.txt", "a");
    site.start(s -> s);
    assertNull(site.get("/a.txt").field("Access-Control-Allow-Origin"));
  }

  @Test
  void theStartPageAnswersForPlacesInAnApplication() throws IOException {
    site.file("index.html", "app");
    site.file("a.txt", "a");
    site.file("empty/x", "");
    site.start(s -> s.singlePage(true));
    assertEquals("200 app", site.get("/users/7").brief());
    assertEquals("200 app", site.get("/users/?x=1.2").brief());
    assertEquals("200 app", site.get("/a.b/c").brief());
    assertEquals("text/html; charset=utf-8", site.get("/users").only("Content-Type"));
    assertEquals("200 a", site.get("/a.txt").brief());
    assertEquals(404, site.get("/missing.js").status());
    assertEquals(301, site.get("/empty").status());
  }

  /** Who asks for these wants a resource of its own, or what is hidden, and no application. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "/.well-known/missing",
        "/.well-known/acme-challenge/missing",
        "/.well-known/",
        "/.well-known",
        "/app/.well-known/missing",
        "/%2Ewell-known/missing",
        "/.git/HEAD",
        "/robots.txt",
        "/favicon.ico",
      })
  void theStartPageDoesNotAnswerForWellKnownAndHiddenResources(String path) throws IOException {
    site.file("index.html", "app");
    site.file(".well-known/there", "{}");
    Files.delete(site.file(".well-known/x", ""));
    site.start(s -> s.singlePage(true).listing(false));
    int listed = path.equals("/.well-known") ? 301 : path.equals("/.well-known/") ? 403 : 404;
    assertEquals(listed, site.get(path).status());
    assertEquals("200 {}", site.get("/.well-known/there").brief());
  }

  @Test
  void anErrorPageOfTheSitesOwnIsSentAndReadAgainWhenItChanges() throws IOException {
    Path page = site.file("404.html", "<p>not here");
    site.file("busy.txt", "gone");
    site.start(s -> s.errorPage(404, "404.html").errorPage(403, "busy.txt").listing(false));
    Reply missing = site.get("/missing");
    assertEquals("404 <p>not here", missing.brief());
    assertEquals("text/html; charset=utf-8", missing.only("Content-Type"));
    Reply forbidden = site.get("/");
    assertEquals("403 gone", forbidden.brief());
    assertEquals("text/plain; charset=utf-8", forbidden.only("Content-Type"));
    Files.writeString(page, "<p>changed");
    Site.await("the new page").until(() -> site.get("/missing").text().equals("<p>changed"));
    Files.delete(page);
    assertEquals("404 <p>changed", site.get("/missing").brief());
  }

  /** Whoever opened it to read would wait for ever, and pages would never change again. */
  @Test
  void anErrorPageThatBecameAFifoStaysAsItWas() throws Exception {
    Path page = site.file("404.html", "<p>not here");
    Path busy = site.file("busy.txt", "gone");
    site.start(s -> s.errorPage(404, "404.html").errorPage(403, "busy.txt").listing(false));
    Path fifo = site.root.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    Files.move(fifo, page, StandardCopyOption.ATOMIC_MOVE);
    Files.writeString(busy, "another");
    Site.await("the page that changed").until(() -> site.get("/").text().equals("another"));
    assertEquals("404 <p>not here", site.get("/missing").brief());
  }

  @Test
  void anErrorPageThatIsNotThereStopsTheStart() {
    StartFailure failure =
        assertThrows(StartFailure.class, () -> site.start(s -> s.errorPage(404, "none.html")));
    assertTrue(String.valueOf(failure.getMessage()).contains("none.html"), failure::getMessage);
  }

  private void assertNoErrorPage(String name, Links links, String words) {
    StartFailure failure =
        assertThrows(
            StartFailure.class, () -> site.start(s -> s.errorPage(404, name).links(links)));
    assertTrue(String.valueOf(failure.getMessage()).contains(words), failure::getMessage);
  }

  @Test
  void anErrorPageLiesInTheDirectoryAndLinksLeadToItAsToOtherFiles() throws IOException {
    Path secret = Files.writeString(site.folder.resolve("secret.html"), "secret");
    Files.createSymbolicLink(site.root.resolve("out.html"), secret);
    Path page = site.file("sub/404.html", "not here");
    Files.createSymbolicLink(site.root.resolve("in.html"), page);
    String above = "sub/../../secret.html";
    for (Links links : Links.values()) {
      assertNoErrorPage(above, links, "it does not lie in ");
      assertNoErrorPage("../missing.html", links, "it does not lie in ");
      assertNoErrorPage(secret.toString(), links, "it does not lie in ");
      site.start(s -> s.errorPage(404, page.toString()).links(links));
      assertEquals("404 not here", site.get("/missing").brief());
      site.start(s -> s.errorPage(404, "sub/../sub/404.html").links(links));
      assertEquals("404 not here", site.get("/missing").brief());
    }
    assertNoErrorPage("out.html", Links.WITHIN, "it is reached by a link, to ");
    assertNoErrorPage("out.html", Links.DENY, "it is reached by a link, to ");
    assertNoErrorPage("in.html", Links.DENY, "it is reached by a link, to ");
    site.start(s -> s.errorPage(404, "in.html"));
    assertEquals("404 not here", site.get("/missing").brief());
    site.start(s -> s.errorPage(404, "out.html").links(Links.FOLLOW));
    assertEquals("404 secret", site.get("/missing").brief());
  }

  /** What is read again is looked at as at the start. */
  @Test
  void anErrorPageThatBecameALinkOutOfTheDirectoryStaysAsItWas() throws IOException {
    Path page = site.file("404.html", "not here");
    Path busy = site.file("busy.txt", "gone");
    site.start(s -> s.errorPage(404, "404.html").errorPage(403, "busy.txt").listing(false));
    Files.delete(page);
    Files.createSymbolicLink(page, Path.of("/etc/passwd"));
    Files.writeString(busy, "another");
    Site.await("the page that changed").until(() -> site.get("/").text().equals("another"));
    assertEquals("404 not here", site.get("/missing").brief());
  }

  @Test
  void aSinglePageThatIsNotThereHasALineAtTheStart() throws IOException {
    String line = "--spa has no effect as long as there is no start page: create ";
    try (ServerLog log = new ServerLog()) {
      site.start(s -> s.singlePage(true).index("a.html").index("b.html"));
      assertTrue(log.text().contains(line + "a.html or b.html in the directory"), log::text);
      assertEquals(404, site.get("/place").status());
    }
    site.file("b.html", "start");
    try (ServerLog log = new ServerLog()) {
      assertEquals("200 start", site.get("/place").brief(), "it counts from now on");
      site.start(s -> s.singlePage(true).index("a.html").index("b.html"));
      site.start(s -> s.index("a.html"));
      assertFalse(log.text().contains("--spa"), log::text);
    }
  }
}
