package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
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

/** The page of a directory: what it shows, how it is sorted, and that no name can break it. */
final class ListingPageTest {
  private static final Pattern LINK =
      Pattern.compile("<td><a class=\"[a-z]\" href=\"([^\"<>]*)\">([^<>\"]*)</a></td>");

  @TempDir private Path folder;

  private String page(String urlPath, String query) throws IOException {
    return Listings.page(Listings.read(folder, query), urlPath, query);
  }

  /** The links of a page's rows, each as its target and its text. */
  private List<String> links(String urlPath) throws IOException {
    List<String> links = new ArrayList<>();
    String page = page(urlPath, "");
    Matcher matcher = LINK.matcher(page);
    while (matcher.find()) {
      links.add(matcher.group(1) + " " + matcher.group(2));
    }
    assertEquals(page.split("<tr><td>", -1).length - 1, links.size(), "rows without a link");
    return links;
  }

  @Test
  void foldersComeFirstAndEachGroupIsSorted() throws IOException {
    Files.createDirectory(folder.resolve("zoo"));
    Files.createDirectory(folder.resolve("Ark"));
    Listings.file(folder, "b");
    Listings.file(folder, "a");
    assertEquals(
        List.of("../ Parent folder", "./Ark/ Ark/", "./zoo/ zoo/", "./a a", "./b b"),
        links("/sub/"));
  }

  @Test
  void theRootHasNoWayUp() throws IOException {
    Listings.file(folder, "a");
    assertEquals(List.of("./a a"), links("/"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "<img src=x onerror=alert(1)>.txt"
            + "|./%3Cimg%20src%3Dx%20onerror%3Dalert%281%29%3E.txt"
            + "|&lt;img src=x onerror=alert(1)&gt;.txt",
        "\"><script>|./%22%3E%3Cscript%3E|&quot;&gt;&lt;script&gt;",
        "it's|./it%27s|it&#39;s",
        "a&amp;b|./a%26amp%3Bb|a&amp;amp;b",
        "a:b|./a%3Ab|a:b",
        "a+b;c=d,e@f!$*|./a%2Bb%3Bc%3Dd%2Ce%40f%21%24%2A|a+b;c=d,e@f!$*",
        "a~b-c_d.e|./a~b-c_d.e|a~b-c_d.e",
        "javascript:alert(1)|./javascript%3Aalert%281%29|javascript:alert(1)",
        "%41|./%2541|%41",
        "50%25|./50%2525|50%25",
        "a?b#c|./a%3Fb%23c|a?b#c",
        "#|./%23|#",
        "a\\b|./a%5Cb|a\\b",
        "a b|./a%20b|a b",
        "caf\u00c3\u00a9|./caf%C3%A9|caf\u00e9",
        "caf\u00e9|./caf%E9|caf\ufffd",
        "\u00ff\u00fe|./%FF%FE|\ufffd\ufffd",
        "a\u0085|./a%85|a\ufffd",
        "a\u00c2\u0085|./a%C2%85|a\ufffd",
        "\u00e2\u0080\u00aeexe.txt|./%E2%80%AEexe.txt|\ufffdexe.txt",
      })
  void anyNameIsShownAndLinkedSafely(String name, String target, String text) throws IOException {
    Path file = Listings.file(folder, name);
    assertEquals(List.of(target + " " + text), links("/"));
    Files.delete(file);
    Files.createDirectory(file);
    assertEquals(List.of(target + "/ " + text + "/"), links("/"));
  }

  @Test
  void aLineEndInANameIsNoLineEndOfThePage() throws IOException {
    Listings.file(folder, "a\nb\tc\rd");
    assertEquals(List.of("./a%0Ab%09c%0Dd a\ufffdb\ufffdc\ufffdd"), links("/"));
  }

  @Test
  void namesThatBeginWithDotsAreNoDotSegments() throws IOException {
    for (String name : List.of("..foo", "...", ".a")) {
      Listings.file(folder, name);
    }
    DirectoryListing listing =
        new DirectoryListing(
            Listings.TYPES, Listings.root(folder, true), ListingBudget.standard(), 100);
    DirectorySnapshot all = listing.read(folder.toRealPath(), Listings.REQUEST, () -> false);
    assertNotNull(all);
    String page = Listings.page(all, "/", "");
    for (String name : List.of("..foo", "...", ".a")) {
      assertTrue(page.contains("\" href=\"./" + name + "\">" + name + "</a>"), page);
    }
  }

  @Test
  void everyOctetOfANameIsShownAndLinked() throws IOException {
    for (int c = 1; c < 256; c++) {
      if (c != '/') {
        Listings.file(folder, "n" + (char) c);
      }
    }
    assertEquals(254, links("/").size());
  }

  @Test
  void theLongestNamesDoNotMakePiecesTooLong() throws IOException {
    for (int i = 0; i < 200; i++) {
      Listings.file(folder, "<".repeat(250) + i);
    }
    assertEquals(200, links("/").size());
  }

  @Test
  void thePathIsAHeadingOfLinksShownAsTextAndEscaped() throws IOException {
    String page = page("/<b>/caf\u00c3\u00a9/\n/", "");
    assertTrue(page.contains("<title>/&lt;b&gt;/caf\u00e9/\ufffd/</title>"), page);
    assertTrue(
        page.contains(
            "<h1><a aria-label=\"Top folder\" href=\"../../../\">/</a>"
                + "<a href=\"../../\">&lt;b&gt;/</a><a href=\"../\">caf\u00e9/</a>"
                + "<span aria-current=\"page\">\ufffd/</span></h1>"),
        page);
    assertFalse(page.contains("<b>"), page);
    assertTrue(page("/", "").contains("<h1><span aria-current=\"page\">/</span></h1>"));
  }

  @Test
  void anEmptyFolderSaysSo() throws IOException {
    assertTrue(page("/", "").contains("This folder is empty."));
    assertTrue(page("/", "").contains("<p role=\"status\">0 folders, 0 files</p>"));
    Listings.file(folder, "a");
    assertFalse(page("/", "").contains("This folder is empty."));
  }

  @Test
  void sizesAndDatesAreShownAndExactOnDemand() throws IOException {
    Path file = Files.writeString(folder.resolve("a"), "x".repeat(1234));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-02-29T23:59:59Z")));
    Files.setLastModifiedTime(
        Files.createDirectory(folder.resolve("sub")),
        FileTime.from(Instant.parse("2024-02-01T01:02:59Z")));
    String page = page("/", "");
    assertTrue(
        page.contains("<td title=\"1,234 bytes\">1.2 KB</td><td>2024-02-29 23:59</td></tr>"), page);
    assertTrue(page.contains(">sub/</a></td><td></td><td>2024-02-01 01:02</td></tr>"), page);
    assertTrue(page.contains("<p role=\"status\">1 folder, 1 file, 1.2 KB</p>"), page);
  }

  @Test
  void theHeadsOfTheColumnsSortByLinksAndSayWhatIsSorted() throws IOException {
    String byName = page("/", "");
    assertTrue(
        byName.contains(
            "<th scope=\"col\" aria-sort=\"ascending\">"
                + "<a href=\"?sort=name&amp;order=desc\">Name</a></th>"
                + "<th scope=\"col\"><a href=\"?sort=size&amp;order=desc\">Size</a></th>"
                + "<th scope=\"col\"><a href=\"?sort=date&amp;order=desc\">Changed (UTC)</a></th>"),
        byName);
    String bySize = page("/", "sort=size&order=desc");
    assertTrue(
        bySize.contains(
            "<th scope=\"col\" aria-sort=\"descending\">"
                + "<a href=\"?sort=size&amp;order=asc\">Size</a></th>"),
        bySize);
    assertEquals(2, bySize.split(" aria-sort=", -1).length);
  }

  @Test
  void rowsComeInGroupsOfTwoHundred() throws IOException {
    for (int i = 0; i < 401; i++) {
      Listings.file(folder, "f" + i);
    }
    String page = page("/", "");
    assertEquals(401, links("/").size());
    String[] groups = page.split("<tbody>", -1);
    assertEquals(4, groups.length);
    assertEquals(201, groups[1].split("<tr>", -1).length);
    assertEquals(2, groups[3].split("<tr>", -1).length);
    assertEquals(4, page.split("</tbody>", -1).length);
  }

  @Test
  void theFilterIsHiddenUntilAScriptShowsIt() throws IOException {
    Listings.file(folder, "a");
    assertTrue(page("/", "").contains("<div class=\"filter\" hidden><input "));
  }
}
