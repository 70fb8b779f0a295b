package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.io.OctetPath;

/** The page of a directory: what it shows, in which order, and that no name can break it. */
final class DirectoryListingTest {
  private static final Pattern LINK = Pattern.compile("<td><a href=\"([^\"]*)\">([^<]*)</a>");

  @TempDir private Path folder;

  private void file(String octets) throws IOException {
    Files.writeString(OctetPath.of(OctetPath.octets(folder.toRealPath()) + "/" + octets), "x");
  }

  private String page(String urlPath) throws IOException {
    return DirectoryListing.page(folder.toRealPath(), urlPath);
  }

  /** The links of a page, each as its target and its text. */
  private List<String> links(String urlPath) throws IOException {
    List<String> links = new ArrayList<>();
    Matcher matcher = LINK.matcher(page(urlPath));
    while (matcher.find()) {
      links.add(matcher.group(1) + " " + matcher.group(2));
    }
    return links;
  }

  @Test
  void foldersComeFirstAndEachGroupIsSorted() throws IOException {
    Files.createDirectory(folder.resolve("zoo"));
    Files.createDirectory(folder.resolve("Ark"));
    file("b");
    file("a");
    assertEquals(
        List.of("../ ../", "./Ark/ Ark/", "./zoo/ zoo/", "./a a", "./b b"), links("/sub/"));
  }

  @Test
  void theRootHasNoWayUp() throws IOException {
    file("a");
    assertEquals(List.of("./a a"), links("/"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<img src=x onerror=alert(1)>.txt"
            + "|./%3Cimg%20src=x%20onerror=alert(1)%3E.txt"
            + "|&lt;img src=x onerror=alert(1)&gt;.txt",
        "\"><script>|./%22%3E%3Cscript%3E|&quot;&gt;&lt;script&gt;",
        "it's|./it&#39;s|it&#39;s",
        "a&amp;b|./a&amp;amp;b|a&amp;amp;b",
        "a:b|./a:b|a:b",
        "javascript:alert(1)|./javascript:alert(1)|javascript:alert(1)",
        "50%25|./50%2525|50%25",
        "a?b#c|./a%3Fb%23c|a?b#c",
        "a\\b|./a%5Cb|a\\b",
        "caf\u00c3\u00a9|./caf%C3%A9|caf\u00e9",
        "caf\u00e9|./caf%E9|caf\ufffd",
      })
  void anyNameIsShownAndLinkedSafely(String name, String target, String text) throws IOException {
    file(name);
    assertEquals(List.of(target + " " + text), links("/"));
  }

  @Test
  void aLineEndInANameStaysInsideItsCell() throws IOException {
    file("a\nb\tc");
    assertEquals(List.of("./a%0Ab%09c a\nb\tc"), links("/"));
  }

  @Test
  void hiddenAndDanglingNamesAreLeftOut() throws IOException {
    file(".hidden");
    file("shown");
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nothing"));
    assertEquals(List.of("./shown shown"), links("/"));
  }

  @Test
  void thePathIsShownAsTextAndEscaped() throws IOException {
    String page = page("/<b>/caf\u00c3\u00a9/");
    assertTrue(page.contains("<h1>/&lt;b&gt;/caf\u00e9/</h1>"), page);
    assertTrue(page.contains("<title>/&lt;b&gt;/caf\u00e9/</title>"), page);
    assertFalse(page.contains("<b>"), page);
  }

  @Test
  void anEmptyFolderSaysSo() throws IOException {
    assertTrue(page("/").contains("This folder is empty."));
    file("a");
    assertFalse(page("/").contains("This folder is empty."));
  }

  @Test
  void sizesAndDatesAreShownForFiles() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "x".repeat(1234));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-02-29T23:59:59Z")));
    Files.createDirectory(folder.resolve("sub"));
    String page = page("/");
    assertTrue(
        page.contains("<td class=\"size\">1.2 KB</td><td class=\"date\">2024-02-29 23:59</td>"),
        page);
    assertTrue(page.contains(">sub/</a></td><td class=\"size\"></td>"), page);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0 B",
    "999, 999 B",
    "1000, 1.0 KB",
    "1049, 1.0 KB",
    "1050, 1.1 KB",
    "9949, 9.9 KB",
    "9950, 10 KB",
    "999499, 999 KB",
    "999500, 1.0 MB",
    "1000000, 1.0 MB",
    "5368709120, 5.4 GB",
    "999499999999, 999 GB",
    "1000000000000, 1.0 TB",
    "9223372036854775807, 9223 PB",
  })
  void sizesHaveThreeDigitsAndAUnit(long octets, String text) {
    assertEquals(text, DirectoryListing.size(octets));
  }

  @Test
  void manyEntriesAreCountedInsteadOfShown() throws IOException {
    for (int i = 0; i < 10_003; i++) {
      Files.createFile(folder.resolve("f" + i));
    }
    assertEquals(10_000, links("/").size());
    assertTrue(page("/").contains("And 3 more."));
  }
}
