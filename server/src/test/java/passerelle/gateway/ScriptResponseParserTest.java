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
    "404, 404, ''",
    "'404 ', 404, ''",
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
      strings = {
        "",
        "OK",
        "20",
        "2000",
        "200x",
        "100 Continue",
        "199",
        "099",
        "-200",
        "2 0",
        "+20"
      })
  void anythingElseIsNoFinalStatus(String value) {
    assertTrue(problem("Status: " + value + "\n").contains("is not a final status code"));
  }

  @Test
  void aLocationIsLocalIfItIsAPathAlone() {
    assertTrue(response("Location: /a?b\n\n").isLocalRedirect());
    ScriptResponse client = response("Location: http://a.example/\n\n");
    assertFalse(client.isLocalRedirect());
    assertEquals(Status.FOUND, client.clientStatus());
    ScriptResponse explicit = response("Location: /a\nStatus: 303 See Other\n\n");
    assertFalse(explicit.isLocalRedirect());
    assertEquals(303, explicit.clientStatus().code());
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
        "Content-Length: x|\"Content-Length: x\" is no length or repeated",
        "Content-Length: 1\\nContent-Length: 1|is no length or repeated",
        "Content-Length: 9223372036854775808|is no length or repeated",
        "Status: 200\\nStatus: 200|is not a final status code",
        "Location:|its Location field is empty or repeated",
        "Location: /a\\nLocation: /b|its Location field is empty or repeated",
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
