package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Listings as a client sees them: their fields, their links, their order, their length. */
final class ListingOverHttpTest {
  /** The href of a row's link, as the page's source has it. */
  private static final Pattern LINK = Pattern.compile("<a class=\"[a-z]\" href=\"([^\"]*)\">");

  private static final int MANY = 20_000;

  /** One character for each octet. */
  private static final List<String> NAMES =
      List.of(
          "<img src=x onerror=alert(1)>.txt",
          "\"><script>alert(1)",
          "'; alert(1) '",
          "line\nend\r\n\r\n<b>",
          "bad\u00ff\u00fe utf-8",
          "\u00e2\u0080\u00aetxt.exe",
          "caf\u00c3\u00a9 & cr\u00c3\u00a8me",
          "a:b",
          "a..foo",
          "%41",
          "50%25",
          "#",
          "?",
          "a?b=c&d#e",
          "&amp;",
          "a\\b",
          " ",
          "\t",
          "~",
          "javascript:alert(1)");

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    Files.createDirectory(site.root.resolve("names"));
    Files.createDirectory(site.root.resolve("folders"));
    for (String name : NAMES) {
      Files.writeString(site.octetPath("names/" + name), name);
      Files.createDirectory(site.octetPath("folders/" + name));
    }
    site.letters("sizes/a.txt", 20);
    site.letters("sizes/b.txt", 3000);
    site.letters("sizes/c.txt", 100);
    site.file("sizes/sub/x", "");
    Path many = Files.createDirectory(site.root.resolve("many"));
    for (int i = 0; i < MANY; i++) {
      Files.createFile(many.resolve("file " + i));
    }
    site.start(s -> s);
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static List<String> links(String page) {
    List<String> links = new ArrayList<>();
    for (Matcher link = LINK.matcher(page); link.find(); ) {
      // Programs that mirror folders know neither character references nor schemes so well.
      assertTrue(link.group(1).matches("[A-Za-z0-9._~%/-]*"), link.group(1));
      links.add(link.group(1));
    }
    return links;
  }

  @Test
  void everyLinkLeadsToItsFileWhateverTheName() throws IOException {
    List<String> links = links(site.get("/names/").text());
    assertEquals("../", links.remove(0));
    Set<String> found = new HashSet<>();
    try (RawClient client = site.connect()) {
      for (String link : links) {
        assertTrue(link.startsWith("./"), link);
        Reply reply = client.get("/names/" + link.substring(2));
        assertEquals(200, reply.status(), link);
        found.add(reply.text());
      }
    }
    assertEquals(new HashSet<>(NAMES), found);
  }

  @Test
  void everyLinkLeadsToItsFolderAndThatShowsItsName() throws IOException {
    List<String> links = links(site.get("/folders/").text());
    assertEquals(NAMES.size() + 1, links.size());
    for (String link : links.subList(1, links.size())) {
      Reply reply = site.get("/folders/" + link.substring(2));
      assertEquals(200, reply.status(), link);
      assertTrue(reply.text().contains("This folder is empty."), link);
    }
  }

  @Test
  void thePageHoldsNoMarkupButItsOwn() throws IOException {
    for (String target : new String[] {"/names/", "/folders/"}) {
      String page = site.get(target).text();
      assertFalse(page.contains("<img"), page);
      assertFalse(page.contains("<b>"), page);
      assertEquals(2, page.split("<script", -1).length, page);
      assertEquals(2, page.split("<style", -1).length, page);
      assertFalse(page.contains("\r"), page);
      assertFalse(page.contains("\t"), page);
    }
  }

  @Test
  void thePolicyAllowsThePagesStyleAndScriptAndNothingElse() throws Exception {
    Reply reply = site.get("/names/");
    assertEquals(
        "default-src 'none'; style-src "
            + source(reply.content(), "style")
            + "; script-src "
            + source(reply.content(), "script")
            + "; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'",
        reply.only("Content-Security-Policy"));
    assertFalse(reply.text().contains(" style=\""), "the policy forbids it");
    assertFalse(reply.text().matches("(?s).* on[a-z]+=\".*"), "the policy forbids it");
  }

  private static String source(String page, String element) throws Exception {
    String start = "<" + element + ">";
    String text =
        page.substring(page.indexOf(start) + start.length(), page.indexOf("</" + element + ">"));
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    byte[] hash = MessageDigest.getInstance("SHA-256").digest(octets);
    return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
  }

  @Test
  void theQuerySaysTheOrder() throws IOException {
    assertEquals(
        List.of("../", "./sub/", "./a.txt", "./b.txt", "./c.txt"),
        links(site.get("/sizes/").text()));
    assertEquals(
        List.of("../", "./sub/", "./b.txt", "./c.txt", "./a.txt"),
        links(site.get("/sizes/?sort=size&order=desc").text()));
    assertEquals(
        List.of("../", "./sub/", "./a.txt", "./b.txt", "./c.txt"),
        links(site.get("/sizes/?sort=colour&x").text()));
  }

  @Test
  void headHasTheFieldsOfGetAndNoContent() throws IOException {
    for (String accept : new String[] {"Accept: text/html", "Accept: application/json"}) {
      try (RawClient client = site.connect()) {
        Reply get = client.get("/names/", accept);
        Reply head = client.head("/names/", accept);
        assertEquals(fields(get), fields(head));
        assertNull(head.field("Content-Length"));
        assertEquals("200 " + get.content(), client.get("/names/", accept).brief());
      }
    }
  }

  /** All but what may differ: the framing of content that HEAD does not have (RFC 9112 §6.1). */
  private static List<String> fields(Reply reply) {
    return reply.fields().stream()
        .filter(f -> !f.startsWith("Date:") && !f.equals("Transfer-Encoding: chunked"))
        .toList();
  }

  @Test
  void aLongPageShowsEveryEntry() throws IOException {
    List<String> links = links(site.get("/many/").text());
    assertEquals(MANY + 1, links.size());
    for (int i = 0; i < MANY; i++) {
      assertEquals("./file%20" + i, links.get(i + 1));
    }
  }

  @Test
  void aLongArrayHoldsEveryEntry() throws IOException {
    Reply reply = site.get("/many/", "Accept: application/json");
    assertEquals("application/json", reply.only("Content-Type"));
    int names = 0;
    try (JsonParser parser = new JsonFactory().createParser(reply.text())) {
      for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
        if (token == JsonToken.FIELD_NAME && parser.currentName().equals("name")) {
          parser.nextToken();
          assertEquals("file " + names, parser.getText());
          names++;
        }
      }
    }
    assertEquals(MANY, names);
  }

  @Test
  void aClientOfHttp10GetsTheWholePageToo() throws IOException {
    try (RawClient client = site.connect()) {
      String answer = client.send("GET /many/ HTTP/1.0\r\n\r\n").readToEnd();
      assertEquals(MANY + 1, links(answer).size());
      assertTrue(answer.endsWith("</html>\n"));
    }
  }

  @Test
  void othersAreServedWhileAClientDoesNotRead() throws IOException {
    try (RawClient slow = new RawClient(site.server(), 4096)) {
      slow.ask("GET", "/many/");
      assertEquals(200, slow.readHead().status());
      for (int i = 0; i < 20; i++) {
        assertEquals("200 " + Site.letters(100), site.get("/sizes/c.txt").brief());
        assertEquals(200, site.get("/sizes/").status());
      }
      slow.reset();
    }
  }
}
