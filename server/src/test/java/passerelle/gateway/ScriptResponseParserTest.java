package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.http.Body;
import passerelle.http.Status;
import passerelle.io.Ascii;

/** The head of a script's answer, whole, in pieces, and broken (RFC 3875 §6.3). */
final class ScriptResponseParserTest {
  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static ScriptResponseParser parse(String text) {
    ScriptResponseParser parser = new ScriptResponseParser();
    byte[] data = octets(text);
    parser.feed(data, 0, data.length);
    return parser;
  }

  private static ScriptResponse response(String text) {
    ScriptResponseParser parser = parse(text);
    assertNull(parser.problem());
    assertTrue(parser.isComplete());
    return parser.response();
  }

  private static String problem(String text) {
    ScriptResponseParser parser = parse(text);
    assertFalse(parser.isComplete());
    return String.valueOf(parser.problem());
  }

  @Test
  void aDocumentHasFieldsAndStatus200() {
    ScriptResponse response = response("Content-Type: text/plain\nX-Y:z\n\nhello");
    assertEquals(
        List.of(
            new ScriptResponse.Field("Content-Type", "text/plain"),
            new ScriptResponse.Field("X-Y", "z")),
        response.fields());
    assertEquals(Status.OK, response.clientStatus());
    assertEquals(Body.UNKNOWN, response.contentLength());
    assertFalse(response.isLocalRedirect());
  }

  @Test
  void contentIsNotTaken() {
    for (String head : new String[] {"A: b\n\n", "A: b\r\n\r\n", "A: b\n\r\n", "A: b\r\n\n"}) {
      byte[] data = octets("##" + head + "A: b\n\n");
      ScriptResponseParser parser = new ScriptResponseParser();
      assertEquals(head.length(), parser.feed(data, 2, data.length - 2));
      assertTrue(parser.isComplete());
      assertEquals(0, parser.feed(data, 0, 2));
    }
  }

  @Test
  void everySplitGivesTheSame() {
    String head =
        "Status: 404 Not Here\r\nLocation:  /x \nContent-Length: 12\r\nSet-Cookie: a=\u00e9\n\r\n";
    byte[] data = octets(head + "content");
    ScriptResponse expected = response(head);
    for (int first = 0; first <= data.length; first++) {
      for (int second = first; second <= data.length; second++) {
        ScriptResponseParser parser = new ScriptResponseParser();
        int taken = parser.feed(data, 0, first);
        taken += parser.feed(data, first, second - first);
        taken += parser.feed(data, second, data.length - second);
        assertEquals(head.length(), taken);
        assertEquals(expected, parser.response());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "404 Not Here, 404, Not Here",
    "404, 404, Not Found",
    "'404 ', 404, Not Found",
    "200, 200, OK",
    "418, 418, ''",
    "299, 299, ''",
    "200   two  blanks, 200, two  blanks",
    "999 odd, 999, odd",
    "500 caf\u00e9, 500, caf\u00e9",
  })
  void statusHasACodeAndPerhapsAReason(String value, int code, String reason) {
    assertEquals(new Status(code, reason), response("Status: " + value + "\n\n").clientStatus());
    assertEquals(new Status(code, reason), response("STATUS:" + value + "\n\n").status());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"OK", "20", "2000", "200x", "100 Continue", "199", "099", "-200", "2 0", "+20"})
  void anythingElseIsNoFinalStatus(String value) {
    assertTrue(problem("Status: " + value + "\n").contains("is not a final status code"));
  }

  @Test
  void aLocationIsLocalIfItIsAPathAlone() {
    assertTrue(response("Location: /a?b\n\n").isLocalRedirect());
    assertFalse(response("Location: /a?b\n\n").withContent().isLocalRedirect());
    ScriptResponse client = response("Location: http://a.example/\n\n");
    assertFalse(client.isLocalRedirect());
    assertEquals(Status.FOUND, client.clientStatus());
    ScriptResponse explicit = response("Location: /a\nStatus: 303 See Other\n\n");
    assertFalse(explicit.isLocalRedirect());
    assertEquals(303, explicit.clientStatus().code());
  }

  /** RFC 3875 §6.2.2: whatever stands beside it, be it dropped, the client is sent there. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Set-Cookie: a=1",
        "Content-Type: text/plain",
        "Content-Length: 0",
        "Date: now",
        "Connection: close",
        "X-Sendfile: /a",
        "X-CGI-Any: thing",
      })
  void aFieldBesideThePathMakesItTheClients(String field) {
    for (String head : List.of(field + "\nLocation: /a\n\n", "Location: /a\n" + field + "\n\n")) {
      ScriptResponse response = response(head);
      assertFalse(response.isLocalRedirect(), head);
      assertEquals(Status.FOUND, response.clientStatus());
      assertEquals("/a", response.location());
    }
  }

  /** RFC 3875 §6.3: "A NULL field value is equivalent to a field not being sent." */
  @Test
  void aFieldWithoutAValueCountsAsNotSent() {
    String nothing = "Status:\nLocation: \nContent-Length:\nContent-Type:\nETag:\t\n";
    ScriptResponse response = response(nothing + nothing + "Content-Type: a/b\nETag: \"c\"\n\n");
    assertEquals(Status.OK, response.clientStatus());
    assertNull(response.location());
    assertEquals(Body.UNKNOWN, response.contentLength());
    assertEquals(
        List.of(
            new ScriptResponse.Field("Content-Type", "a/b"),
            new ScriptResponse.Field("ETag", "\"c\"")),
        response.fields());
    assertTrue(response("Location: /a\nStatus:\nX-Y:\n\n").isLocalRedirect());
    assertTrue(problem("Location:\n\n").contains("none of its answer's fields has a value"));
    assertTrue(problem(nothing + "\n").contains("none of its answer's fields has a value"));
  }

  /** Equal values, too: whoever says a thing twice says another thing the next time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Disposition: inline",
        "Content-Length: 1",
        "Content-Location: /a",
        "Content-Range: bytes 0-0/1",
        "Content-Type: a/b",
        "ETag: \"a\"",
        "Last-Modified: Thu, 01 Jan 1970 00:00:00 GMT",
        "Location: /a",
        "Retry-After: 1",
        "Status: 200",
        "X-Sendfile: /a",
      })
  void whatIsNoListStandsOnce(String field) {
    String name = field.substring(0, field.indexOf(':'));
    String again = field.replace(name, name.toUpperCase(java.util.Locale.ROOT));
    assertNull(parse(field + "\nA: b\n\n").problem());
    assertEquals(
        "its answer repeats the field " + name, problem(again + "\nA: b\n" + field + "\n\n"));
  }

  @Test
  void aListMayHaveManyLines() {
    List<String> names =
        List.of(
            "Set-Cookie",
            "Vary",
            "Link",
            "Cache-Control",
            "WWW-Authenticate",
            "Allow",
            "X",
            "Expires", // git-http-backend sends it twice when it refuses a push
            "Age");
    for (String name : names) {
      String line = name + ": a\n";
      assertEquals(2, response(line + line + "\n").fields().size(), name);
    }
  }

  /** RFC 9112 §6.3, RFC 9110 §15.3.6; what a script says to the client itself stays as it is. */
  @ParameterizedTest
  @CsvSource({"204, false, false", "205, false, true", "304, false, false", "404, true, true"})
  void someStatusesHaveNoContent(int code, boolean hasContent, boolean hasVerbatim) {
    assertEquals(hasContent, response("Status: " + code + "\n\n").hasContent(true));
    ScriptResponseParser parser = new ScriptResponseParser(true, false);
    byte[] head = octets("HTTP/1.1 " + code + "\r\n\r\n");
    parser.feed(head, 0, head.length);
    assertEquals(hasVerbatim, parser.response().hasContent(true));
  }

  /** A script that speaks to the client itself says twice what it likes, but for the framing. */
  @Test
  void aWholeResponseIsNotLookedInto() {
    ScriptResponseParser parser = new ScriptResponseParser(true, false);
    byte[] head = octets("HTTP/1.1 200\r\nETag: a\r\nETag: b\r\nLocation: /a\r\nLocation:\r\n\r\n");
    assertEquals(head.length, parser.feed(head, 0, head.length));
    assertTrue(parser.isComplete());
    assertFalse(parser.response().isLocalRedirect());
    ScriptResponseParser twice = new ScriptResponseParser(true, false);
    head = octets("HTTP/1.1 200\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\n");
    twice.feed(head, 0, head.length);
    assertEquals("its answer repeats the field Content-Length", twice.problem());
  }

  @Test
  void aContentLengthIsKept() {
    assertEquals(0, response("Content-Length: 0\n\n").contentLength());
    assertEquals(
        Long.MAX_VALUE, response("content-length: " + Long.MAX_VALUE + "\n\n").contentLength());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DATE",
        "Keep-Alive",
        "Proxy-Connection",
        "Server",
        "TE",
        "Trailer",
        "Transfer-Encoding",
        "upgrade"
      })
  void whatTheServerSaysItselfIsDropped(String name) {
    assertEquals(List.of(), response(name + ": x\n\n").fields());
  }

  @Test
  void whatConnectionNamesIsDroppedWhereverItStands() {
    ScriptResponse response =
        response(
            "X-Hop: 1\nConnection: close,x-hop , ,\nX-Stay: 2\nConnection: X-Other\nx-other:\n\n");
    assertEquals(List.of(new ScriptResponse.Field("X-Stay", "2")), response.fields());
  }

  @Test
  void aFileIsNamedOnlyIfFilesAreSent() {
    String head = "X-SENDFILE: /a b\nA: b\n\n";
    assertNull(response(head).file());
    ScriptResponseParser parser = new ScriptResponseParser(false, true);
    parser.feed(octets(head), 0, head.length());
    ScriptResponse response = parser.response();
    assertEquals("/a b", response.file());
    assertTrue(response.isFile());
    assertFalse(response.hasContent(true));
    assertEquals(List.of(new ScriptResponse.Field("A", "b")), response.fields());
  }

  @Test
  void aWholeResponseIsKeptAtEverySplit() {
    String head = "HTTP/1.1 404 Not Here\r\nA:  b \nConnection: c\r\nStatus: x\n\r\n";
    byte[] data = octets(head + "content");
    for (int first = 0; first <= data.length; first++) {
      ScriptResponseParser parser = new ScriptResponseParser(true, true);
      int taken = parser.feed(data, 0, first);
      taken += parser.feed(data, first, data.length - first);
      assertEquals(head.length(), taken);
      ScriptResponse response = parser.response();
      assertEquals(new Status(404, "Not Here"), response.clientStatus());
      assertEquals(java.nio.ByteBuffer.wrap(octets(head)), response.verbatim());
      assertTrue(response.hasContent(true));
      assertFalse(response.hasContent(false));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "hello|line 1 of its answer is no field (Name: value): \"hello\"",
        "A: b\\nhello|line 2 of its answer is no field",
        ": b|line 1 of its answer is no field",
        "A : b|line 1 of its answer is no field",
        "A\\tB: c|line 1 of its answer is no field",
        "\u00e9: c|line 1 of its answer is no field (Name: value): \"?: c\"",
        "A: b\\n C: d|line 2 of its answer is no field",
        "A: b\\u0000|the value of its field A holds a control octet",
        "A: b\\rB: c|the value of its field A holds a control octet",
        "A: b\\u007f|the value of its field A holds a control octet",
        "Content-Length: x|\"Content-Length: x\" is no length",
        "Content-Length: 9223372036854775808|is no length",
      })
  void whatCouldCorruptTheAnswerIsRefused(String head, String problem) {
    String text =
        head.replace("\\n", "\n")
            .replace("\\r", "\r")
            .replace("\\t", "\t")
            .replace("\\u0000", "\0")
            .replace("\\u007f", "\u007f");
    assertTrue(problem(text + "\n").contains(problem), () -> problem(text + "\n"));
  }

  @Test
  void anAnswerBeginsWithAField() {
    assertTrue(problem("\nhello").contains("begins with a blank line"));
    assertTrue(problem("\r\nhello").contains("begins with a blank line"));
  }

  @Test
  void aHeadIsBounded() {
    // What a line may grow by on the wire (": " for ":", CRLF for LF) is counted with it.
    String line = "A: " + "b".repeat(97) + "\n";
    int counted = line.length() + 2;
    int lines = ScriptResponseParser.HEAD_OCTETS / counted - 1;
    String fits = line.repeat(lines) + "B: ";
    int left = ScriptResponseParser.HEAD_OCTETS - lines * counted - "B: \n\n".length() - 2;
    assertNotNull(response(fits + "c".repeat(left) + "\n\n"));
    assertTrue(problem(fits + "c".repeat(left + 1) + "\n\n").contains("is longer than"));
    assertTrue(problem("x".repeat(ScriptResponseParser.HEAD_OCTETS + 1)).contains("longer than"));
  }

  @Test
  void noiseNeverGivesAFieldThatCouldSplitTheAnswer() {
    Random random = new Random(7);
    String alphabet = "Ab:  \r\n\r\n\0\t\u00e9/1Status: 200Location:Content-Length: 5\n\n";
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder("A: b\n");
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      ScriptResponseParser parser = parse(text.toString());
      if (parser.isComplete()) {
        for (ScriptResponse.Field field : parser.response().fields()) {
          assertTrue(Ascii.isAll(field.name(), Ascii.TCHAR), text::toString);
          assertTrue(field.value().chars().noneMatch(c -> c == '\r' || c == '\n' || c == 0));
        }
      }
    }
  }

  @Test
  void noiseNeverGivesAWholeHeadThatTwoReadersReadInTwoWays() {
    String value = "[\\t -~\\x80-\\xff]*";
    String field = "[!#$%&'*+.^_`|~0-9A-Za-z-]+:" + value + "\r?\n";
    String status = "HTTP/1\\.[0-9] [2-9][0-9]{2}( " + value + ")?\r?\n";
    Pattern head = Pattern.compile(status + "(" + field + ")*\r?\n");
    Random random = new Random(7);
    String alphabet = "Ab::  \r\n\r\n\n\0\t\u00e9/1OK";
    int complete = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder("HTTP/1.1 200");
      for (int length = random.nextInt(40); length > 0; length--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      byte[] data = octets(text.append("\n\n").toString());
      ScriptResponseParser parser = new ScriptResponseParser(true, false);
      int taken = parser.feed(data, 0, data.length);
      if (parser.isComplete()) {
        complete++;
        assertTrue(head.matcher(text.substring(0, taken)).matches(), text::toString);
      }
    }
    assertTrue(complete > 1000, "only " + complete + " were heads");
  }
}
