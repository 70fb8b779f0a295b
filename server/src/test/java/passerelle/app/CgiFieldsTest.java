package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Odd heads of scripts, and what stays of them (RFC 3875 §6.2, §6.3). */
final class CgiFieldsTest {
  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file("target.txt", "the target");
    print("mixed", "A: b\\r\\nContent-Type: x/y\\n\\r\\nhello");
    print("mixed2", "A: b\\nContent-Type: x/y\\r\\n\\nhello");
    print("hop", "X-Hop: 1\\nConnection: close, x-hop\\nX-Stay: 2\\n\\nhello");
    print("own", "X-Site: script\\nx-other: script\\n\\nhello");
    print("twice", "X-Site: one\\nX-Site: two\\n\\nhello");
    print("none", "X-Y: z\\n\\nhello");
    print("fold", "A: b\\n c: d\\n\\nhello");
    print("tab", "A: b\\n\\tc: d\\n\\nhello");
    print("cr", "A: b\\rc\\n\\nhello");
    print("nul", "A: b\\000c\\n\\nhello");
    print("del", "A: b\\177\\n\\nhello");
    print("statuscr", "Status: 200 a\\rb\\n\\nhello");
    print("locationcr", "Location: http://a\\rb\\n\\nhello");
    print("name", "A(): b\\n\\nhello");
    print("noname", ": b\\n\\nhello");
    print("early", "Status: 103 Early Hints\\n\\nhello");
    print("switch", "Status: 101 Switching\\nUpgrade: x\\n\\nhello");
    print("created", "Status: 201 Created\\nLocation: /x\\nContent-Type: a/b\\n\\nmade");
    print("relative", "Location: other.sh?a=b\\n\\n");
    print("local", "Location: /cgi-bin/show.sh/i?a=b?c\\n\\n");
    print("login", "Set-Cookie: a=1\\nSet-Cookie: b=2\\nLocation: /target.txt#part\\n\\n");
    print("content", "Location: /target.txt\\n\\nmoved");
    print("reset", "Status: 205\\nContent-Length: 5\\n\\nhello");
    print("none204", "Status: 204\\nContent-Length: 5\\n\\nhello");
    print("none304", "Status: 304\\nContent-Length: 5\\nETag: x\\n\\nhello");
    print("teapot", "Status: 418\\n\\nhello");
    print("missing", "Status: 404\\n\\nhello");
    print("types", "Content-Type: text/html\\nContent-type: text/plain\\n\\nhello");
    print("tags", "ETag: a\\nETag: b\\n\\nhello");
    print("statuses", "Status: 200\\nStatus: 200\\n\\nhello");
    print("fragment", "Location: /target.txt#part\\n\\n");
    print("query", "Location: /cgi-bin/show.sh/i?a=b#part?\\n\\n");
    site.script(
        "late.sh",
        "printf 'Location: /target.txt\\n\\n'",
        "while [ ! -e \"../$QUERY_STRING\" ]; do sleep 0.02; done",
        "if [ \"$QUERY_STRING\" = something ]; then printf more; fi");
    print("post", "Location: /target.txt\\n\\n");
    print("loop", "Location: /cgi-bin/loop2.sh\\n\\n");
    print("loop2", "Location: /cgi-bin/loop.sh\\n\\n");
    print("zero", "Content-Length: 0\\n\\nhello");
    site.script("endless.sh", "printf 'Content-Length: 5\\n\\nhello'; exec cat /dev/zero");
    site.script(
        "show.sh", "printf 'A: b\\n\\n'; echo \"$REQUEST_METHOD $PATH_INFO $QUERY_STRING\"; cat");
    site.start(s -> s.cgi("/cgi-bin").field("X-Site", "site").field("X-Other", "site"));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static void print(String name, String format) throws IOException {
    site.script(name + ".sh", "printf '" + format + "'");
  }

  private static Reply run(String name) throws IOException {
    return site.get("/cgi-bin/" + name + ".sh");
  }

  @ParameterizedTest
  @ValueSource(strings = {"mixed", "mixed2"})
  void lineEndsMayBeMixed(String name) throws IOException {
    Reply reply = run(name);
    assertEquals("200 hello", reply.brief());
    assertEquals("b", reply.only("A"));
    assertEquals("x/y", reply.only("Content-Type"));
  }

  @Test
  void whatIsForTheNextHopOnlyEndsHere() throws IOException {
    try (RawClient client = site.connect()) {
      Reply reply = client.get("/cgi-bin/hop.sh");
      assertNull(reply.field("X-Hop"));
      assertNull(reply.field("Connection"));
      assertEquals("2", reply.only("X-Stay"));
      assertEquals("200 hello", client.get("/cgi-bin/hop.sh").brief());
    }
  }

  @Test
  void aScriptsOwnFieldTakesThePlaceOfTheSites() throws IOException {
    assertEquals("script", run("own").only("X-Site"));
    assertEquals("script", run("own").only("X-Other"));
    assertEquals("one", run("twice").field("X-Site"));
    assertTrue(run("twice").fields().contains("X-Site: two"));
    assertEquals("site", run("twice").only("X-Other"));
    assertEquals("site", run("none").only("X-Site"));
    assertEquals("site", site.get("/target.txt").only("X-Site"));
    assertEquals("site", site.get("/nothing").only("X-Site"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fold",
        "tab",
        "cr",
        "nul",
        "del",
        "statuscr",
        "locationcr",
        "name",
        "noname",
        "early",
        "switch",
      })
  void whatCouldCorruptAnAnswerIs502(String name) throws IOException {
    try (RawClient client = site.connect()) {
      assertEquals(502, client.get("/cgi-bin/" + name + ".sh").status());
      assertEquals("200 the target", client.get("/target.txt").brief());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "created, 201 made, /x",
    "relative, '302 ', other.sh?a=b",
    "login, '302 ', /target.txt#part",
    "content, 302 moved, /target.txt",
  })
  void aLocationThatIsNoPathAloneGoesToTheClient(String name, String brief, String location)
      throws IOException {
    Reply reply = run(name);
    assertEquals(brief, reply.brief());
    assertEquals(location, reply.only("Location"));
  }

  @Test
  void aLoginKeepsItsCookies() throws IOException {
    Reply reply = run("login");
    assertEquals(2, reply.fields().stream().filter(f -> f.startsWith("Set-Cookie: ")).count());
    try (RawClient client = site.connect()) {
      assertEquals("a=1", client.head("/cgi-bin/login.sh").field("Set-Cookie"));
    }
  }

  /** Only the end of the output tells whether a path stands alone. */
  @Test
  void whetherAPathIsAloneIsKnownAtTheEnd() throws IOException {
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/late.sh?nothing").ask("GET", "/cgi-bin/late.sh?something");
      site.file("nothing", "");
      assertEquals("200 the target", client.read().brief());
      site.file("something", "more");
      Reply reply = client.read();
      assertEquals("302 more", reply.brief());
      assertEquals("/target.txt", reply.only("Location"));
    }
  }

  @Test
  void aFragmentIsNoPartOfALocalTarget() throws IOException {
    assertEquals("200 the target", run("fragment").brief());
    assertEquals("200 GET /i a=b\n", run("query").brief());
  }

  @ParameterizedTest
  @CsvSource({
    "types, Content-type",
    "tags, ETag",
    "statuses, Status",
  })
  void whatIsNoListAndSaidTwiceIs502(String name, String field) throws IOException {
    try (ServerLog errors = new ServerLog()) {
      Reply reply = run(name);
      assertEquals(502, reply.status());
      assertFalse(reply.content().contains("hello"));
      errors.await("its answer repeats the field " + field);
    }
  }

  /** RFC 9110 §8.6: no length where none can be; §15.3.6: none but 0 for a 205. */
  @ParameterizedTest
  @CsvSource({
    "reset, 205, Reset Content, 0",
    "none204, 204, No Content,",
    "none304, 304, Not Modified,",
  })
  void someStatusesHaveNoContent(String name, int status, String reason, @Nullable String length)
      throws IOException {
    for (String method : new String[] {"GET", "HEAD", "POST"}) {
      try (RawClient client = site.connect()) {
        client.ask(method, "/cgi-bin/" + name + ".sh");
        Reply reply = method.equals("HEAD") ? client.readHead() : client.read();
        assertEquals(status + " ", reply.brief());
        assertEquals(reason, reply.reason());
        assertEquals(length, reply.field("Content-Length"));
        assertNull(reply.field("Transfer-Encoding"));
        assertEquals("200 the target", client.get("/target.txt").brief());
      }
    }
  }

  @Test
  void aCodeAloneGetsItsUsualPhrase() throws IOException {
    assertEquals("Not Found", run("missing").reason());
    assertEquals("404 hello", run("missing").brief());
    assertEquals("", run("teapot").reason());
  }

  @Test
  void aLocalRedirectTakesNothingAlong() throws IOException {
    try (RawClient client = site.connect()) {
      for (String method : new String[] {"GET", "POST", "PUT", "REPORT"}) {
        String request = RawClient.request(method, "/cgi-bin/local.sh", "Content-Length: 4");
        Reply reply = client.send(request + "form").read();
        assertEquals("200 GET /i a=b?c\n", reply.brief(), method);
        assertNull(reply.field("Location"));
      }
      assertEquals("10", client.head("/cgi-bin/post.sh").only("Content-Length"));
      String chunked = RawClient.request("POST", "/cgi-bin/post.sh", "Transfer-Encoding: chunked");
      client.send(chunked + "3\r\nabc\r\n0\r\n\r\n");
      assertEquals("200 the target", client.read().brief());
      assertEquals(502, client.get("/cgi-bin/loop.sh").status());
      assertEquals("200 the target", client.get("/target.txt").brief());
    }
  }

  @Test
  void moreContentThanPromisedNeverReachesTheNextAnswer() throws IOException {
    try (RawClient client = site.connect()) {
      String request = RawClient.request("GET", "/cgi-bin/endless.sh");
      client.send(request + request + RawClient.request("GET", "/cgi-bin/zero.sh"));
      assertEquals("200 hello", client.read().brief());
      assertEquals("200 hello", client.read().brief());
      assertEquals("200 ", client.read().brief());
      assertEquals("200 the target", client.get("/target.txt").brief());
    }
  }
}
