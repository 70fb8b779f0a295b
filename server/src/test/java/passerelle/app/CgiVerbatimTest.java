package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.io.OctetPath;

/** Scripts whose names begin with nph- speak to the client themselves (RFC 3875 §5). */
final class CgiVerbatimTest {
  private static Site site;
  private static Path log;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    print(
        "whole", "HTTP/1.1 218 Fine\\r\\nx-odd:  y \\r\\nConnection: keep-alive\\r\\n\\r\\nhello");
    print("lf", "HTTP/1.0 200\\nServer: me\\nDate: now\\n\\nhello\\n");
    print("sized", "HTTP/1.1 200 OK\\r\\nContent-Length: 2\\r\\n\\r\\nhello");
    print("none", "HTTP/1.1 204 No Content\\r\\nStatus: 500\\r\\nLocation: /x\\r\\n\\r\\nhello");
    print("reset", "HTTP/1.1 205 Reset Content\\r\\n\\r\\nhello");
    print("twice", "HTTP/1.1 404\\r\\nETag: a\\r\\nETag: b\\r\\nLocation: /x#y\\r\\n\\r\\nhello");
    print("interim", "HTTP/1.1 100 Continue\\r\\n\\r\\n");
    print("cgi", "Content-Type: text/plain\\n\\nhello");
    print("blank", "\\r\\nhello");
    print("version", "HTTP/2.0 200 OK\\r\\n\\r\\nhello");
    print("code", "HTTP/1.1 20 OK\\r\\n\\r\\nhello");
    print("glued", "HTTP/1.1 200OK\\r\\n\\r\\nhello");
    print("cr", "HTTP/1.1 200 OK\\r\\nA: b\\rSet-Cookie: c\\r\\n\\r\\nhello");
    print("crcr", "HTTP/1.1 200 OK\\r\\r\\nA: b\\r\\n\\r\\nhello");
    print("nul", "HTTP/1.1 200 O\\000K\\r\\n\\r\\nhello");
    print("name", "HTTP/1.1 200 OK\\r\\nA b: c\\r\\n\\r\\nhello");
    print("fold", "HTTP/1.1 200 OK\\r\\nA: b\\r\\n c\\r\\n\\r\\nhello");
    print("cut", "HTTP/1.1 200 OK\\r\\nA: b\\r\\n");
    site.script(
        "nph-large.sh", "printf 'HTTP/1.1 200 OK\\nX: '; head -c 20000 /dev/zero | tr '\\0' x");
    site.script(
        "nph-stream.sh",
        "printf 'HTTP/1.1 200 OK\\r\\n\\r\\nfirst'",
        "while [ ! -e \"../$QUERY_STRING\" ]; do sleep 0.02; done; printf second");
    site.script("sub/x.sh", "printf 'HTTP/1.1 299 Link\\r\\n\\r\\nlinked'");
    Files.createSymbolicLink(site.root.resolve("cgi-bin/nph-link.sh"), Path.of("sub/x.sh"));
    site.script("local.sh", "printf 'Location: /cgi-bin/nph-lf.sh\\n\\n'");
    log = site.folder.resolve("access.log");
    site.start(s -> s.cgi("/cgi-bin").accessLog(OctetPath.octets(log)).field("X-Site", "y"));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static void print(String name, String format) throws IOException {
    site.script("nph-" + name + ".sh", "printf '" + format + "'");
  }

  /** All that comes until the connection ends. */
  private static String all(String method, String name) throws IOException {
    try (RawClient client = site.connect()) {
      return client.ask(method, "/cgi-bin/nph-" + name + ".sh").readToEnd();
    }
  }

  @Test
  void theClientGetsTheHeadAsTheScriptWritesItAndTheContentThatItPromises() throws IOException {
    String whole = "HTTP/1.1 218 Fine\r\nx-odd:  y \r\nConnection: keep-alive\r\n\r\nhello";
    assertEquals(whole, all("GET", "whole"));
    assertEquals(whole, all("POST", "whole"));
    assertEquals(whole.replace("hello", ""), all("HEAD", "whole"));
    assertEquals("HTTP/1.0 200\nServer: me\nDate: now\n\nhello\n", all("GET", "lf"));
    assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhe", all("GET", "sized"));
    assertEquals(
        "HTTP/1.1 204 No Content\r\nStatus: 500\r\nLocation: /x\r\n\r\n", all("GET", "none"));
    String reset = "HTTP/1.1 205 Reset Content\r\n\r\nhello";
    assertEquals(reset, all("GET", "reset")); // unlike that of a 204, it is read as its content
    String twice = "HTTP/1.1 404\r\nETag: a\r\nETag: b\r\nLocation: /x#y\r\n\r\nhello";
    assertEquals(twice, all("GET", "twice")); // the script answers for what it says
    assertEquals("HTTP/1.1 299 Link\r\n\r\nlinked", all("GET", "link"));
    try (RawClient client = site.connect()) {
      client.send("GET /cgi-bin/nph-whole.sh HTTP/1.0\r\n\r\n");
      assertEquals(whole, client.readToEnd());
      assertFalse(whole.contains("X-Site"));
    }
  }

  @Test
  void theConnectionEndsSoThatNothingCanBeTakenForTheNextAnswer() throws IOException {
    try (RawClient client = site.connect()) {
      String request = RawClient.request("GET", "/cgi-bin/nph-sized.sh");
      client.send(request + request);
      assertEquals("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhe", client.readToEnd());
    }
  }

  @Test
  void theLogHasTheScriptsStatus() throws IOException {
    all("DELETE", "whole");
    Site.await("a line in the log")
        .until(
            () ->
                Files.readString(log).contains("\"DELETE /cgi-bin/nph-whole.sh HTTP/1.1\" 218 5 "));
  }

  /** A local redirect makes another request of it; the log tells what the client sent. */
  @Test
  void theLogHasTheMethodThatWasSent() throws IOException {
    for (String method : new String[] {"POST", "REPORT", "HEAD"}) {
      try (RawClient client = site.connect()) {
        client.ask(method, "/cgi-bin/local.sh").readToEnd();
      }
      String line = '"' + method + " /cgi-bin/local.sh HTTP/1.1\" 200 ";
      Site.await("a line in the log").until(() -> Files.readString(log).contains(line));
    }
  }

  @Test
  void contentIsStreamed() throws IOException {
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/nph-stream.sh?go");
      assertEquals("HTTP/1.1 200 OK\r\n\r\nfirst", client.readOctets(24));
      site.file("go", "");
      assertEquals("second", client.readToEnd());
    }
  }

  @Test
  void aLocalRedirectMayLeadToSuchAScript() throws IOException {
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/local.sh");
      assertEquals("HTTP/1.0 200\nServer: me\nDate: now\n\nhello\n", client.readToEnd());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "interim, does not begin with a final status line",
    "cgi, does not begin with a final status line",
    "blank, does not begin with a final status line",
    "version, does not begin with a final status line",
    "code, does not begin with a final status line",
    "glued, does not begin with a final status line",
    "cr, holds a control octet",
    "crcr, does not begin with a final status line",
    "nul, does not begin with a final status line",
    "name, is no field",
    "fold, is no field",
    "cut, ended without a complete head",
    "large, is longer than",
  })
  void aHeadThatIsNoneIs502(String name, String reason) throws IOException {
    try (ServerLog errors = new ServerLog();
        RawClient client = site.connect()) {
      Reply reply = client.get("/cgi-bin/nph-" + name + ".sh");
      assertEquals(502, reply.status());
      assertFalse(reply.content().contains("hello"));
      errors.await(reason);
      assertEquals(404, client.get("/nothing").status());
    }
  }
}
