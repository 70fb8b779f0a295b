package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import passerelle.io.OctetPath;

/** Which methods reach a script, and what the others get. */
final class CgiMethodTest {
  private static final String SHOW =
      "printf 'Content-Type: text/plain\\n\\n'; echo \"$REQUEST_METHOD\"; cat\n";
  private static final String ALL = "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS";

  private static Site site;
  private static Site mixed;
  private static Path log;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.script("show.sh", SHOW);
    site.file("page.txt", "page");
    log = site.folder.resolve("access.log");
    site.start(s -> s.cgi("/cgi-bin").accessLog(OctetPath.octets(log)));
    mixed = new Site();
    mixed.file("show.sh", SHOW);
    mixed.file("page.txt", "page");
    mixed.file("folder/page.txt", "page");
    mixed.start(s -> s.cgi("/"));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
    mixed.close();
  }

  private static Reply ask(Site where, String method, String target, String content)
      throws IOException {
    try (RawClient client = where.connect()) {
      String length = "Content-Length: " + content.length();
      return client.send(RawClient.request(method, target, length) + content).read();
    }
  }

  private static List<String> methods() {
    return List.of(
        "GET",
        "POST",
        "PUT",
        "DELETE",
        "PATCH",
        "OPTIONS",
        "PROPFIND",
        "REPORT",
        "M-SEARCH",
        "get",
        "OTHER",
        "!#$%&'*+-.^_`|~1",
        "MMMMMMMMMMMMMMMMMMMMMMMMMMMMMMMM");
  }

  @ParameterizedTest
  @MethodSource("methods")
  void everyMethodReachesAScriptUnderItsName(String method) throws IOException {
    for (int i = 0; i < 2; i++) {
      assertEquals(
          "200 " + method + "\nhello", ask(site, method, "/cgi-bin/show.sh", "hello").brief());
      assertEquals("200 " + method + "\n", ask(mixed, method, "/show.sh", "").brief());
    }
  }

  /** All methods at once, since the log is written once a second. */
  @Test
  void everyMethodIsInTheLog() throws IOException {
    for (String method : methods()) {
      assertEquals(200, ask(site, method, "/cgi-bin/show.sh?log", "").status());
    }
    for (String method : methods()) {
      String part = " \"" + method + " /cgi-bin/show.sh?log HTTP/1.1\" 200 ";
      Site.await("a line for " + method).until(() -> Files.readString(log).contains(part));
    }
  }

  @Test
  void aMethodIsNotEndless() throws IOException {
    try (RawClient client = site.connect()) {
      assertEquals(501, client.send("M".repeat(33)).read().status());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "PROPFIND, /page.txt, 501",
    "OTHER, /page.txt, 501",
    "get, /page.txt, 501",
    "PROPFIND, /nothing, 501",
    "POST, /page.txt, 405",
    "TRACE, /page.txt, 405",
    "CONNECT, /page.txt, 501",
    "OPTIONS, /page.txt, 204",
  })
  void filesKnowTheirOwnMethodsOnly(String method, String target, int status) throws IOException {
    for (Site where : new Site[] {site, mixed}) {
      Reply reply = ask(where, method, target, "");
      assertEquals(status, reply.status());
      assertEquals(status / 100 == 2 || status == 405, reply.field("Allow") != null);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /nothing, 404",
    "PUT, /folder/nothing, 404",
    "DELETE, /nothing.sh, 404",
    "PATCH, /page.txt/x, 404",
    "POST, /folder/page.txt, 405",
    "POST, /folder/, 405",
    "TRACE, /nothing, 405",
    "TRACE, /show.sh, 405",
    "CONNECT, /show.sh, 501",
  })
  void inAMixedFolderWhatIsNotThereIsNotForbidden(String method, String target, int status)
      throws IOException {
    assertEquals(status, ask(mixed, method, target, "x").status());
  }

  @Test
  void optionsOfTheServerAsAWholeNameWhatSomeResourceTakes() throws IOException {
    for (Site where : new Site[] {site, mixed}) {
      Reply reply = ask(where, "OPTIONS", "*", "");
      assertEquals(204, reply.status());
      assertEquals(ALL, reply.only("Allow"));
    }
    try (Site files = new Site()) {
      files.start(s -> s);
      assertEquals("GET, HEAD, OPTIONS", ask(files, "OPTIONS", "*", "").only("Allow"));
      assertEquals(501, ask(files, "PROPFIND", "/", "").status());
      assertNull(ask(files, "PROPFIND", "/", "").field("Allow"));
    }
  }

  @Test
  void aRefusedMethodLeavesTheConnectionUsable() throws IOException {
    try (RawClient client = site.connect()) {
      client.send(RawClient.request("REPORT", "/page.txt", "Content-Length: 5") + "hello");
      assertEquals(501, client.read().status());
      assertEquals("200 page", client.get("/page.txt").brief());
      assertTrue(client.isSilent());
    }
  }
}
