package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import passerelle.wire.Limits;

/** What a whole server refuses, with which status, and what the page says. */
final class HttpStatusTest {
  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file("index.html", "<p>home");
    site.file("cgi-bin/echo.sh", "printf 'Content-Type: text/plain\\n\\n'; cat\n");
    site.start(s -> s.cgi("/cgi-bin").limits(Limits.standard().withContentOctets(1000)));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static void assertPage(int status, String reason, Reply reply) {
    assertEquals(status, reply.status());
    assertEquals(reason, reply.reason());
    assertEquals("text/html; charset=utf-8", reply.only("Content-Type"));
    assertTrue(reply.content().startsWith("<!doctype html>"), reply.content());
    assertTrue(reply.content().contains("<h1>" + status + " " + reason + "</h1>"), reply.content());
    assertEquals(Integer.toString(reply.content().length()), reply.only("Content-Length"));
  }

  /** The request is refused as a whole: the answer comes, then the connection ends. */
  private static void assertRefused(int status, String reason, String request) throws IOException {
    try (RawClient client = site.connect()) {
      client.send(request);
      Reply reply = client.read();
      assertPage(status, reason, reply);
      assertEquals("close", reply.only("Connection"));
      client.endOutput().assertEnds();
    }
  }

  @Test
  void noiseGets400() throws IOException {
    assertRefused(400, "Bad Request", "\u0016\u0003\u0001 tls?\r\n\r\n");
  }

  @Test
  void aRequestWithoutHostGets400() throws IOException {
    assertRefused(400, "Bad Request", "GET / HTTP/1.1\r\n\r\n");
  }

  @Test
  void twoLengthsGet400() throws IOException {
    assertRefused(
        400,
        "Bad Request",
        RawClient.request("POST", "/", "Content-Length: 3", "Transfer-Encoding: chunked")
            + "0\r\n\r\n");
  }

  @Test
  void aMalformedEscapeGets400AndTheConnectionGoesOn() throws IOException {
    try (RawClient client = site.connect()) {
      assertPage(400, "Bad Request", client.get("/%zz"));
      assertEquals("200 <p>home", client.get("/").brief());
    }
  }

  @Test
  void nothingThereGets404() throws IOException {
    assertPage(404, "Not Found", site.get("/nothing.html"));
    assertPage(404, "Not Found", site.get("/cgi-bin/nothing.sh"));
  }

  @Test
  void aFolderOfScriptsGets403() throws IOException {
    assertPage(403, "Forbidden", site.get("/cgi-bin/"));
    assertPage(403, "Forbidden", site.get("/cgi-bin"));
  }

  @Test
  void anotherMethodOnAFileGets405WithAllow() throws IOException {
    for (String method : new String[] {"POST", "PUT", "DELETE", "PATCH", "TRACE"}) {
      try (RawClient client = site.connect()) {
        Reply reply = client.ask(method, "/", "Content-Length: 0").read();
        assertPage(405, "Method Not Allowed", reply);
        assertEquals("GET, HEAD, OPTIONS", reply.only("Allow"));
      }
    }
  }

  @Test
  void aScriptIsNeverAskedToTrace() throws IOException {
    try (RawClient client = site.connect()) {
      Reply reply = client.ask("TRACE", "/cgi-bin/echo.sh", "Authorization: secret").read();
      assertPage(405, "Method Not Allowed", reply);
      assertEquals("GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS", reply.only("Allow"));
      assertEquals("200 <p>home", client.get("/").brief());
    }
  }

  @Test
  void largerHeadsAreReadWhereTheyAreAllowed() throws IOException {
    Limits standard = Limits.standard();
    Limits large = new Limits(50_000, 100_000, 1000, standard.contentOctets(), standard.patience());
    try (Site spacious = new Site()) {
      spacious.file("dir/a.txt", "A");
      spacious.script("echo.sh", "printf 'X: y\\n\\n'", "cat");
      spacious.start(s -> s.cgi("/cgi-bin").limits(large));
      String query = "q".repeat(49_990);
      String[] cookies = new String[900];
      java.util.Arrays.fill(cookies, "Cookie: " + "c".repeat(40));
      try (RawClient client = spacious.connect()) {
        Reply moved = client.get("/dir?" + query, cookies);
        assertEquals("/dir/?" + query, moved.only("Location"));
        assertEquals("200 A", client.get("/dir/a.txt", cookies).brief());
        assertEquals(
            "200 content",
            client
                .send(
                    RawClient.request(
                        "POST", "/cgi-bin/echo.sh?" + query.substring(20), "Content-Length: 7"))
                .send("content")
                .read()
                .brief());
        assertEquals(414, client.get("/" + "a".repeat(50_000)).status());
      }
    }
  }

  @Test
  void optionsGets204WithAllow() throws IOException {
    try (RawClient client = site.connect()) {
      for (String target : new String[] {"/", "/index.html", "*"}) {
        Reply reply = client.ask("OPTIONS", target).read();
        assertEquals(204, reply.status());
        String forScripts = target.equals("*") ? "POST, PUT, DELETE, PATCH, " : "";
        assertEquals("GET, HEAD, " + forScripts + "OPTIONS", reply.only("Allow"));
        assertNull(reply.field("Content-Length"));
      }
    }
  }

  @Test
  void contentThatIsAnnouncedTooLargeGets413WithoutReadingIt() throws IOException {
    assertRefused(
        413,
        "Content Too Large",
        RawClient.request("POST", "/cgi-bin/echo.sh", "Content-Length: 1001"));
  }

  @Test
  void chunkedContentThatGrowsTooLargeGets413() throws IOException {
    String chunk = "1f4\r\n" + Site.letters(500) + "\r\n";
    assertRefused(
        413,
        "Content Too Large",
        RawClient.request("POST", "/cgi-bin/echo.sh", "Transfer-Encoding: chunked")
            + chunk
            + chunk
            + "1\r\na\r\n");
  }

  @Test
  void contentAtTheLimitIsAccepted() throws IOException {
    Reply reply = site.post("/cgi-bin/echo.sh", Site.letters(1000));
    assertEquals("200 " + Site.letters(1000), reply.brief());
  }

  @Test
  void aLongTargetGets414() throws IOException {
    assertRefused(414, "URI Too Long", RawClient.request("GET", "/" + "a".repeat(8 * 1024)));
  }

  @Test
  void aLongHeadGets431() throws IOException {
    assertRefused(
        431,
        "Request Header Fields Too Large",
        RawClient.request("GET", "/", "X-Long: " + "a".repeat(32 * 1024)));
  }

  @Test
  void tooManyFieldLinesGet431() throws IOException {
    String[] fields = new String[101];
    java.util.Arrays.fill(fields, "X: y");
    assertRefused(431, "Request Header Fields Too Large", RawClient.request("GET", "/", fields));
  }

  @Test
  void anUnknownMethodGets501() throws IOException {
    try (RawClient client = site.connect()) {
      assertPage(501, "Not Implemented", client.ask("BREW", "/").read());
      assertEquals(200, client.get("/").status()); // a script might have known it
    }
    assertRefused(501, "Not Implemented", RawClient.request("B".repeat(33), "/"));
    assertRefused(501, "Not Implemented", "CONNECT a.example:443 HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  @Test
  void anUnknownTransferCodingGets501() throws IOException {
    assertRefused(
        501,
        "Not Implemented",
        RawClient.request("POST", "/cgi-bin/echo.sh", "Transfer-Encoding: gzip, chunked"));
  }

  @Test
  void anotherMajorVersionGets505() throws IOException {
    assertRefused(
        505, "HTTP Version Not Supported", "GET / HTTP/2.0\r\nHost: site.example\r\n\r\n");
  }

  @Test
  void anUnknownExpectationGets417() throws IOException {
    assertRefused(
        417, "Expectation Failed", RawClient.request("GET", "/", "Expect: the-impossible"));
  }

  @Test
  void everyAnswerHasADateAndSaysTheServer() throws IOException {
    for (Reply reply : new Reply[] {site.get("/"), site.get("/nothing"), site.head("/")}) {
      assertEquals("Passerelle", reply.only("Server"));
      assertTrue(
          reply.only("Date").matches("[A-Z][a-z]{2}, \\d\\d [A-Z][a-z]{2} \\d{4} [0-9:]{8} GMT"),
          reply::toString);
    }
  }
}
