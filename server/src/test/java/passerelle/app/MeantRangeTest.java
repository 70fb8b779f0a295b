package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Wherever a choice is made for the client, a range is of what the client means: of the file as it
 * is, or of what it names by a validator (RFC 9110 §13.1.5, §14.2). Else it gets all.
 */
final class MeantRangeTest {
  private static final int TEXT = 100_000;
  private static final String ALL_CODINGS = "Accept-Encoding: gzip, deflate, br, zstd";
  private static final String GZIP = "Accept-Encoding: gzip, deflate";
  private static final String PAGE = "the page that stands in for all places";

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    dated(site.letters("made.txt", TEXT));
    dated(site.letters("beside.txt", TEXT));
    dated(site.file("beside.txt.gz", "as gzip"));
    dated(site.file("beside.txt.br", "as br"));
    dated(site.file("index.html", PAGE));
    site.file("only.js.gz", "only as gzip");
    site.letters("folder/a.txt", 10);
    site.script(
        "range.sh",
        "printf 'Status: 206 Some\\nContent-Type: text/x-own\\n'",
        "printf 'Content-Range: bytes 7-8/99\\nX-Asked: %s\\n\\nhi' \"$HTTP_RANGE\"");
    site.script("local.sh", "printf 'Location: /made.txt\\n\\n'");
    site.script(
        "coded.sh",
        "printf 'Content-Encoding: gzip\\nETag: \"own\"\\nX-Sendfile: ../beside.txt.gz\\n\\n'");
    site.script(
        "part.sh",
        "printf 'Status: 206 Part\\nContent-Range: bytes 1-2/3\\nX-Sendfile: ../made.txt\\n\\n'");
    try (OutputStream drawing = Files.newOutputStream(site.root.resolve("a.svgz"));
        GZIPOutputStream zip = new GZIPOutputStream(drawing)) {
      zip.write("<svg/>".getBytes(StandardCharsets.US_ASCII));
    }
    dated(site.root.resolve("a.svgz"));
    site.start(s -> s.cgi("/cgi-bin").cgiSendfile(true).singlePage(true));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static void dated(Path path) throws IOException {
    Files.setLastModifiedTime(path, FileTime.from(Instant.parse("2021-01-01T00:00:00Z")));
  }

  private static String tag(String path, String... fields) throws IOException {
    return site.get(path, fields).only("ETag");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/made.txt   | gzip, deflate",
        "/made.txt   | identity;q=0.5, gzip",
        "/beside.txt | gzip, deflate",
        "/beside.txt | gzip, deflate, br, zstd",
        "/beside.txt | *",
      })
  void itIsOfTheFileAsItIs(String path, String accepted) throws IOException {
    String accept = "Accept-Encoding: " + accepted;
    assertNotNull(site.get(path, accept).field("Content-Encoding"));
    String all = Site.letters(TEXT);
    Reply part = site.get(path, accept, "Range: bytes=60000-60009");
    assertEquals("206 " + all.substring(60_000, 60_010), part.brief());
    assertNull(part.field("Content-Encoding"));
    assertEquals("bytes 60000-60009/" + TEXT, part.only("Content-Range"));
    assertEquals("Accept-Encoding", part.only("Vary"));
    assertEquals(tag(path), part.only("ETag"));
    assertEquals(
        "206 " + all.substring(TEXT - 5), site.get(path, accept, "Range: bytes=-5").brief());
    Reply several = site.get(path, accept, "Range: bytes=0-9,50000-50009");
    assertTrue(several.content().contains("Content-Range: bytes 50000-50009/" + TEXT));
    assertNull(several.field("Content-Encoding"));
    Reply beyond = site.get(path, accept, "Range: bytes=" + TEXT + "-");
    assertEquals("416 bytes */" + TEXT, beyond.status() + " " + beyond.only("Content-Range"));
    Reply head = site.head(path, accept, "Range: bytes=0-9");
    assertEquals("200 " + TEXT, head.status() + " " + head.only("Content-Length"));
    assertNull(head.field("Content-Encoding"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"/made.txt", "/beside.txt"})
  void itIsOfTheCodingWhoseTagTheRequestHolds(String path) throws IOException {
    Reply whole = site.get(path, GZIP);
    String tag = whole.only("ETag");
    String size = whole.only("Content-Length");
    for (String accept : new String[] {GZIP, ALL_CODINGS}) {
      for (String condition : new String[] {"If-Range: ", "If-Match: ", "If-Match: \"x\", "}) {
        Reply part = site.get(path, accept, condition + tag, "Range: bytes=1-3");
        assertEquals("206 " + whole.content().substring(1, 4), part.brief(), condition);
        assertEquals("gzip", part.only("Content-Encoding"));
        assertEquals("bytes 1-3/" + size, part.only("Content-Range"));
        assertEquals(tag, part.only("ETag"));
      }
    }
    Reply beyond = site.get(path, GZIP, "If-Range: " + tag, "Range: bytes=" + size + "-");
    assertEquals("416 bytes */" + size, beyond.status() + " " + beyond.only("Content-Range"));
    assertEquals(304, site.get(path, GZIP, "If-None-Match: " + tag, "Range: bytes=0-").status());
    // Nobody is sent a coding that it does not accept.
    Reply plain = site.get(path, "If-Range: " + tag, "Range: bytes=1-3");
    assertEquals("200 " + Site.letters(TEXT), plain.brief());
  }

  /** A tag that was sent before a restart, or before the coding gave way, is known again. */
  @Test
  void aCodingThatIsStillToBeMadeIsMadeForItsTag() throws IOException {
    Reply whole = site.get("/made.txt", GZIP);
    String condition = "If-Range: " + whole.only("ETag");
    Reply part = site.get("/m%61de.txt", GZIP, condition, "Range: bytes=0-1");
    assertEquals("206 " + whole.content().substring(0, 2), part.brief());
    Reply other = site.get("/%6dade.txt", GZIP, "If-Range: \"x\"", "Range: bytes=0-1");
    assertEquals("200 " + Site.letters(TEXT), other.brief());
  }

  @Test
  void conditionsSpeakOfTheFileToo() throws IOException {
    String tag = tag("/beside.txt");
    String range = "Range: bytes=1-2";
    assertEquals("206 bc", site.get("/beside.txt", GZIP, range, "If-Match: " + tag).brief());
    assertEquals("206 bc", site.get("/beside.txt", GZIP, range, "If-Match: *").brief());
    assertEquals("206 bc", site.get("/beside.txt", GZIP, range, "If-Range: " + tag).brief());
    assertEquals("206 bc", site.get("/beside.txt", GZIP, range, "If-None-Match: \"x\"").brief());
    assertEquals(412, site.get("/beside.txt", GZIP, range, "If-Match: \"x\"").status());
    assertEquals(304, site.get("/beside.txt", GZIP, range, "If-None-Match: " + tag).status());
    assertEquals(304, site.get("/beside.txt", GZIP, range, "If-None-Match: *").status());
    Reply other = site.get("/beside.txt", GZIP, range, "If-Range: \"x\"");
    assertEquals("200 " + Site.letters(TEXT), other.brief());
  }

  /** So it is of the file as it is, as a range without a condition. */
  @Test
  void aDateNamesNoCoding() throws IOException {
    String date = "If-Range: " + site.get("/made.txt").only("Last-Modified");
    assertEquals("206 bc", site.get("/made.txt", date, "Range: bytes=1-2").brief());
    Reply part = site.get("/made.txt", GZIP, date, "Range: bytes=1-2");
    assertEquals("206 bc", part.brief());
    assertNull(part.field("Content-Encoding"));
  }

  @Test
  void whoRefusesTheFileAsItIsGetsAllOfTheCoding() throws IOException {
    String refusing = "Accept-Encoding: gzip, identity;q=0";
    Reply all = site.get("/beside.txt", refusing, "Range: bytes=1-2");
    assertEquals("200 as gzip", all.brief());
    assertEquals(404, site.get("/only.js", GZIP, "Range: bytes=1-2").status());
    assertEquals("206 nl", site.get("/only.js.gz", GZIP, "Range: bytes=1-2").brief());
  }

  /** A file that is in a coding itself: who does not decode takes the octets for what they are. */
  @Test
  void aFileThatIsCodedItselfIsSentWholeToWhoeverDecodesIt() throws IOException {
    Reply all = site.get("/a.svgz", GZIP);
    assertEquals("gzip", all.only("Content-Encoding"));
    assertEquals(all.brief(), site.get("/a.svgz", GZIP, "Range: bytes=0-1").brief());
    String octets = all.content().substring(0, 2);
    String tag = "If-Range: " + all.only("ETag");
    assertEquals("206 " + octets, site.get("/a.svgz", GZIP, "Range: bytes=0-1", tag).brief());
    assertEquals("206 " + octets, site.get("/a.svgz", "Range: bytes=0-1").brief());
  }

  /** Who resumes the download of a file that is gone must not get the rest of the start page. */
  @Test
  void thePageThatStandsInIsSentWhole() throws IOException {
    assertEquals("200 " + PAGE, site.get("/gone", "Range: bytes=4-7").brief());
    assertEquals("200 " + PAGE, site.get("/gone", "Range: bytes=9999-").brief());
    String date = "If-Range: " + site.get("/").only("Last-Modified");
    assertEquals("200 " + PAGE, site.get("/gone", "Range: bytes=4-7", date).brief());
    String tag = tag("/");
    assertEquals("206 page", site.get("/gone", "Range: bytes=4-7", "If-Range: " + tag).brief());
    assertEquals("206 page", site.get("/gone", "Range: bytes=4-7", "If-Match: " + tag).brief());
    assertEquals("206 page", site.get("/", "Range: bytes=4-7").brief());
    assertEquals("206 page", site.get("/index.html", "Range: bytes=4-7").brief());
    site.file("came", "a file by now");
    Site.await("the file").until(() -> site.get("/came", "Range: bytes=0-0").status() == 206);
  }

  @Test
  void whatIsNoFileIsSentWhole() throws IOException {
    Reply listing = site.get("/folder/", "Range: bytes=0-9");
    assertEquals(200, listing.status());
    assertTrue(listing.content().contains("a.txt"));
    assertNull(listing.field("Content-Range"));
    Reply nothing = site.get("/gone.txt", "Range: bytes=0-9");
    assertEquals(404, nothing.status());
    assertTrue(nothing.content().contains("</html>"));
    Reply put = site.post("/made.txt", "x", "Content-Range: bytes 0-0/1", "Range: bytes=0-0");
    assertEquals(405, put.status());
  }

  @Test
  void aScriptsPartIsTheScripts() throws IOException {
    Reply part = site.get("/cgi-bin/range.sh", GZIP, "Range: bytes=7-8");
    assertEquals("206 hi", part.brief());
    assertEquals("bytes 7-8/99", part.only("Content-Range"));
    assertEquals("bytes=7-8", part.only("X-Asked"));
  }

  @Test
  void aRangeIsOfWhatALocalRedirectLeadsTo() throws IOException {
    assertEquals("206 bc", site.get("/cgi-bin/local.sh", GZIP, "Range: bytes=1-2").brief());
    Reply posted = site.post("/cgi-bin/local.sh", "x", "Range: bytes=1-2");
    assertEquals("200 " + Site.letters(TEXT), posted.brief()); // a range belongs to GET
  }

  @Test
  void aCodingThatAScriptChoseIsSentWhole() throws IOException {
    String range = "Range: bytes=0-1";
    assertEquals("200 as gzip", site.get("/cgi-bin/coded.sh", GZIP, range).brief());
    String tag = "If-Range: \"own\"";
    assertEquals("206 as", site.get("/cgi-bin/coded.sh", GZIP, range, tag).brief());
    // Who accepts no coding takes the octets for what they are.
    assertEquals("206 as", site.get("/cgi-bin/coded.sh", range).brief());
  }

  @Test
  void whichPartOfAFileIsSentIsNotTheScriptsToSay() throws IOException {
    Reply part = site.get("/cgi-bin/part.sh", "Range: bytes=3-4");
    assertEquals("206 de", part.brief());
    assertEquals("bytes 3-4/" + TEXT, part.only("Content-Range"));
    Reply all = site.get("/cgi-bin/part.sh");
    assertEquals("200 " + Site.letters(TEXT), all.brief());
    assertNull(all.field("Content-Range"));
  }
}
