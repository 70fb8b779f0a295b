package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The codings of a file: those that lie beside it, and gzip made here (RFC 9110 §8.4, §12.5.3). */
final class RepresentationsTest {
  private static final String GZIP = "Accept-Encoding: gzip";

  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  /** Surely no newer than the files that are written after it, even if the clock is put back. */
  private void dated(String name, String text) throws IOException {
    Instant date = Instant.parse("2021-01-01T00:00:00Z");
    Files.setLastModifiedTime(site.file(name, text), FileTime.from(date));
  }

  private void startWithSiblings() throws IOException {
    dated("a.js", "plain");
    site.file("a.js.gz", "as gzip");
    site.file("a.js.zst", "as zstd");
    site.file("a.js.br", "as br");
    site.start(s -> s);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gzip                          | gzip",
        "x-gzip                        | gzip",
        "GZip                          | gzip",
        "gzip, deflate, br, zstd       | br",
        "gzip, deflate                 | gzip",
        "zstd, gzip                    | zstd",
        "br;q=0.5, gzip                | gzip",
        "br;q=0.001                    | br",
        "br;q=0, zstd;q=0, gzip        | gzip",
        "gzip;q=0                      |",
        "deflate, compress             |",
        "identity                      |",
        "identity, gzip;q=0.9          |",
        "identity;q=0.5, gzip          | gzip",
        "*                             | br",
        "*;q=0.1, gzip                 | gzip",
        "br;q=0, *                     | zstd",
        "*;q=0                         |",
        "identity;q=0                  |",
        "identity;q=0, gzip            | gzip",
        "''                            |",
        "br;q=2, gzip                  | gzip",
        "br;q=x                        |",
      })
  void theBestAcceptableCodingIsSent(String accepted, String coding) throws IOException {
    startWithSiblings();
    Reply reply = site.get("/a.js", "Accept-Encoding: " + accepted);
    assertEquals(coding == null ? "200 plain" : "200 as " + coding, reply.brief());
    assertEquals(coding, reply.field("Content-Encoding"));
    assertEquals("Accept-Encoding", reply.only("Vary"));
    assertEquals("text/javascript; charset=utf-8", reply.only("Content-Type"));
  }

  @Test
  void everyCodingHasAnEntityTagOfItsOwn() throws IOException {
    startWithSiblings();
    Set<String> tags = new HashSet<>();
    for (String accepted : new String[] {"identity", "gzip", "zstd", "br"}) {
      String tag = site.get("/a.js", "Accept-Encoding: " + accepted).only("ETag");
      assertTrue(tags.add(tag), tag);
      Reply unchanged = site.get("/a.js", "Accept-Encoding: " + accepted, "If-None-Match: " + tag);
      assertEquals(304, unchanged.status());
      assertEquals(tag, unchanged.only("ETag"));
      assertEquals("Accept-Encoding", unchanged.only("Vary"));
      assertEquals(
          200, site.get("/a.js", "Accept-Encoding: deflate", "If-None-Match: \"x\"").status());
    }
    String gzipTag = site.get("/a.js", GZIP).only("ETag");
    assertEquals(200, site.get("/a.js", "If-None-Match: " + gzipTag).status());
  }

  @Test
  void aCompressedFileIsAlsoAFile() throws IOException {
    startWithSiblings();
    Reply reply = site.get("/a.js.gz", GZIP);
    assertEquals("200 as gzip", reply.brief());
    assertNull(reply.field("Content-Encoding"));
    assertEquals("application/gzip", reply.only("Content-Type"));
  }

  @Test
  void aCompressedFileThatIsOlderThanItsFileIsNotSent() throws IOException {
    startWithSiblings();
    Files.setLastModifiedTime(
        site.root.resolve("a.js.br"), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
    assertEquals("200 as zstd", site.get("/a.js", "Accept-Encoding: br, zstd").brief());
  }

  @Test
  void theSlashOfAFolderLeadsToTheCodingOfItsPage() throws IOException {
    dated("index.html", "page");
    site.file("index.html.br", "as br");
    site.start(s -> s);
    Reply reply = site.get("/", "Accept-Encoding: br");
    assertEquals("200 as br", reply.brief());
    assertEquals("text/html; charset=utf-8", reply.only("Content-Type"));
  }

  private static byte[] octets(Reply reply) {
    return reply.content().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String gunzip(byte[] octets) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(octets))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @CsvSource({"1024", "30000", "40000", "1000000"})
  void textIsCompressedForThoseWhoAcceptIt(int size) throws IOException {
    site.letters("a.txt", size);
    site.start(s -> s);
    try (RawClient client = site.connect()) {
      Reply zipped = client.get("/a.txt", GZIP);
      assertEquals("gzip", zipped.only("Content-Encoding"));
      assertTrue(octets(zipped).length < size / 2);
      assertEquals(Site.letters(size), gunzip(octets(zipped)));
      Reply plain = client.get("/a.txt");
      assertNull(plain.field("Content-Encoding"));
      assertEquals(Site.letters(size), plain.content());
      assertEquals("Accept-Encoding", plain.only("Vary"));
      assertNotEquals(plain.only("ETag"), zipped.only("ETag"));
      Reply again = client.get("/a.txt", GZIP);
      assertArrayEquals(octets(zipped), octets(again));
      assertEquals(zipped.only("ETag"), again.only("ETag"));
      String length = client.head("/a.txt", GZIP).only("Content-Length");
      assertEquals(zipped.only("Content-Length"), length);
      String tag = "If-Range: " + zipped.only("ETag");
      Reply part = client.get("/a.txt", GZIP, tag, "Range: bytes=0-1");
      assertEquals("206 \u001f\u008b", part.status() + " " + part.content());
    }
  }

  @Test
  void theSizesAreThoseOfTheSettings() throws IOException {
    site.letters("below.txt", 99);
    site.letters("least.txt", 100);
    site.letters("most.txt", 50_000);
    site.letters("above.txt", 50_001);
    site.start(s -> s.gzip(100, 50_000));
    for (String outside : new String[] {"/below.txt", "/above.txt"}) {
      Reply reply = site.get(outside, GZIP);
      assertNull(reply.field("Content-Encoding"), outside);
      assertNull(reply.field("Vary"), outside);
    }
    for (String inside : new String[] {"/least.txt", "/most.txt"}) {
      assertEquals("gzip", site.get(inside, GZIP).field("Content-Encoding"), inside);
    }
  }

  @Test
  void whatDoesNotShrinkOrIsNoTextIsSentAsItIs() throws IOException {
    site.letters("a.png", 5000);
    byte[] noise = new byte[5000];
    new java.util.Random(1).nextBytes(noise);
    Files.write(site.root.resolve("noise.txt"), noise);
    site.start(s -> s);
    assertNull(site.get("/a.png", GZIP).field("Content-Encoding"));
    Reply reply = site.get("/noise.txt", GZIP);
    assertNull(reply.field("Content-Encoding"));
    assertArrayEquals(noise, octets(reply));
  }

  @Test
  void aChangedTextIsCompressedAnew() throws IOException {
    Path path = site.letters("a.txt", 2000);
    site.start(s -> s);
    String before = site.get("/a.txt", GZIP).only("ETag");
    Files.writeString(path, "x".repeat(3000));
    Site.await("the new text, compressed")
        .until(
            () -> {
              Reply reply = site.get("/a.txt", GZIP);
              // Seen while it is being written it may be empty, and not compressed.
              return "gzip".equals(reply.field("Content-Encoding"))
                  && gunzip(octets(reply)).equals("x".repeat(3000));
            });
    assertNotEquals(before, site.get("/a.txt", GZIP).only("ETag"));
  }
}
