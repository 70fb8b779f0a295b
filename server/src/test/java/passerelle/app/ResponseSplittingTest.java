package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;

/**
 * Text from outside never ends a line of a response's head: not by way of a redirect, a listing, an
 * error page or a script.
 */
final class ResponseSplittingTest {
  private static final String NAME = "d\r\nEvil: yes\r\n\r\n<script>";
  private static final String ENCODED = "d%0D%0AEvil:%20yes%0D%0A%0D%0A%3Cscript%3E";

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    Needs.tool("python3");
    Files.createDirectory(site.octetPath(NAME));
    site.file("sub/x.txt", "x");
    Files.createDirectory(site.octetPath("sub/" + NAME));
    // Prints a head that the request's query, decoded, is pasted into.
    site.script(
        "paste.py",
        "import os, sys, urllib.parse",
        "query = urllib.parse.unquote_to_bytes(os.environ['QUERY_STRING'])",
        "sys.stdout.buffer.write(query + b'\\nContent-Type: text/plain\\n\\ncontent')");
    site.script(
        "alone.py",
        "import os, sys, urllib.parse",
        "sys.stdout.buffer.write(urllib.parse.unquote_to_bytes(os.environ['QUERY_STRING']))",
        "print('\\n')");
    site.startWithScripts();
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static void assertWhole(Reply reply) {
    assertNull(reply.field("Evil"), reply::toString);
    for (String line : reply.fields()) {
      assertTrue(line.chars().allMatch(c -> c >= ' ' && c != 0x7f), line);
    }
  }

  /** One answer, and then the connection's next answer is that to its next request. */
  private static Reply only(String target) throws IOException {
    try (RawClient client = site.connect()) {
      Reply reply = client.get(target);
      assertWhole(reply);
      assertEquals("200 x", client.get("/sub/x.txt").brief());
      return reply;
    }
  }

  @Test
  void aRedirectToAFolderEncodesItsName() throws IOException {
    Reply reply = only("/" + ENCODED);
    assertEquals(301, reply.status());
    assertEquals("/" + ENCODED + "/", reply.only("Location"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%0d%0aEvil:%20yes", "%0D%0A%0D%0Ax", "%0a", "a=%E5%98%8A%E5%98%8DEvil"})
  void aRedirectKeepsTheQueryAsItWasSent(String query) throws IOException {
    assertEquals("/sub/?" + query, only("/sub?" + query).only("Location"));
  }

  @Test
  void aRawLineEndInATargetIsNoTarget() throws IOException {
    for (String octet : new String[] {"\r", "\n", "\0", "\u000b", "\u0085 ", " "}) {
      try (RawClient client = site.connect()) {
        Reply reply = client.get("/sub?a" + octet + "Evil:yes");
        assertWhole(reply);
        assertEquals(400, reply.status());
      }
    }
  }

  @Test
  void aListingEncodesNames() throws IOException {
    Reply reply = only("/sub/");
    assertEquals(200, reply.status());
    assertTrue(
        reply.content().contains("href=\"./" + ENCODED.replace(":", "%3A") + "/\""),
        reply.content());
    assertTrue(reply.content().contains("&lt;script&gt;/</a>"), reply.content());
    assertEquals(2, reply.content().split("<script>", -1).length, "but for its own");
  }

  @Test
  void anErrorPageDoesNotRepeatTheTarget() throws IOException {
    Reply reply = only("/missing%0D%0AEvil:%20yes%3Cb%3E");
    assertEquals(404, reply.status());
    assertFalse(reply.content().contains("Evil"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "X: a%0dEvil: yes",
        "X: a%00Evil: yes",
        "X: a%0bEvil: yes",
        "X: a%7f",
        "X: a%0d%0a Evil: yes",
        "Content-Disposition: attachment; filename=\"a%0dEvil: yes\"",
        "Location: http://other.example/%0dEvil: yes",
        "Location: /sub%0dEvil: yes",
        "Status: 200 OK%0dEvil: yes",
        "Status: 200 %00",
        "Status: 2000",
        "Evil%0d: yes",
        "Evil : yes",
        "Ev%00il: yes",
        "HTTP/1.1 200 OK",
        "%0d",
      })
  void aScriptCannotBreakItsHead(String head) throws IOException {
    assertEquals(
        502, only("/cgi-bin/paste.py?" + head.replace(" ", "%20").replace("\"", "%22")).status());
  }

  @Test
  void whatAScriptSaysInTwoLinesIsTwoFieldsAndNoSecondResponse() throws IOException {
    Reply reply =
        only("/cgi-bin/paste.py?X:%20a%0AContent-Length:%207%0ATransfer-Encoding:%20chunked");
    assertEquals("200 content", reply.brief());
    assertEquals("a", reply.only("X"));
    assertNull(reply.field("Transfer-Encoding"));
  }

  @Test
  void aLocalRedirectOfAScriptStaysInItsLine() throws IOException {
    Reply reply = only("/cgi-bin/alone.py?Location:%20/sub?a%20b%09c");
    assertEquals(301, reply.status());
    assertEquals("/sub/?a%20b%09c", reply.field("Location"));
  }

  /** Every octet that is no name character, colon or line end, each in a name. */
  @Test
  void noOctetMakesAScriptsFieldNameLeak() throws IOException {
    for (int octet = 0; octet < 256; octet++) {
      boolean isToken =
          octet < 0x7f
              && (Character.isLetterOrDigit(octet) || "!#$%&'*+-.^_`|~".indexOf(octet) >= 0);
      if (!isToken && octet != ':' && octet != '\n') {
        String target = String.format("/cgi-bin/paste.py?E%%%02xvil:%%20yes", octet);
        assertEquals(502, only(target).status(), target);
      }
    }
  }
}
