package passerelle.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** File names are octets, whatever the locale; tried on a real directory. */
final class OctetPathTest {
  @TempDir Path directory;

  private String child(String name) {
    return OctetPath.octets(directory) + "/" + name;
  }

  @Test
  void everyOctetGoesThereAndBack() {
    for (int c = 1; c < 256; c++) {
      if (c != '/') {
        String name = "/x/a" + (char) c + "b";
        assertEquals(name, OctetPath.octets(OctetPath.of(name)), "octet " + c);
        assertEquals("a" + (char) c + "b", OctetPath.lastName(OctetPath.of(name)));
        assertEquals("/" + (char) c, OctetPath.octets(OctetPath.of("/" + (char) c)));
      }
    }
  }

  @Test
  void everyOctetMakesAFileThatTheDirectoryListsUnderItsName() throws IOException {
    List<String> made = new ArrayList<>();
    for (int c = 1; c < 256; c++) {
      if (c != '/') {
        String name = "n" + (char) c;
        Files.writeString(OctetPath.of(child(name)), name);
        made.add(name);
      }
    }
    List<String> listed = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        String name = OctetPath.lastName(entry);
        listed.add(name);
        assertEquals(name, Files.readString(OctetPath.of(child(name))));
      }
    }
    listed.sort(null);
    made.sort(null);
    assertEquals(made, listed);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "100%",
        "%41",
        "%",
        "%%2f",
        "a?b",
        "?",
        "a#b",
        "#",
        "a b",
        "a+b",
        "a\\b",
        "a:b",
        "a;b=c",
        "\"quoted\"",
        "...",
        ".hidden",
        "~",
        "new\nline",
        "\u00ff\u00fe",
        "\u00c3\u00a9",
        "\u00e9",
        "[x]"
      })
  void awkwardNamesWorkOnDisk(String name) throws IOException {
    Path path = OctetPath.of(child(name));
    Files.writeString(path, "here");
    assertTrue(Files.isRegularFile(path));
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      assertEquals(name, OctetPath.lastName(entries.iterator().next()));
    }
    assertEquals(child(name), OctetPath.octets(path));
  }

  @Test
  void severalLeadingSlashesAreOne() {
    assertEquals("/etc/x", OctetPath.octets(OctetPath.of("//etc/x")));
    assertEquals("/etc/x", OctetPath.octets(OctetPath.of("////etc/x")));
    assertEquals("/", OctetPath.octets(OctetPath.of("/")));
    assertEquals("/", OctetPath.octets(OctetPath.of("///")));
  }

  @Test
  void trailingSlashesAreDropped() {
    assertEquals("/a", OctetPath.octets(OctetPath.of("/a/")));
    assertEquals("", OctetPath.lastName(OctetPath.of("/")));
  }

  @Test
  void aDirectorysNameHasNoTrailingSlash() throws IOException {
    Path made = Files.createDirectory(OctetPath.of(child("dir")));
    assertEquals(child("dir"), OctetPath.octets(made));
    assertEquals("dir", OctetPath.lastName(made));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a/b", "./a", "/a\u0000b", "\u0000"})
  void refusesNamesThatAreNotAbsoluteOrHoldNul(String name) {
    assertThrows(IllegalArgumentException.class, () -> OctetPath.of(name));
  }

  @Test
  void percentEncodesWhatAPathMayNotCarry() {
    assertEquals("/a%20b%25%3F%23%C3%A9%0A", OctetPath.percentEncode("/a b%?#\u00c3\u00a9\n"));
    assertEquals("-._~!$&'()*+,;=:@/aZ9", OctetPath.percentEncode("-._~!$&'()*+,;=:@/aZ9"));
    assertEquals("", OctetPath.percentEncode(""));
  }

  @Test
  void displaysOctetsAsUtf8() {
    assertEquals("\u00e9", OctetPath.display("\u00c3\u00a9"));
    assertEquals("a\ufffdb", OctetPath.display("a\u00ffb"));
    assertEquals("\u00c3\u00a9", OctetPath.fromText("\u00e9"));
    assertEquals("\u65e5\ud83d\ude00", OctetPath.display(OctetPath.fromText("\u65e5\ud83d\ude00")));
  }

  @Test
  void anArrayIsEncodedAsTheStringOfItsOctetsIs() {
    byte[] octets = new byte[256];
    for (int c = 0; c < 256; c++) {
      octets[c] = (byte) c;
    }
    StringBuilder encoded = new StringBuilder();
    OctetPath.percentEncode(octets, 1, 256, c -> encoded.append((char) c));
    String all = new String(octets, 1, 255, StandardCharsets.ISO_8859_1);
    assertEquals(OctetPath.percentEncode(all, Ascii.UNRESERVED), encoded.toString());
    assertFalse(encoded.toString().matches(".*[^A-Za-z0-9._~%-].*"), encoded::toString);
  }
}
