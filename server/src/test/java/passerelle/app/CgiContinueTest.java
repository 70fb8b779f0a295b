package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients that ask before they send their content (RFC 9110 §10.1.1). */
final class CgiContinueTest {
  private static final String[] EXPECTING = {"Content-Length: 5", "Expect: 100-continue"};

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.file("page.txt", "page");
    site.file("idle.cgi", "");
    site.file("echo.sh", "printf 'X: y\\n\\n'; cat\n");
    site.start(s -> s.cgi("/"));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @Test
  void aScriptGetsItsContentWhetherItWasFoundAMomentAgoOrNot() throws IOException {
    try (RawClient client = site.connect()) {
      for (int i = 0; i < 3; i++) {
        client.ask("POST", "/echo.sh", EXPECTING);
        assertEquals(100, client.readHead().status());
        assertEquals("200 hello", client.send("hello").read().brief());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /nothing, 404",
    "POST, /page.txt, 405",
    "POST, /idle.cgi, 403",
    "GET, /page.txt, 200",
    "GET, /nothing, 404",
  })
  void whereContentIsNotWantedTheAnswerComesAtOnce(String method, String target, int status)
      throws IOException {
    try (RawClient client = site.connect()) {
      Reply reply = client.ask(method, target, EXPECTING).read();
      assertEquals(status, reply.status());
      assertEquals("close", reply.only("Connection"));
    }
  }

  @Test
  void contentThatIsThereAlreadyIsNotAskedForAgain() throws IOException {
    try (RawClient client = site.connect()) {
      client.send(RawClient.request("POST", "/echo.sh?x", EXPECTING) + "hello");
      assertEquals("200 hello", client.read().brief());
      client.send(RawClient.request("POST", "/nothing", "Content-Length: 5") + "hello");
      assertEquals(404, client.read().status());
      assertEquals("200 page", client.get("/page.txt").brief());
    }
  }
}
