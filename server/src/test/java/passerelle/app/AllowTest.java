package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What OPTIONS says of every kind of place, and that the place keeps to it. */
final class AllowTest {
  private static final String PAGES = "GET, HEAD, OPTIONS";
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE");
  private static final String SCRIPT =
      "printf 'Allow: of the script\\nX-Y: z\\n\\n'; echo \"$REQUEST_METHOD\"; cat >/dev/null";

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file("page.txt", "page");
    site.file("start/index.html", "start");
    site.file("list/a.txt", "a");
    site.file(".hidden", "hidden");
    site.script("x.sh", SCRIPT);
    site.file("cgi-bin/inert.zz", "no script");
    site.executable("mixed/x.sh", "#!/bin/sh", SCRIPT);
    site.file("mixed/page.txt", "page");
    site.file("mixed/list/a.txt", "a");
    site.file("mixed/app/x", "x");
    site.executable("mixed/app/index.cgi", "#!/bin/sh", SCRIPT);
    site.executable("program", "#!/bin/sh", SCRIPT);
    Files.createDirectories(site.root.resolve("mixed/empty"));
    Files.createSymbolicLink(site.root.resolve("mixed/leads-out"), Path.of("/etc/passwd"));
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .cgiMixed("/mixed", site.root.resolve("mixed"))
                .cgiProgram("/program", site.root.resolve("program"))
                .crossOrigin(true));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  /** The second time it is answered from the cache. */
  @ParameterizedTest
  @CsvSource({
    "/page.txt, 204",
    "/, 204",
    "/start/, 204",
    "/start, 204",
    "/list/, 204",
    "/missing, 404",
    "/list/missing/x, 404",
    "/page.txt/, 404",
    "/.hidden, 404",
    "/%zz, 400",
    "/cgi-bin/, 403",
    "/cgi-bin/missing, 404",
    "/cgi-bin/inert.zz, 403",
    "/mixed/page.txt, 204",
    "/mixed/page.txt/x, 404",
    "/mixed/list/, 204",
    "/mixed/list, 301",
    "/mixed/app, 301",
    "/mixed/missing, 404",
    "/mixed/.hidden, 404",
  })
  void optionsSaysWhatThePlaceTakes(String target, int status) throws IOException {
    for (int round = 0; round < 2; round++) {
      try (RawClient client = site.connect()) {
        Reply options = client.ask("OPTIONS", target).read();
        assertEquals(status, options.status());
        assertEquals(status == 204 ? PAGES : null, options.field("Allow"));
        if (status == 204) {
          assertNull(options.field("Content-Length"));
          assertKeepsTo(client, target);
        }
      }
    }
  }

  private static void assertKeepsTo(RawClient client, String target) throws IOException {
    for (String method : METHODS) {
      Reply reply = method.equals("HEAD") ? client.head(target) : client.ask(method, target).read();
      if (PAGES.contains(method)) {
        assertNotEquals(405, reply.status(), method);
      } else {
        assertEquals(405, reply.status(), method);
        assertEquals(PAGES, reply.only("Allow"));
      }
    }
  }

  /** It knows better than the server what it takes. */
  @ParameterizedTest
  @CsvSource({
    "/cgi-bin/x.sh",
    "/cgi-bin/x.sh/info",
    "/mixed/x.sh",
    "/mixed/app/",
    "/program",
    "/program/any"
  })
  void aScriptAnswersOptionsItself(String target) throws IOException {
    try (RawClient client = site.connect()) {
      Reply reply = client.ask("OPTIONS", target).read();
      assertEquals("of the script", reply.only("Allow"));
      assertEquals("OPTIONS\n", reply.content());
      for (String method : METHODS) {
        if (!method.equals("HEAD")) {
          boolean isTrace = method.equals("TRACE");
          reply = client.ask(method, target).read();
          assertEquals(isTrace ? 405 : 200, reply.status(), method);
          assertEquals(
              isTrace ? "GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS" : "of the script",
              reply.only("Allow"));
        }
      }
    }
  }

  @Test
  void theServerAsAWholeTakesWhatSomePlaceTakes() throws IOException {
    try (RawClient client = site.connect()) {
      Reply reply = client.ask("OPTIONS", "*").read();
      assertEquals(204, reply.status());
      assertEquals("GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS", reply.only("Allow"));
    }
  }

  /** A browser takes a 404 for a refusal of the request that it asks for. */
  @ParameterizedTest
  @CsvSource({
    "/page.txt",
    "/missing",
    "/list",
    "/list/",
    "/mixed/missing",
    "/mixed/page.txt",
    "/mixed/list",
    "/mixed/leads-out"
  })
  void aPreflightIsAnsweredWhateverIsThere(String target) throws IOException {
    try (RawClient client = site.connect()) {
      String asked = "Access-Control-Request-Method: GET";
      Reply reply = client.ask("OPTIONS", target, "Origin: http://b.example", asked).read();
      assertEquals(204, reply.status());
      assertEquals("*", reply.only("Access-Control-Allow-Origin"));
      assertEquals("GET, HEAD", reply.only("Access-Control-Allow-Methods"));
      assertEquals("*", client.ask("OPTIONS", target).read().only("Access-Control-Allow-Origin"));
    }
  }
}
