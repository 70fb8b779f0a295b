package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Types by extension. */
final class MediaTypesTest {
  private final MediaTypes types = MediaTypes.standard();

  @ParameterizedTest
  @CsvSource({
    "a.html, text/html; charset=utf-8",
    "a.htm, text/html; charset=utf-8",
    "a.css, text/css; charset=utf-8",
    "a.js, text/javascript; charset=utf-8",
    "a.mjs, text/javascript; charset=utf-8",
    "a.txt, text/plain; charset=utf-8",
    "a.md, text/markdown; charset=utf-8",
    "a.csv, text/csv; charset=utf-8",
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
    "A.HTML, text/html; charset=utf-8",
    "archive.tar.Png, image/png",
    ".html, text/html; charset=utf-8",
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
}
