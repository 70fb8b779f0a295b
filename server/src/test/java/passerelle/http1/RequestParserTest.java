package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.http1.RequestParser.Outcome;
import passerelle.wire.Limits;

/** What the parser makes of heads that arrive whole (RFC 9112 §2–§5). */
final class RequestParserTest {
  private static final String HOST = "Host: a\r\n";

  private static void assertRefused(int code, String head) {
    assertEquals("REFUSED " + code, Head.parse(head), () -> "for " + head);
  }

  private static void assertParsed(String expected, String head) {
    assertEquals("DONE " + head.length() + " " + expected, Head.parse(head), () -> "for " + head);
  }

  /** The same for a field line that follows a valid Host. */
  private static void assertFieldRefused(String line) {
    assertRefused(400, "GET / HTTP/1.1\r\n" + HOST + line + "\r\n\r\n");
  }

  @Test
  void readsRequestLineAndFields() {
    assertParsed(
        "GET 1.1 sent=/a/b?c=d path=/a/b query=c=d authority=a [Host=a] [X-Y=1, 2]",
        "GET /a/b?c=d HTTP/1.1\r\nHost: a\r\nX-Y: 1, 2\r\n\r\n");
  }

  @Test
  void readsHttpOneZeroWithoutFields() {
    assertParsed("GET 1.0 sent=/ path=/ authority=", "GET / HTTP/1.0\r\n\r\n");
  }

  @Test
  void answersAHigherMinorVersionAsTheHighestThatItKnows() {
    assertParsed(
        "GET 1.1 sent=/ path=/ authority=a [Host=a]", "GET / HTTP/1.9\r\n" + HOST + "\r\n");
  }

  @Test
  void skipsEmptyLinesBeforeTheRequestLine() {
    assertParsed(
        "GET 1.1 sent=/ path=/ authority=a [Host=a]", "\r\n\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n");
  }

  @Test
  void stopsAtTheEndOfTheHead() {
    String head = "GET / HTTP/1.1\r\n" + HOST + "\r\n";
    assertEquals(
        "DONE " + head.length() + " GET 1.1 sent=/ path=/ authority=a [Host=a]",
        Head.parse(head + "\r\n\r\nGET /next"));
  }

  @Test
  void wantsMoreUntilTheLastLineFeed() {
    assertEquals("MORE", Head.parse("GET / HTTP/1.1\r\n" + HOST + "\r"));
    assertEquals("MORE", Head.parse(""));
  }

  @Test
  void trimsOnlyWhiteSpaceAroundValues() {
    assertParsed(
        "GET 1.1 sent=/ path=/ authority=a [Host=a] [A=b c\td] [E=] [F=]",
        "GET / HTTP/1.1\r\nHost:a\r\nA: \t b c\td \t\r\nE:\r\nF: \t \r\n\r\n");
  }

  @Test
  void keepsObsTextInValuesAndTargets() {
    assertParsed(
        "GET 1.1 sent=/\u00c3\u00a9 path=/\u00c3\u00a9 authority=a [Host=a] [A=\u0080\u00ff]",
        "GET /\u00c3\u00a9 HTTP/1.1\r\nHost: a\r\nA: \u0080\u00ff\r\n\r\n");
  }

  @Test
  void acceptsEveryTokenCharacterInAFieldName() {
    String name = "!#$%&'*+-.^_`|~09azAZ";
    assertParsed(
        "GET 1.1 sent=/ path=/ authority=a [Host=a] [" + name + "=x]",
        "GET / HTTP/1.1\r\nHost: a\r\n" + name + ": x\r\n\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE"})
  void knowsTheMethods(String method) {
    assertParsed(
        method + " 1.1 sent=/ path=/ authority=a [Host=a]",
        method + " / HTTP/1.1\r\n" + HOST + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"get", "GETS", "GE", "PROPFIND", "X", "!#$%&'*+-.^_`|~", "CONNECT"})
  void answersUnknownMethodsWith501(String method) {
    assertRefused(501, method + " / HTTP/1.1\r\n" + HOST + "\r\n");
  }

  @Test
  void refusesAnEndlessMethodBeforeItEnds() {
    assertEquals("REFUSED 501", Head.parse("A".repeat(33)));
    assertEquals("MORE", Head.parse("A".repeat(32)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET  / HTTP/1.1",
        "GET /  HTTP/1.1",
        "GET / HTTP/1.1 ",
        " GET / HTTP/1.1",
        "GET\t/ HTTP/1.1",
        "GET /\tHTTP/1.1",
        "GET /",
        "GET / ",
        "GET",
        "GET / http/1.1",
        "GET / HTTP/1",
        "GET / HTTP/11",
        "GET / HTTP/1.",
        "GET / HTTP/1.10",
        "GET / HTTP/01.1",
        "GET / HTTP/1,1",
        "GET / HTTP/a.1",
        "GET / HTTPS/1.1",
        "GET / HTTP /1.1",
        "GET /a b HTTP/1.1",
        "GET /a#b HTTP/1.1",
        "GET /\u0000 HTTP/1.1",
        "GET /\u007f HTTP/1.1",
        "GET /\u0001 HTTP/1.1",
        "G\u0000T / HTTP/1.1",
        "G\u00c9T / HTTP/1.1",
        "GET\u00a0/ HTTP/1.1",
        "GET: / HTTP/1.1",
      })
  void refusesMalformedRequestLines(String line) {
    assertRefused(400, line + "\r\n" + HOST + "\r\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/2.0", "HTTP/0.9", "HTTP/3.1", "HTTP/9.9"})
  void answersOtherMajorVersionsWith505(String version) {
    assertRefused(505, "GET / " + version + "\r\n" + HOST + "\r\n");
  }

  @Test
  void rejectsBareLineFeedAnywhere() {
    assertRefused(400, "\nGET / HTTP/1.1\r\n" + HOST + "\r\n");
    assertRefused(400, "GET / HTTP/1.1\n" + HOST + "\r\n");
    assertRefused(400, "GET / HTTP/1.1\r\nHost: a\n\r\n");
    assertRefused(400, "GET / HTTP/1.1\r\n" + HOST + "\n");
    assertRefused(400, "GET / HTTP/1.1\r\n" + HOST + "A: b\nC: d\r\n\r\n");
  }

  /** Nothing but CR LF ends a line, wherever the line stands. */
  @Test
  void rejectsEveryOtherOctetInPlaceOfACarriageReturnOrLineFeed() {
    String head = "\r\nGET / HTTP/1.1\r\n" + HOST + "A: b\r\nC:\r\n\r\n";
    for (int at = 2; at < head.length(); at++) {
      char right = head.charAt(at);
      for (char c = 0; (right == '\r' || right == '\n') && c <= 0xff; c++) {
        if (c != right) {
          assertRefused(400, head.substring(0, at) + c + head.substring(at + 1));
        }
      }
    }
  }

  @Test
  void rejectsBareCarriageReturnBeforeTheRequestLine() {
    assertRefused(400, "\rGET / HTTP/1.1\r\n" + HOST + "\r\n");
    assertRefused(400, "\r\r\nGET / HTTP/1.1\r\n" + HOST + "\r\n");
  }

  @Test
  void rejectsBareCarriageReturnInRequestLine() {
    assertRefused(400, "GET /\r HTTP/1.1\r\n" + HOST + "\r\n");
    assertRefused(400, "GET / HTTP/1.1\r\r\n" + HOST + "\r\n");
  }

  @Test
  void rejectsBareCarriageReturnInFieldValue() {
    assertFieldRefused("A: b\rc");
    assertFieldRefused("A: b\r\r");
    assertFieldRefused("A: \rb");
  }

  @Test
  void rejectsBareCarriageReturnInsteadOfTheEmptyLine() {
    assertRefused(400, "GET / HTTP/1.1\r\n" + HOST + "\rX");
  }

  @Test
  void rejectsWhiteSpaceBeforeTheColon() {
    assertFieldRefused("Content-Length : 5");
    assertFieldRefused("A\t: b");
  }

  @Test
  void rejectsLineFolding() {
    assertFieldRefused("A: b\r\n c");
    assertFieldRefused("A: b\r\n\tc");
    assertRefused(400, "GET / HTTP/1.1\r\n A: b\r\n" + HOST + "\r\n");
  }

  @Test
  void rejectsFieldLinesWithoutANameOrColon() {
    assertFieldRefused(": b");
    assertFieldRefused("A");
    assertFieldRefused("A b: c");
    assertFieldRefused("A\u0000: b");
    assertFieldRefused("\u00c9: b");
    assertFieldRefused("A(b): c");
  }

  @Test
  void rejectsEveryControlOctetInFieldValues() {
    for (char c = 0; c < 0x20; c++) {
      if (c != '\t') {
        assertFieldRefused("A: b" + c + "c");
        assertFieldRefused("A: " + c);
      }
    }
    assertFieldRefused("A: \u007f");
  }

  @Test
  void rejectsEveryOctetButTokenCharactersInFieldNames() {
    String token = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    for (char c = 0; c <= 0xff; c++) {
      if (token.indexOf(c) < 0 && c != ':') {
        assertFieldRefused("A" + c + "B: x");
      }
    }
  }

  @Test
  void aSecondHeadForgetsTheFirst() {
    Request request = new Request(Head.REMOTE, Head.LOCAL);
    RequestParser parser = new RequestParser(request, Limits.standard());
    String first = "POST http://b/x?y HTTP/1.0\r\nHost: a\r\nContent-Length: 3\r\n\r\n";
    String second = "GET / HTTP/1.1\r\n" + HOST + "\r\n";
    byte[] both = (first + second).getBytes(StandardCharsets.ISO_8859_1);
    parser.begin(ByteBuffer.wrap(both), 0);
    assertEquals(Outcome.DONE, parser.parse(both.length));
    assertEquals(first.length(), parser.headEnd());
    parser.begin(ByteBuffer.wrap(both), parser.headEnd());
    assertEquals(Outcome.DONE, parser.parse(both.length));
    assertEquals(both.length, parser.headEnd());
    assertEquals("GET", request.method().name());
    assertEquals(1, request.minorVersion());
    assertEquals("/", request.target().path().toString());
    assertEquals("", request.target().query());
    assertEquals("a", request.authority().toString());
    assertEquals(0, request.fields().occurrences(FieldName.CONTENT_LENGTH));
  }
}
