package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** One connection, many requests: how the server reads, answers in order, and closes. */
final class PersistenceTest {
  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file("a.txt", "A");
    site.file("b.txt", "BB");
    site.letters("big.txt", 300_000);
    site.script("echo.sh", "printf 'Content-Type: text/plain\\n\\n'", "cat");
    site.script(
        "gate.sh",
        "printf 'Content-Type: text/plain\\n\\n'; cat",
        "while [ ! -e ../go ]; do sleep 0.02; done");
    site.startWithScripts();
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @Test
  void requestsFollowEachOtherOnOneConnection() throws IOException {
    try (RawClient client = site.connect()) {
      for (int i = 0; i < 50; i++) {
        Reply reply = client.get(i % 2 == 0 ? "/a.txt" : "/b.txt");
        assertEquals(i % 2 == 0 ? "200 A" : "200 BB", reply.brief());
        assertNull(reply.field("Connection"));
      }
    }
  }

  @Test
  void twoHundredPipelinedRequestsAreAnsweredInOrder() throws IOException {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < 200; i++) {
      requests.append(RawClient.request("GET", i % 3 == 0 ? "/a.txt" : "/b.txt"));
    }
    try (RawClient client = site.connect()) {
      client.send(requests.toString());
      for (int i = 0; i < 200; i++) {
        assertEquals(i % 3 == 0 ? "200 A" : "200 BB", client.read().brief());
      }
    }
  }

  @Test
  void filesErrorsAndScriptsArePipelinedTogether() throws IOException {
    try (RawClient client = site.connect()) {
      client.send(
          RawClient.request("GET", "/big.txt")
              + RawClient.request("POST", "/cgi-bin/echo.sh", "Content-Length: 5")
              + "hello"
              + RawClient.request("GET", "/nothing")
              + RawClient.request("POST", "/a.txt", "Content-Length: 3")
              + "abc"
              + RawClient.request("GET", "/a.txt"));
      assertEquals("200 " + Site.letters(300_000), client.read().brief());
      assertEquals("200 hello", client.read().brief());
      assertEquals(404, client.read().status());
      assertEquals(405, client.read().status());
      assertEquals("200 A", client.read().brief());
    }
  }

  @Test
  void aRequestMayArriveOctetByOctet() throws IOException {
    try (RawClient client = site.connect()) {
      client.drip(RawClient.request("GET", "/a.txt"));
      assertEquals("200 A", client.read().brief());
      client.drip(
          RawClient.request("POST", "/cgi-bin/echo.sh", "Transfer-Encoding: chunked")
              + "2\r\nab\r\n3;x=y\r\ncde\r\n0\r\n\r\n");
      assertEquals("200 abcde", client.read().brief());
    }
  }

  @Test
  void closesWhenTheClientSaysSo() throws IOException {
    try (RawClient client = site.connect()) {
      Reply reply = client.get("/a.txt", "Connection: close");
      assertEquals("200 A", reply.brief());
      assertEquals("close", reply.only("Connection"));
      client.assertEnds();
    }
  }

  @Test
  void http10ClosesUnlessItAsksToStay() throws IOException {
    try (RawClient client = site.connect()) {
      client.send("GET /a.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      Reply stays = client.read();
      assertEquals("200 A", stays.brief());
      assertEquals("keep-alive", stays.only("Connection"));
      client.send("GET /b.txt HTTP/1.0\r\n\r\n");
      assertEquals("200 BB", client.read().brief());
      client.assertEnds();
    }
  }

  /** The script waits for the test, since one that ends at once has a Content-Length. */
  @Test
  void http10GetsAScriptsContentUntilTheEnd() throws IOException {
    try (RawClient client = site.connect()) {
      client.send("POST /cgi-bin/gate.sh HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc");
      Reply head = client.readHead();
      assertEquals(200, head.status());
      assertEquals("close", head.only("Connection"));
      assertNull(head.field("Transfer-Encoding"));
      assertNull(head.field("Content-Length"));
      assertEquals("abc", client.readOctets(3));
      site.file("go", "");
      client.assertEnds();
    }
  }

  @Test
  void aClientThatEndedItsSideStillGetsItsAnswers() throws IOException {
    try (RawClient client = site.connect()) {
      client.send(RawClient.request("GET", "/big.txt") + RawClient.request("GET", "/a.txt"));
      client.endOutput();
      assertEquals(300_000, client.read().content().length());
      assertEquals("200 A", client.read().brief());
      client.assertEnds();
    }
  }

  @Test
  void a100ContinueComesBeforeTheContentIsSent() throws IOException {
    try (RawClient client = site.connect()) {
      client.send(
          RawClient.request(
              "POST", "/cgi-bin/echo.sh", "Expect: 100-continue", "Content-Length: 4"));
      assertEquals(100, client.readHead().status());
      client.send("late");
      assertEquals("200 late", client.read().brief());
      client.send(
          RawClient.request("POST", "/nothing", "Expect: 100-continue", "Content-Length: 4"));
      Reply refusal = client.read();
      assertEquals(405, refusal.status());
      assertEquals("close", refusal.only("Connection"));
    }
  }

  @Test
  void theServerOutlivesClientsThatLeaveAnywhere() throws IOException {
    String request = RawClient.request("GET", "/big.txt");
    for (int length = 0; length <= request.length(); length++) {
      try (RawClient client = site.connect()) {
        client.send(request.substring(0, length));
        if (length % 2 == 0) {
          client.reset();
        }
      }
    }
    assertEquals("200 A", site.get("/a.txt").brief());
  }

  @Test
  void aPostWithSmallUnwantedContentKeepsTheConnection() throws IOException {
    try (RawClient client = site.connect()) {
      assertEquals(405, client.post("/a.txt", Site.letters(60_000)).status());
      assertEquals("200 A", client.get("/a.txt").brief());
      Reply refusal =
          client.send(RawClient.request("POST", "/a.txt", "Content-Length: 70000")).read();
      assertEquals(405, refusal.status());
      assertTrue(refusal.fields().contains("Connection: close"), refusal::toString);
    }
  }
}
