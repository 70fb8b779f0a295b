package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.files.MediaTypes;

/** The kinds of common files, and that each kind has an icon. */
final class EntryKindTest {
  @ParameterizedTest
  @CsvSource({
    "notes.txt, TEXT",
    "page.html, TEXT",
    "README.md, TEXT",
    "report.pdf, TEXT",
    "letter.docx, TEXT",
    "table.ods, TEXT",
    "data.json, TEXT",
    "feed.xml, TEXT",
    "photo.JPG, IMAGE",
    "logo.svg, IMAGE",
    "song.mp3, AUDIO",
    "song.flac, AUDIO",
    "film.mp4, VIDEO",
    "film.webm, VIDEO",
    "a.zip, ARCHIVE",
    "a.tar, ARCHIVE",
    "a.tar.gz, ARCHIVE",
    "a.7z, ARCHIVE",
    "a.jar, ARCHIVE",
    "app.js, PROGRAM",
    "run.sh, PROGRAM",
    "code.wasm, PROGRAM",
    "letter.bin, FILE",
    "noextension, FILE",
    "font.woff2, FILE",
  })
  void commonExtensionsHaveTheirKind(String name, EntryKind kind) {
    assertEquals(kind, EntryKind.ofType(MediaTypes.standard().of(name)));
  }

  @Test
  void everyKindHasAnIconOfItsOwn() {
    for (EntryKind kind : EntryKind.values()) {
      assertTrue(
          ListingLook.STYLE.contains("\n." + kind.letter() + " { background-image: url(\"data:"),
          kind::name);
      assertEquals(kind, EntryKind.of(kind.octet()));
    }
    long letters = Arrays.stream(EntryKind.values()).map(EntryKind::letter).distinct().count();
    assertEquals(EntryKind.values().length, letters);
  }
}
