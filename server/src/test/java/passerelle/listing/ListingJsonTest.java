package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.io.OctetPath;

/** The listing for programs, read back by a parser. */
final class ListingJsonTest {
  @TempDir private Path folder;

  private List<Map<String, String>> entries(String query) throws IOException {
    return parse(Listings.text(new ListingJson(Listings.read(folder, query))));
  }

  /** An array of flat objects, strictly; a number is kept as its text. */
  private static List<Map<String, String>> parse(String json) throws IOException {
    List<Map<String, String>> objects = new ArrayList<>();
    try (JsonParser parser = new JsonFactory().createParser(json)) {
      assertEquals(JsonToken.START_ARRAY, parser.nextToken());
      while (parser.nextToken() == JsonToken.START_OBJECT) {
        Map<String, String> object = new LinkedHashMap<>();
        while (parser.nextToken() == JsonToken.FIELD_NAME) {
          JsonToken value = parser.nextToken();
          boolean isSize = parser.currentName().equals("size");
          assertEquals(isSize ? JsonToken.VALUE_NUMBER_INT : JsonToken.VALUE_STRING, value);
          object.put(parser.currentName(), parser.getText());
        }
        assertEquals(JsonToken.END_OBJECT, parser.currentToken());
        objects.add(object);
      }
      assertEquals(JsonToken.END_ARRAY, parser.currentToken());
      assertEquals(null, parser.nextToken());
    }
    return objects;
  }

  @Test
  void everyEntryIsAnObject() throws Exception {
    FileTime time = FileTime.from(Instant.parse("2024-02-29T23:59:59.5Z"));
    Files.setLastModifiedTime(Files.writeString(folder.resolve("a b.txt"), "hello"), time);
    Files.setLastModifiedTime(Files.createDirectory(folder.resolve("sub")), time);
    Path pipe = folder.resolve("pipe");
    assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
    // The JDK sets a file's time by opening it, which for a pipe would wait for a writer.
    assertEquals(
        0,
        new ProcessBuilder("touch", "-d", "2024-02-29T23:59:59Z", pipe.toString())
            .start()
            .waitFor());
    assertEquals(
        List.of(
            "{name=sub, href=./sub/, type=directory, modified=2024-02-29T23:59:59Z}",
            "{name=a b.txt, href=./a%20b.txt, type=file, size=5, modified=2024-02-29T23:59:59Z}",
            "{name=pipe, href=./pipe, type=other, modified=2024-02-29T23:59:59Z}"),
        entries("").stream().map(Map::toString).toList());
  }

  @Test
  void anEmptyFolderIsAnEmptyArray() throws IOException {
    assertEquals(List.of(), entries(""));
  }

  @Test
  void hostileNamesAreStringsAndTheirLinksLeadToThem() throws IOException {
    List<String> names =
        List.of(
            "\"},{\"name\":\"x",
            "back\\slash",
            "a\nb\u0001",
            "<img src=x onerror=alert(1)>",
            "caf\u00c3\u00a9",
            "bad\u00ff\u00fe",
            "a:b",
            "%41",
            "#",
            "?",
            "\u00e2\u0080\u00a8");
    for (String name : names) {
      Listings.file(folder, name);
    }
    List<String> shown = new ArrayList<>();
    for (Map<String, String> entry : entries("")) {
      String href = entry.getOrDefault("href", "");
      String decoded =
          URLDecoder.decode(href.substring(2).replace("+", "%2B"), StandardCharsets.ISO_8859_1);
      assertEquals("x", Files.readString(Listings.child(folder, decoded)), href);
      assertEquals(OctetPath.display(decoded), entry.get("name"));
      shown.add(decoded);
    }
    shown.sort(null);
    List<String> expected = new ArrayList<>(names);
    expected.sort(null);
    assertEquals(expected, shown);
  }

  @Test
  void manyEntriesComeInTheOrderAskedFor() throws IOException {
    for (int i = 0; i < 1000; i++) {
      Files.writeString(folder.resolve("name" + i), "x".repeat(i));
    }
    List<Map<String, String>> entries = entries("sort=size&order=desc");
    assertEquals(1000, entries.size());
    for (int i = 0; i < 1000; i++) {
      assertEquals("name" + (999 - i), entries.get(i).get("name"));
      assertEquals(String.valueOf(999 - i), entries.get(i).get("size"));
    }
  }

  @Test
  void anArrayThatIsNotReadToItsEndGivesEverythingBack() throws IOException {
    for (int i = 0; i < 1000; i++) {
      Listings.file(folder, "name" + i);
    }
    ListingBudget budget = new ListingBudget(Long.MAX_VALUE);
    DirectorySnapshot snapshot =
        new DirectoryListing(Listings.TYPES, Listings.root(folder, false), budget, 1000)
            .read(folder.toRealPath(), Listings.REQUEST, () -> false);
    assertNotNull(snapshot);
    ListingJson json = new ListingJson(snapshot);
    json.next();
    json.close();
    assertEquals(0, budget.taken());
  }
}
