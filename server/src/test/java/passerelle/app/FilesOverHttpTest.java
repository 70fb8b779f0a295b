package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages, redirects, listings, types, validators and ranges, as a client sees them. */
final class FilesOverHttpTest {
  private static final int BIG = 200_000;

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file("index.html", "<p>home");
    site.file("docs/index.html", "<p>docs");
    site.file("list/sub/x", "");
    site.file("evil.example/dir/x", "");
    site.file("a b+c.txt", "blank");
    Files.writeString(site.octetPath("caf\u00c3\u00a9.txt"), "utf-8");
    Files.writeString(site.octetPath("caf\u00e9.txt"), "latin-1");
    site.file("empty.txt", "");
    site.letters("small.txt", 100);
    // Old, so that its tag stays what it is: one of a file that was written just now is weak.
    Files.setLastModifiedTime(site.letters("big.txt", BIG), FileTime.fromMillis(0));
    Files.setLastModifiedTime(
        site.root.resolve("small.txt"), FileTime.from(Instant.parse("2024-02-29T12:00:00.5Z")));
    site.start(s -> s);
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @Test
  void aFolderShowsItsIndexPage() throws IOException {
    assertEquals("200 <p>home", site.get("/").brief());
    assertEquals("200 <p>docs", site.get("/docs/").brief());
    assertEquals("text/html; charset=utf-8", site.get("/docs/").only("Content-Type"));
  }

  @ParameterizedTest
  @CsvSource({
    "/docs,              /docs/",
    "/docs?a=b%20c&d,    /docs/?a=b%20c&d",
    "/docs?,             /docs/?",
    "/list/sub,          /list/sub/",
    "/%6Cist/./sub,      /list/sub/",
    "//evil.example/dir, /evil.example/dir/",
    "///evil.example/dir,/evil.example/dir/",
  })
  void aFolderWithoutItsSlashIsRedirectedWithinTheSite(String target, String location)
      throws IOException {
    Reply reply = site.get(target);
    assertEquals(301, reply.status());
    assertEquals(location, reply.only("Location"));
  }

  @ParameterizedTest
  @CsvSource({
    "/a%20b+c.txt, blank",
    "/a%20b%2Bc.txt, blank",
    "/%61%20b+c%2Etxt, blank",
    "/caf%C3%A9.txt, utf-8",
    "/caf%c3%a9.txt, utf-8",
    "/caf%E9.txt, latin-1",
    "/docs/../a%20b+c.txt, blank",
    "/./docs/%2e%2e/a%20b+c.txt, blank",
    "/docs//index.html, <p>docs",
    "/docs/index.html?x=/../.., <p>docs",
  })
  void pathsAreDecodedOnce(String target, String content) throws IOException {
    assertEquals("200 " + content, site.get(target).brief());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/small.txt/",
        "/small.txt/x",
        "/docs/index.html/",
        "/%2561",
        "/docs/../x",
        "/docs%2findex.html",
        "/%2Fevil.example/dir"
      })
  void whatIsNotThereIs404(String target) throws IOException {
    assertEquals(404, site.get(target).status());
  }

  @Test
  void headHasTheFieldsOfGetAndNoContent() throws IOException {
    for (String target : new String[] {"/", "/big.txt", "/empty.txt", "/nothing", "/docs"}) {
      try (RawClient client = site.connect()) {
        Reply get = client.get(target);
        Reply head = client.head(target);
        assertEquals(get.status(), head.status());
        assertEquals(withoutDate(get), withoutDate(head));
        assertEquals(get.brief(), client.get(target).brief());
      }
    }
  }

  private static List<String> withoutDate(Reply reply) {
    return reply.fields().stream().filter(f -> !f.startsWith("Date:")).toList();
  }

  @Test
  void anUnchangedFileIs304ByTagAndByDate() throws IOException {
    Reply first = site.get("/small.txt");
    assertEquals("Thu, 29 Feb 2024 12:00:00 GMT", first.only("Last-Modified"));
    String tag = first.only("ETag");
    assertTrue(tag.matches("\"[^\"]+\""), tag);
    try (RawClient client = site.connect()) {
      for (String condition :
          new String[] {
            "If-None-Match: " + tag,
            "If-None-Match: W/" + tag,
            "If-None-Match: *",
            "If-Modified-Since: Thu, 29 Feb 2024 12:00:00 GMT"
          }) {
        Reply reply = client.get("/small.txt", condition);
        assertEquals(304, reply.status(), condition);
        assertEquals(tag, reply.only("ETag"));
        assertNull(reply.field("Content-Length"));
        assertNull(reply.field("Content-Type"));
      }
      assertEquals(200, client.get("/small.txt", "If-None-Match: \"other\"").status());
      assertEquals(412, client.get("/small.txt", "If-Match: \"other\"").status());
      assertEquals(304, client.head("/small.txt", "If-None-Match: " + tag).status());
    }
    assertNotEquals(tag, site.get("/big.txt").only("ETag"));
  }

  @ParameterizedTest
  @CsvSource({
    "bytes=0-0, 0, 1",
    "bytes=10-19, 10, 10",
    "bytes=90-, 90, 10",
    "bytes=-5, 95, 5",
    "bytes=50-1000, 50, 50",
    "bytes=-1000, 0, 100",
    "BYTES=1-2, 1, 2",
  })
  void aSingleRangeIs206(String range, int first, int length) throws IOException {
    Reply reply = site.get("/small.txt", "Range: " + range);
    assertEquals(206, reply.status());
    assertEquals(
        "bytes " + first + "-" + (first + length - 1) + "/100", reply.only("Content-Range"));
    assertEquals(Site.letters(100).substring(first, first + length), reply.content());
    assertEquals("text/plain; charset=utf-8", reply.only("Content-Type"));
  }

  @Test
  void aRangeOfALargeFileIs206Too() throws IOException {
    Reply reply = site.get("/big.txt", "Range: bytes=100000-199998");
    assertEquals("bytes 100000-199998/200000", reply.only("Content-Range"));
    assertEquals(Site.letters(BIG).substring(100_000, 199_999), reply.content());
  }

  @Test
  void aRangeThatLiesBehindTheFileIs416() throws IOException {
    for (String range : new String[] {"bytes=100-", "bytes=100-200", "bytes=-0"}) {
      Reply reply = site.get("/small.txt", "Range: " + range);
      assertEquals(416, reply.status());
      assertEquals("bytes */100", reply.only("Content-Range"));
    }
    assertEquals("bytes */0", site.get("/empty.txt", "Range: bytes=0-").only("Content-Range"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"bytes=5-3", "lines=1-2", "bytes=x-y", "bytes="})
  void aRangeThatMakesNoSenseIsIgnored(String range) throws IOException {
    Reply reply = site.get("/small.txt", "Range: " + range);
    assertEquals("200 " + Site.letters(100), reply.brief());
    assertEquals("bytes", reply.only("Accept-Ranges"));
  }

  @Test
  void ifRangeGivesTheWholeFileWhenItHasChanged() throws IOException {
    Reply whole = site.get("/small.txt");
    String tag = "If-Range: " + whole.only("ETag");
    assertEquals(206, site.get("/small.txt", "Range: bytes=1-2", tag).status());
    assertEquals(200, site.get("/small.txt", "Range: bytes=1-2", "If-Range: \"old\"").status());
    String date = "If-Range: " + whole.only("Last-Modified");
    assertEquals(206, site.get("/small.txt", "Range: bytes=1-2", date).status());
  }

  @Test
  void everyFileForbidsSniffing() throws IOException {
    assertEquals("nosniff", site.get("/small.txt").only("X-Content-Type-Options"));
    assertFalse(site.get("/small.txt").only("Cache-Control").isEmpty());
  }
}
