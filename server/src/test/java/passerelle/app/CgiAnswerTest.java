package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What scripts answer and what clients get of it (RFC 3875 §6). */
final class CgiAnswerTest {
  private static final int LARGE = 3_000_000;

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file("target.txt", "the target");
    site.file("folder/index.html", "the folder");
    site.letters("large.txt", LARGE);
    print("plain.sh", "Content-Type: text/plain\\n\\nhello");
    print("crlf.sh", "Content-Type: text/plain\\r\\n\\r\\nhello\\r\\n");
    print("reason.sh", "Status: 404 Not Here\\nContent-Type: text/plain\\n\\ngone");
    print("code.sh", "status:299\\nContent-Type: text/plain\\n\\nodd");
    print("nocontent.sh", "Status: 204 No Content\\n\\n");
    print("empty.sh", "X-Only: this\\n\\n");
    print("fields.sh", "Set-Cookie: a=1\\nSet-Cookie: b=2\\nX-Y:  z \\nContent-Type: x/y\\n\\n.");
    print(
        "forbidden.sh",
        "Content-Type: x/y\\nConnection: close\\nTransfer-Encoding: chunked\\nServer: me\\n"
            + "Date: now\\nKeep-Alive: 1\\nUpgrade: h2c\\nTrailer: x\\n\\nhello");
    print("exact.sh", "Content-Type: text/plain\\nContent-Length: 5\\n\\nhello");
    print("longer.sh", "Content-Type: text/plain\\nContent-Length: 5\\n\\nhello, world");
    print("shorter.sh", "Content-Type: text/plain\\nContent-Length: 50\\n\\nhello");
    print("client.sh", "Location: http://other.example/x\\n\\n");
    print("body.sh", "Location: http://other.example/\\nContent-Type: text/plain\\n\\nmoved");
    print("status.sh", "Status: 301 Moved\\nLocation: /target.txt\\n\\n");
    print("local.sh", "Location: /target.txt\\n\\n");
    print("query.sh", "Location: /cgi-bin/show.sh/info?a=b\\n\\n");
    print("dir.sh", "Location: /folder\\n\\n");
    print("nowhere.sh", "Location: /nowhere\\n\\n");
    print("out.sh", "Location: /../../etc/passwd\\n\\n");
    print("circle.sh", "Location: /cgi-bin/circle.sh\\n\\n");
    print("slashes.sh", "Location: //target.txt\\n\\n");
    site.script(
        "show.sh",
        "printf 'Content-Type: text/plain\\n\\n'",
        "echo \"$REQUEST_METHOD $SCRIPT_NAME $PATH_INFO $QUERY_STRING [$CONTENT_LENGTH]\"; cat");
    site.script(
        "stream.sh",
        "printf 'Content-Type: text/plain\\n\\nfirst'",
        "while [ ! -e \"../$QUERY_STRING\" ]; do sleep 0.02; done",
        "printf second");
    site.script("large.sh", "printf 'Content-Type: text/plain\\n\\n'; cat ../large.txt");
    site.script(
        "split.sh",
        "for part in Con tent-Ty 'pe: a/b' '\\n' '\\n' abc; do printf \"$part\"",
        "sleep 0.01; done");
    site.startWithScripts();
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static void print(String name, String format) throws IOException {
    site.script(name, "printf '" + format + "'");
  }

  private static Reply run(String script) throws IOException {
    return site.get("/cgi-bin/" + script);
  }

  @ParameterizedTest
  @CsvSource({
    "plain.sh, 200, OK, hello",
    "reason.sh, 404, Not Here, gone",
    "code.sh, 299, '', odd",
    "nocontent.sh, 204, No Content, ''",
    "empty.sh, 200, OK, ''",
    "exact.sh, 200, OK, hello",
    "longer.sh, 200, OK, hello",
    "split.sh, 200, OK, abc",
  })
  void theStatusAndContentAreTheScripts(String script, int status, String reason, String content)
      throws IOException {
    try (RawClient client = site.connect()) {
      for (int i = 0; i < 2; i++) {
        Reply reply = client.get("/cgi-bin/" + script);
        assertEquals(status + " " + content, reply.brief());
        assertEquals(reason, reply.reason());
      }
    }
  }

  @Test
  void linesMayEndInCarriageReturnAndLineFeed() throws IOException {
    Reply reply = run("crlf.sh");
    assertEquals("text/plain", reply.only("Content-Type"));
    assertEquals("200 hello\r\n", reply.brief());
  }

  @Test
  void aScriptsFieldsPassEvenTwice() throws IOException {
    Reply reply = run("fields.sh");
    assertEquals("z", reply.only("X-Y"));
    assertEquals(2, reply.fields().stream().filter(f -> f.startsWith("Set-Cookie: ")).count());
  }

  @Test
  void aScriptCannotSpeakForTheConnection() throws IOException {
    try (RawClient client = site.connect()) {
      Reply reply = client.get("/cgi-bin/forbidden.sh");
      assertEquals("200 hello", reply.brief());
      assertEquals(1, reply.fields().stream().filter(CgiAnswerTest::isFraming).count());
      assertEquals("Passerelle", reply.only("Server"));
      assertNotEquals("now", reply.only("Date"));
      for (String name : new String[] {"Connection", "Keep-Alive", "Upgrade", "Trailer"}) {
        assertNull(reply.field(name), name);
      }
      assertEquals("200 hello", client.get("/cgi-bin/plain.sh").brief());
    }
  }

  /** Which of the two it is depends on whether the script ended in time. */
  private static boolean isFraming(String field) {
    return field.startsWith("Transfer-Encoding: ") || field.startsWith("Content-Length: ");
  }

  @Test
  void aScriptsContentLengthIsUsed() throws IOException {
    assertEquals("5", run("exact.sh").only("Content-Length"));
    assertNull(run("exact.sh").field("Transfer-Encoding"));
  }

  @Test
  void contentShorterThanPromisedEndsTheConnection() throws IOException {
    try (RawClient client = site.connect()) {
      Reply head = client.ask("GET", "/cgi-bin/shorter.sh").readHead();
      assertEquals("50", head.only("Content-Length"));
      assertThrows(EOFException.class, () -> client.readOctets(50));
    }
  }

  @Test
  void headRunsTheScriptAndSendsNoContent() throws IOException {
    try (RawClient client = site.connect()) {
      assertEquals("5", client.head("/cgi-bin/exact.sh").only("Content-Length"));
      assertEquals("text/plain", client.head("/cgi-bin/plain.sh").only("Content-Type"));
      assertEquals(200, client.head("/cgi-bin/large.sh").status());
      assertEquals("10", client.head("/cgi-bin/local.sh").only("Content-Length"));
      assertEquals(302, client.head("/cgi-bin/client.sh").status());
      assertEquals("200 hello", client.get("/cgi-bin/plain.sh").brief());
    }
  }

  @Test
  void anotherHostsLocationIsAClientRedirect() throws IOException {
    Reply reply = run("client.sh");
    assertEquals("302 ", reply.brief());
    assertEquals("Found", reply.reason());
    assertEquals("http://other.example/x", reply.only("Location"));
    assertEquals("302 moved", run("body.sh").brief());
    Reply moved = run("status.sh");
    assertEquals(301, moved.status());
    assertEquals("/target.txt", moved.only("Location"));
  }

  @Test
  void aPathIsALocalRedirect() throws IOException {
    Reply reply = run("local.sh");
    assertEquals("200 the target", reply.brief());
    assertNull(reply.field("Location"));
    assertEquals("200 the target", run("slashes.sh").brief());
    assertEquals(404, run("nowhere.sh").status());
    assertEquals(400, run("out.sh").status());
    assertEquals("/folder/", run("dir.sh").only("Location"));
  }

  @Test
  void aLocalRedirectOfAPostIsAGetWithoutContent() throws IOException {
    assertEquals(
        "200 GET /cgi-bin/show.sh /info a=b []\n",
        site.post("/cgi-bin/query.sh", "x=y", "Content-Type: text/plain").brief());
    assertEquals("200 the target", site.post("/cgi-bin/local.sh", "x=y").brief());
  }

  @Test
  void aCircleOfLocalRedirectsIs502() throws IOException {
    try (RawClient client = site.connect()) {
      assertEquals(502, client.get("/cgi-bin/circle.sh").status());
      assertEquals("200 hello", client.get("/cgi-bin/plain.sh").brief());
    }
  }

  @Test
  void contentIsStreamedAsTheScriptWritesIt() throws IOException {
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/stream.sh?go1").readHead();
      assertEquals("first", client.beginChunk());
      site.file("go1", "");
      assertEquals("second", client.endChunk().readChunk());
      assertEquals("", client.readChunk());
    }
    try (RawClient client = site.connect()) {
      client.send("GET /cgi-bin/stream.sh?go2 HTTP/1.0\r\n\r\n").readHead();
      assertEquals("first", client.readOctets(5));
      site.file("go2", "");
      assertEquals("second", client.readToEnd());
    }
  }

  /** A client that takes whole chunks only would otherwise be one chunk behind. */
  @Test
  void aChunkArrivesTogetherWithItsLineEnd() throws IOException {
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/stream.sh?go4").readHead();
      try {
        assertEquals("first", client.readChunk());
      } finally {
        site.file("go4", "");
      }
    }
  }

  @Test
  void aStaticFileIsServedWhileScriptsRun() throws IOException {
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/stream.sh?go3").readHead();
      assertEquals("first", client.readChunk());
      assertEquals("200 the target", site.get("/target.txt").brief());
      site.file("go3", "");
      assertEquals("second", client.readChunk());
    }
  }

  @Test
  void aSlowReaderGetsMoreThanAnyBufferHolds() throws IOException {
    try (RawClient client = new RawClient(site.server(), 4096)) {
      client.ask("GET", "/cgi-bin/large.sh").readHead();
      Site.await("another request is answered meanwhile")
          .until(() -> site.get("/target.txt").status() == 200);
      StringBuilder content = new StringBuilder();
      for (String chunk = client.readChunk(); !chunk.isEmpty(); chunk = client.readChunk()) {
        content.append(chunk);
      }
      assertEquals(Site.letters(LARGE), content.toString());
    }
  }

  @Test
  void anAnswerOfAScriptIsNotTakenForAFile() throws IOException {
    Reply reply = run("plain.sh");
    assertNull(reply.field("ETag"));
    assertNull(reply.field("Last-Modified"));
    assertFalse(reply.content().contains("printf"));
  }
}
