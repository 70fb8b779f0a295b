package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
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
import passerelle.files.FileSettings;

/** Files that scripts have sent by X-Sendfile. */
final class CgiSendfileTest {
  private static final int LARGE = 3_000_000;
  private static final String SECRET = "nobody may see this";

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file(".private/a.txt", "the file");
    site.letters(".private/large.bin", LARGE);
    site.script("scripts.sh", "# " + SECRET);
    Files.writeString(site.folder.resolve("outside.txt"), SECRET);
    Files.createSymbolicLink(site.root.resolve(".private/out.txt"), Path.of("../../outside.txt"));
    Files.createSymbolicLink(site.root.resolve(".private/in.txt"), Path.of("a.txt"));
    // The name comes from the query, so that one script serves all tests; but not the root's, which
    // may hold what a query cannot.
    site.script(
        "send.sh",
        "case $QUERY_STRING in",
        "root/*) name=$DOCUMENT_ROOT/${QUERY_STRING#root/};;",
        "*) name=$QUERY_STRING;;",
        "esac",
        "printf 'X-Sendfile: %s\\n' \"$name\"",
        "printf 'Content-Type: text/x-own\\nContent-Disposition: attachment\\n'",
        "printf 'Cache-Control: max-age=5\\nSet-Cookie: a=1\\nContent-Length: 3\\n\\nown content'");
    site.script("plain.sh", "printf 'x-sendfile: %s\\n\\n' \"$QUERY_STRING\"");
    site.script("tag.sh", "printf 'ETag: \"mine\"\\nX-Sendfile: ../.private/a.txt\\n\\n'");
    site.script("status.sh", "printf 'Status: 404 No\\nX-Sendfile: ../.private/a.txt\\n\\n'");
    site.script("empty.sh", "printf 'Status: 204 No\\nX-Sendfile: ../.private/a.txt\\n\\n'");
    site.script("moved.sh", "printf 'Location: http://a.example/\\nX-Sendfile: /x\\n\\nmoved'");
    site.script("twice.sh", "printf 'X-Sendfile: /x\\nX-Sendfile: /y\\n\\n'");
    site.start(s -> s.cgi("/cgi-bin").cgiSendfile(true));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static String target(String name) {
    return "/cgi-bin/send.sh?" + name;
  }

  @Test
  void theFileIsTheContentAndTheScriptsFieldsComeFirst() throws IOException {
    for (String name :
        new String[] {
          "../.private/a.txt", "root/.private/a.txt", "root/cgi-bin/../.private/in.txt"
        }) {
      Reply reply = site.get(target(name));
      assertEquals("200 the file", reply.brief());
      assertEquals("8", reply.only("Content-Length"));
      assertEquals("text/x-own", reply.only("Content-Type"));
      assertEquals("max-age=5", reply.only("Cache-Control"));
      assertEquals("attachment", reply.only("Content-Disposition"));
      assertEquals("a=1", reply.only("Set-Cookie"));
      assertEquals("bytes", reply.only("Accept-Ranges"));
      assertNotNull(reply.field("ETag"));
      assertNotNull(reply.field("Last-Modified"));
      assertNull(reply.field("X-Sendfile"));
    }
    Reply plain = site.get("/cgi-bin/plain.sh?../.private/a.txt");
    assertEquals("200 the file", plain.brief());
    assertEquals("text/plain; charset=utf-8", plain.only("Content-Type"));
    assertEquals("no-cache", plain.only("Cache-Control"));
  }

  @Test
  void conditionsAndRangesAreTheFiles() throws IOException {
    try (RawClient client = site.connect()) {
      String target = target("../.private/a.txt");
      String tag = client.get(target).only("ETag");
      Reply same = client.get(target, "If-None-Match: " + tag);
      assertEquals("304 ", same.brief());
      assertEquals(tag, same.only("ETag"));
      assertEquals("a=1", same.only("Set-Cookie"));
      assertNull(same.field("Content-Type"));
      Reply other = client.get(target, "If-Match: \"x\"");
      assertEquals(412, other.status());
      assertTrue(other.only("Content-Type").startsWith("text/html"));
      assertNull(other.field("Content-Disposition"));
      Reply part = client.get(target, "Range: bytes=4-5");
      assertEquals("206 fi", part.brief());
      assertEquals("bytes 4-5/8", part.only("Content-Range"));
      assertEquals("text/x-own", part.only("Content-Type"));
      Reply none = client.get(target, "Range: bytes=9-");
      assertEquals(416, none.status());
      assertEquals("bytes */8", none.only("Content-Range"));
      Reply parts = client.get(target("../.private/large.bin"), "Range: bytes=0-0,100000-100000");
      assertEquals(206, parts.status());
      assertTrue(parts.only("Content-Type").startsWith("multipart/byteranges"));
      assertTrue(parts.content().contains("Content-Type: text/x-own\r\n"), parts::content);
      Reply head = client.head(target);
      assertEquals("8", head.only("Content-Length"));
      assertEquals("text/x-own", head.only("Content-Type"));
      assertEquals("200 the file", client.get(target).brief());
    }
  }

  @Test
  void aLargeFileComesWholeOrInPart() throws IOException {
    try (RawClient client = site.connect()) {
      String target = target("../.private/large.bin");
      assertEquals("200 " + Site.letters(LARGE), client.get(target).brief());
      assertEquals("206 bcd", client.get(target, "Range: bytes=27-29").brief());
      client.ask("GET", target).readHead();
      client.leave(); // amid the content; the site checks that nothing is left open
    }
  }

  @Test
  void aFileIsClosedWhenItWasSentOrNotAtAll() throws IOException {
    String target = target("../.private/large.bin");
    assertEquals(206, site.get(target, "Range: bytes=0-0").status());
    int before = Site.descriptors();
    for (int i = 0; i < 20; i++) {
      assertEquals(206, site.get(target, "Range: bytes=0-0").status());
      assertEquals(304, site.get(target, "If-None-Match: *").status());
      assertEquals(200, site.head(target).status());
    }
    Site.await("no more files open").until(() -> Site.descriptors() < before + 10);
  }

  @Test
  void theScriptsTagIsTheOneThatCounts() throws IOException {
    Reply reply = site.get("/cgi-bin/tag.sh");
    assertEquals("\"mine\"", reply.only("ETag"));
    assertEquals(304, site.get("/cgi-bin/tag.sh", "If-None-Match: \"mine\"").status());
    assertEquals(412, site.get("/cgi-bin/tag.sh", "If-Match: \"other\"").status());
  }

  @Test
  void anotherStatusOrMethodMeansTheWholeFile() throws IOException {
    Reply missing = site.get("/cgi-bin/status.sh", "Range: bytes=0-0", "If-None-Match: *");
    assertEquals("404 the file", missing.brief());
    assertEquals("No", missing.reason());
    Reply posted =
        site.post(target("../.private/a.txt"), "x", "Range: bytes=0-0", "If-Match: \"x\"");
    assertEquals("200 the file", posted.brief());
    assertEquals("204 ", site.get("/cgi-bin/empty.sh").brief());
    Reply moved = site.get("/cgi-bin/moved.sh");
    assertEquals("302 moved", moved.brief());
    assertNull(moved.field("X-Sendfile"));
  }

  @ParameterizedTest
  @CsvSource({
    "../.private/nothing, there is no such file",
    "/etc/passwd, is not below the served directory",
    "../../outside.txt, is not below the served directory",
    "../.private/out.txt, is not below the served directory",
    "scripts.sh, it is a script",
    "send.sh, it is a script",
    "../.private, is no regular file",
    "/dev/null, is not below the served directory",
    "'', X-Sendfile field is empty",
  })
  void whatMustNotBeSentIs502(String name, String reason) throws IOException {
    try (ServerLog log = new ServerLog();
        RawClient client = site.connect()) {
      Reply reply = client.get(target(name));
      assertEquals(502, reply.status());
      assertFalse(reply.content().contains(SECRET));
      assertTrue(reply.only("Content-Type").startsWith("text/html"));
      assertNull(reply.field("Set-Cookie"));
      log.await(reason);
      log.await("/cgi-bin/send.sh");
      assertEquals(404, client.get("/nothing").status());
    }
    assertEquals(502, site.get("/cgi-bin/twice.sh").status());
  }

  @Test
  void withoutTheOptionTheFieldIsDropped() throws IOException {
    try (Site plain = new Site()) {
      plain.file("a.txt", "the file");
      plain.script("send.sh", "printf 'X-Sendfile: ../a.txt\\nX-Y: z\\n\\nown content'");
      plain.startWithScripts();
      Reply reply = plain.get("/cgi-bin/send.sh");
      assertEquals("200 own content", reply.brief());
      assertNull(reply.field("X-Sendfile"));
      assertEquals("z", reply.only("X-Y"));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void linksAreFollowedAsForOtherFiles(boolean areFollowed) throws IOException {
    try (Site linked = new Site()) {
      linked.file("a.txt", "the file");
      Files.writeString(linked.folder.resolve("outside.txt"), "outside");
      Files.createSymbolicLink(linked.root.resolve("in"), Path.of("a.txt"));
      Files.createSymbolicLink(linked.root.resolve("out"), Path.of("../outside.txt"));
      linked.script("send.sh", "printf 'X-Sendfile: ../%s\\n\\n' $QUERY_STRING");
      FileSettings.Links links = areFollowed ? FileSettings.Links.FOLLOW : FileSettings.Links.DENY;
      linked.start(s -> s.cgi("/cgi-bin").cgiSendfile(true).links(links));
      assertEquals(200, linked.get("/cgi-bin/send.sh?a.txt").status());
      assertEquals(areFollowed ? 200 : 502, linked.get("/cgi-bin/send.sh?in").status());
      assertEquals(areFollowed ? 200 : 502, linked.get("/cgi-bin/send.sh?out").status());
      assertEquals(502, linked.get("/cgi-bin/send.sh?../outside.txt").status());
    }
  }
}
