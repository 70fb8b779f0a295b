package passerelle.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.http.Request;
import passerelle.http1.Head;

/** The forms of the request target, and the Host field (RFC 9112 §3.2). */
final class TargetFormTest {
  private static void assertRefused(int code, String head) {
    assertEquals("REFUSED " + code, Head.parse(head), () -> "for " + head);
  }

  private static String get(String target) {
    return "GET " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static String withHost(String host) {
    return "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
  }

  @ParameterizedTest
  @CsvSource({
    "/, /, ''",
    "/a/b, /a/b, ''",
    "/a?, /a, ''",
    "/a?b?c, /a, b?c",
    "//a, //a, ''",
    "/?/, /, /",
    "/a:b@c, /a:b@c, ''"
  })
  void readsOriginForm(String target, String path, String query) {
    Request request = Head.request(get(target));
    assertEquals(path, request.target().path().toString());
    assertEquals(query, request.target().query());
    assertEquals(target.indexOf('?') >= 0, request.target().hasQuery());
    assertEquals("a", request.authority().toString());
  }

  /** Which octets may stand where; GET and HEAD are sent on, all else is refused. */
  @Test
  void everyOctetIsTakenSentOnOrRefusedByWhereItStands() {
    for (String place : new String[] {"/a%sb", "/a?b%sc", "http://h/a%sb", "http://h/?b%sc"}) {
      for (int octet = 0; octet < 256; octet++) {
        String target = String.format(place, (char) octet);
        boolean isPath = place.indexOf('?') < 0;
        boolean isOutside = octet <= ' ' || octet == '#' || octet == 0x7f;
        boolean isRaw = (isPath ? "<>\"{}|\\^`" : "<>\"").indexOf(octet) >= 0;
        for (String method : new String[] {"GET", "HEAD", "POST", "OPTIONS"}) {
          String head = method + " " + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
          if (isOutside || (isRaw && method.length() > 4) || (isRaw && method.equals("POST"))) {
            assertRefused(400, head);
          } else {
            Request request = Head.request(head);
            assertEquals(!isRaw, request.target().isEncoded(), head);
            String query = request.target().hasQuery() ? "?" + request.target().query() : "";
            assertTrue(target.endsWith(request.target().path() + query), head);
          }
        }
      }
    }
  }

  @Test
  void theEncodedTargetIsAUriThatLeadsToTheSame() {
    for (int octet = 0x21; octet < 256; octet++) {
      char c = (char) octet;
      if (c != 0x7f && c != '#' && c != '%' && c != '?' && c != '/') {
        Request request = Head.request(get("//a" + c + "%41?" + c + "%41"));
        String encoded = request.target().encoded();
        assertTrue(encoded.matches("/[-\\w.~!$&'()*+,;=:@%]*\\?[-\\w.~!$&'()*+,;=:@%]*"), encoded);
        assertEquals("/a" + c + "A", Head.request(get(encoded)).target().decodedPath());
        assertTrue(Head.request(get(encoded)).target().isEncoded());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "http://b, b, /, ''",
    "http://b/, b, /, ''",
    "HTTP://b:80/x, b:80, /x, ''",
    "https://b/x?y, b, /x, y",
    "http://b?y, b, /, y",
    "http://b:/x, b:, /x, ''",
    "http://[::1]:8080/x, [::1]:8080, /x, ''",
    "http://b//x, b, //x, ''"
  })
  void readsAbsoluteFormWhoseAuthorityWins(
      String target, String authority, String path, String query) {
    Request request = Head.request(get(target));
    assertEquals(authority, request.authority().toString());
    assertEquals(path, request.target().path().toString());
    assertEquals(query, request.target().query());
    assertEquals(target, request.targetAsSent().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "*",
        "**",
        "a:80",
        "?a",
        "http:",
        "http:/b",
        "http://",
        "http:///x",
        "http://?x",
        "http://:80/",
        "http://u@b/",
        "http://u:p@b/",
        "http://b:x/",
        "http://b:123456/",
        "http://b c/",
        "http://[::1/",
        "http://[]/",
        "http://[::1]x/",
        "http://[g::1]/",
        "ftp://b/x",
        "file:///etc/passwd",
        "httpx://b/"
      })
  void refusesOtherTargets(String target) {
    assertRefused(400, get(target));
  }

  @Test
  void readsAsteriskForOptionsOnly() {
    Request request = Head.request("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
    assertTrue(request.target().isAsterisk());
    assertEquals("*", request.target().path().toString());
    assertFalse(Head.request("OPTIONS / HTTP/1.1\r\nHost: a\r\n\r\n").target().isAsterisk());
  }

  @Test
  void connectIsNotImplemented() {
    assertRefused(501, "CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n");
  }

  @Test
  void httpOneOneNeedsExactlyOneHost() {
    assertRefused(400, "GET / HTTP/1.1\r\n\r\n");
    assertRefused(400, "GET http://b/ HTTP/1.1\r\n\r\n");
    assertRefused(400, "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n");
    assertRefused(400, "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\nhost: b\r\n\r\n");
  }

  @Test
  void httpOneZeroMayGoWithoutHostButNotHaveTwo() {
    assertEquals("", Head.request("GET / HTTP/1.0\r\n\r\n").authority().toString());
    assertEquals("b", Head.request("GET / HTTP/1.0\r\nHost: b\r\n\r\n").authority().toString());
    assertRefused(400, "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a.example",
        "A.EXAMPLE:8080",
        "127.0.0.1:80",
        "[::1]",
        "[::1]:80",
        "[fe80::1.2.3.4]:65535",
        "a:",
        "x_y-z~",
        "%41"
      })
  void acceptsHosts(String host) {
    assertEquals(host, Head.request(withHost(host)).authority().toString());
  }

  @Test
  void acceptsAnEmptyHost() {
    assertEquals("", Head.request(withHost("")).authority().toString());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b",
        "a/b",
        "a?b",
        "u@a",
        "a:b",
        "a:80:80",
        "a:123456",
        ":80",
        "[::1",
        "::1",
        "[]",
        "[::1]80",
        "[x]",
        "a\"",
        "<a>",
        "a\\b",
        "\u00e9",
        "http://a",
        "a:+80",
        "a: 80"
      })
  void refusesHosts(String host) {
    assertRefused(400, withHost(host));
  }

  @Test
  void absoluteFormStillNeedsAValidHost() {
    assertRefused(400, "GET http://b/ HTTP/1.1\r\nHost: a b\r\n\r\n");
  }
}
