package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types by name, and what the content adds to them. */
final class MediaTypesTest {
  private final MediaTypes types = MediaTypes.standard();

  @ParameterizedTest
  @CsvSource({
    "a.html, text/html",
    "a.htm, text/html",
    "a.css, text/css",
    "a.js, text/javascript",
    "a.mjs, text/javascript",
    "a.txt, text/plain",
    "a.md, text/markdown",
    "a.csv, text/csv",
    "a.json, application/json",
    "a.map, application/json",
    "a.xml, application/xml",
    "a.svg, image/svg+xml",
    "a.png, image/png",
    "a.jpg, image/jpeg",
    "a.jpeg, image/jpeg",
    "a.gif, image/gif",
    "a.webp, image/webp",
    "a.avif, image/avif",
    "a.ico, image/vnd.microsoft.icon",
    "a.woff2, font/woff2",
    "a.woff, font/woff",
    "a.ttf, font/ttf",
    "a.wasm, application/wasm",
    "a.pdf, application/pdf",
    "a.zip, application/zip",
    "a.gz, application/gzip",
    "a.mp4, video/mp4",
    "a.webm, video/webm",
    "a.mp3, audio/mpeg",
    "a.webmanifest, application/manifest+json",
    "A.HTML, text/html",
    "archive.tar.Png, image/png",
    ".html, text/html",
  })
  void whatBrowsersKnowHasItsType(String name, String type) {
    assertEquals(type, types.of(name));
    assertTrue(types.isKnown(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a.", "html", "a.unknown", "a.html~", "a.h tml", "a.\u00e9"})
  void anythingElseIsJustOctets(String name) {
    assertEquals("application/octet-stream", types.of(name));
    assertFalse(types.isKnown(name));
  }

  private static final byte[] ASCII = "a".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] UTF_8 = "\u00e9".getBytes(StandardCharsets.UTF_8);
  private static final byte[] LATIN_1 = {'a', (byte) 0xe9, 'b'};

  @Test
  void textIsUtf8OnlyIfItIs() {
    assertEquals("text/html; charset=utf-8", types.of("a.html", ASCII));
    assertEquals("text/html; charset=utf-8", types.of("a.html", UTF_8));
    assertEquals("text/html", types.of("a.html", LATIN_1));
    assertEquals("application/json", types.of("a.json", UTF_8));
    assertEquals("image/svg+xml", types.of("a.svg", UTF_8));
  }

  @Test
  void aCharsetThatTheSiteNamesCountsWhateverTheContentIs() {
    MediaTypes latin = types.with(Map.of(".own", "text/own; charset=x"), "iso-8859-1");
    for (byte[] content : List.of(ASCII, UTF_8, LATIN_1)) {
      assertEquals("text/html; charset=iso-8859-1", latin.of("a.html", content));
      assertEquals("text/own; charset=x", latin.of("a.own", content));
      assertEquals("text/html", types.with(Map.of(), "").of("a.html", content));
    }
    assertThrows(IllegalArgumentException.class, () -> types.with(Map.of(), "utf-8; a=b"));
  }

  @Test
  void aWholeNameComesBeforeItsExtensionAndThatBeforeNone() {
    MediaTypes own =
        types.with(
            Map.of("a.b", "x/name", ".B", "x/extension", "", "x/none", "\u00c3\u00a9", "x/octets"),
            null);
    assertEquals("x/name", own.of("a.b"));
    assertEquals("x/extension", own.of("A.b"), "names are told apart by case, extensions not");
    assertEquals("x/extension", own.of("a.B"));
    assertEquals("x/none", own.of("b"));
    assertEquals("x/none", own.of("b."));
    assertEquals("x/none", own.of(".profile"));
    assertEquals("x/octets", own.of("\u00c3\u00a9"));
    assertEquals("text/html", own.of(".html"));
    assertEquals("application/octet-stream", own.of("a.unknown"));
    assertEquals("x/none", own.of("b", ASCII), "said by the site, the content is not asked");
    assertTrue(own.isKnown("a.b"));
    assertFalse(own.isKnown("b"), "a program without an extension stays one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                          | text/plain; charset=utf-8",
        "MIT License                 | text/plain; charset=utf-8",
        "'a\tb\r\n\f'               | text/plain; charset=utf-8",
        "'a\u001b[1m'               | application/octet-stream",
        "caf\u00e9                    | text/plain; charset=utf-8",
        "<!DOCTYPE html><script>     | text/plain; charset=utf-8",
        "<svg xmlns=''x''/>          | text/plain; charset=utf-8",
        "alert(1)                    | text/plain; charset=utf-8",
        "'{}\n'                      | application/json",
        "' [1, {\"a\": null}] '       | application/json",
        "'{\"applinks\": {}}'         | application/json",
        "'{} {}'                     | text/plain; charset=utf-8",
        "'{\"a\": }'                 | text/plain; charset=utf-8",
        "'{'                         | text/plain; charset=utf-8",
        "[section]                   | text/plain; charset=utf-8",
        "1                           | text/plain; charset=utf-8",
        "'\"text\"'                  | text/plain; charset=utf-8",
        "'a\u0000b'                  | application/octet-stream",
        "'{\"a\": \"\u0001\"}'        | application/octet-stream",
        "'\u007fELF\u0002'           | application/octet-stream",
      })
  void withoutAnExtensionTheContentDecidesAndIsNeverTakenForAPage(String content, String type) {
    byte[] octets = content.translateEscapes().getBytes(StandardCharsets.UTF_8);
    for (String name : new String[] {"LICENSE", "a.", ".profile"}) {
      assertEquals(type, types.of(name, octets), name);
    }
    assertEquals("application/octet-stream", types.of("a.unknown", octets));
  }

  @Test
  void withoutAnExtensionWhatIsNotUtf8IsJustOctets() {
    assertEquals("application/octet-stream", types.of("LICENSE", LATIN_1));
  }
}
