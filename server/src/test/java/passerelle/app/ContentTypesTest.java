package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types and codings that the content decides together with the name (RFC 9110 §8.3, §8.4). */
final class ContentTypesTest {
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

  private byte[] octets(String name, byte[] content) throws IOException {
    Files.write(site.root.resolve(name), content);
    return content;
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(octets)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return octets.toByteArray();
  }

  private String type(String path, String... fields) throws IOException {
    Reply reply = site.get(path, fields);
    assertEquals(200, reply.status(), path);
    assertEquals("nosniff", reply.only("X-Content-Type-Options"), path);
    return reply.only("Content-Type");
  }

  @ParameterizedTest
  @CsvSource({
    "p.svgz, image/svg+xml",
    "P.SVGZ, image/svg+xml",
    "p.emz, image/emf",
    "p.wmz, image/wmf",
    "p.wrz, model/vrml",
    "p.x3dz, model/x3d+xml",
  })
  void whatIsGzipAllThroughSaysSoToEveryone(String name, String type) throws IOException {
    byte[] content = octets(name, gzip("<svg/>".repeat(1000)));
    octets(name + ".br", new byte[] {1});
    site.start(s -> s);
    for (String accepted : new String[] {"gzip", "br", "identity", "gzip;q=0", "*;q=0"}) {
      Reply reply = site.get("/" + name, "Accept-Encoding: " + accepted);
      assertEquals("gzip", reply.only("Content-Encoding"), accepted);
      assertEquals(type, reply.only("Content-Type"));
      assertArrayEquals(content, reply.content().getBytes(StandardCharsets.ISO_8859_1));
      assertNull(reply.field("Vary"), "everybody gets the same");
    }
    Reply part = site.get("/" + name, "Range: bytes=0-1");
    assertEquals("206 \u001f\u008b", part.brief());
    assertEquals("gzip", part.only("Content-Encoding"));
  }

  /** Archives and skins have such names, too; a type that names the coding needs no other. */
  @Test
  void whatIsNotGzipOrIsSaidToBeAnArchiveHasNoCoding() throws IOException {
    site.file("skin.wmz", "PK\u0003\u0004");
    site.file("plain.svgz", "<svg/>");
    octets("a.svgz", gzip("<svg/>"));
    octets("a.tgz", gzip("x"));
    octets("a.gz", gzip("x"));
    site.start(s -> s);
    assertNull(site.get("/skin.wmz").field("Content-Encoding"));
    assertEquals("application/x-ms-wmz", type("/skin.wmz"));
    assertNull(site.get("/plain.svgz").field("Content-Encoding"));
    for (String path : new String[] {"/a.tgz", "/a.gz"}) {
      assertNull(site.get(path).field("Content-Encoding"), path);
      assertEquals("application/gzip", type(path));
    }
    site.start(s -> s.mediaType(".svgz", "application/gzip"));
    assertNull(site.get("/a.svgz").field("Content-Encoding"));
    assertEquals("application/gzip", type("/a.svgz"));
    site.start(s -> s.mediaType("a.svgz", "image/x-own"));
    assertEquals("gzip", site.get("/a.svgz").only("Content-Encoding"));
    assertEquals("image/x-own", type("/a.svgz"));
  }

  /** In memory, open, and larger than what is looked at; compressed for those who want it. */
  @ParameterizedTest
  @ValueSource(ints = {100, 5000, 100_000, 1_500_000})
  void aNameWithoutExtensionHasTheTypeOfItsContent(int size) throws IOException {
    site.letters("LICENSE", size);
    site.letters(".well-known/security", size);
    site.file(
        ".well-known/apple-app-site-association", "{\"applinks\": {}}" + " ".repeat(size / 2));
    site.file("page", "<!DOCTYPE html>" + "x".repeat(size));
    site.file("program", "\u007fELF\u0000" + "x".repeat(size));
    site.start(s -> s);
    assertEquals("text/plain; charset=utf-8", type("/LICENSE"));
    assertEquals("text/plain; charset=utf-8", type("/.well-known/security"));
    assertEquals("application/json", type("/.well-known/apple-app-site-association"));
    assertEquals("text/plain; charset=utf-8", type("/page"));
    assertEquals("application/octet-stream", type("/program"));
    Reply zipped = site.get("/LICENSE", GZIP);
    assertEquals(size < 1024 ? null : "gzip", zipped.field("Content-Encoding"));
    assertEquals("text/plain; charset=utf-8", zipped.only("Content-Type"));
    assertEquals(size < 1024 ? null : "Accept-Encoding", site.get("/LICENSE").field("Vary"));
  }

  /** A charset that were sent with it would overrule what it declares. */
  @ParameterizedTest
  @ValueSource(ints = {100, 900_000, 2_000_000})
  void aPageInACharsetOfSevenBitsSaysItselfWhatItIs(int size) throws IOException {
    String escaped = "\u001b$B$3$l\u001b(B";
    String page = "<meta charset=iso-2022-jp>" + "x".repeat(size) + escaped;
    octets("jp.html", page.getBytes(StandardCharsets.US_ASCII));
    octets("middle.html", (page + "x".repeat(size)).getBytes(StandardCharsets.US_ASCII));
    octets("large.txt", page.replace(escaped, "").getBytes(StandardCharsets.US_ASCII));
    site.start(s -> s);
    assertEquals("text/html", type("/jp.html"));
    assertEquals("text/html", type("/middle.html"), "even if nobody has read the middle");
    assertEquals("text/plain; charset=utf-8", type("/large.txt"), "only pages declare");
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 100_000, 900_000})
  void aPageThatIsNotUtf8SaysItselfWhatItIs(int size) throws IOException {
    byte[] latin =
        ("<meta charset=iso-8859-1>" + "x".repeat(size) + "caf\u00e9")
            .getBytes(StandardCharsets.ISO_8859_1);
    octets("latin.html", latin);
    octets("latin.html.gz", gzip("x"));
    octets("utf-8.html", ("x".repeat(size) + "caf\u00e9").getBytes(StandardCharsets.UTF_8));
    octets("404.html", latin);
    site.start(s -> s.errorPage(404, "404.html"));
    for (String coding : new String[] {"identity", "gzip"}) {
      assertEquals("text/html", type("/latin.html", "Accept-Encoding: " + coding));
      assertEquals("text/html; charset=utf-8", type("/utf-8.html", "Accept-Encoding: " + coding));
    }
    assertEquals("text/html", site.get("/missing.txt").only("Content-Type"));
    Reply parts =
        site.get("/latin.html", "Range: bytes=0-0,1000-1000", "Accept-Encoding: identity");
    assertEquals(size > 1000, parts.content().contains("Content-Type: text/html\r\n"));
    site.start(s -> s.charset("iso-8859-1"));
    assertEquals("text/html; charset=iso-8859-1", type("/latin.html"));
    assertEquals("text/html; charset=iso-8859-1", type("/utf-8.html"));
    site.start(s -> s.charset(""));
    assertEquals("text/html", type("/utf-8.html"));
  }

  /** One file has its own type under each of its names. */
  @Test
  void namesOfOneFileDifferInType() throws IOException {
    Files.createLink(site.root.resolve("LICENSE"), site.letters("a.bin", 100_000));
    Files.createLink(site.root.resolve("a.html"), site.root.resolve("a.bin"));
    site.start(s -> s);
    assertEquals("application/octet-stream", type("/a.bin"));
    assertEquals("text/plain; charset=utf-8", type("/LICENSE"));
    assertEquals("text/html; charset=utf-8", type("/a.html"));
  }
}
