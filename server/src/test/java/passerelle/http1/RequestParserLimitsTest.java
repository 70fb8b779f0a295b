package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import passerelle.wire.Limits;

/** Limits hold at the exact octet: the limit itself is fine, one more is refused. */
final class RequestParserLimitsTest {
  private static void assertOutcome(String start, String head, Limits limits) {
    String whole = Head.parse(head, limits);
    assertTrue(whole.startsWith(start), () -> start + " expected, but was " + whole);
    assertEquals(whole, Head.parseByteByByte(head, limits));
    for (int cut = 0; cut <= head.length(); cut += 13) {
      assertEquals(whole, Head.parse(head, limits, cut));
    }
  }

  @Test
  void acceptsTheLongestTargetAndRefusesOneOctetMore() {
    Limits limits = ParserLimits.of(20, 1000, 10);
    String longest = "/" + "x".repeat(19);
    String rest = " HTTP/1.1\r\nHost: a\r\n\r\n";
    assertOutcome("DONE", "GET " + longest + rest, limits);
    assertOutcome("REFUSED 414", "GET " + longest + "x" + rest, limits);
    assertEquals("REFUSED 414", Head.parse("GET " + longest + "x", limits));
    assertEquals("MORE", Head.parse("GET " + longest, limits));
  }

  @Test
  void acceptsTheLongestHeadAndRefusesOneOctetMore() {
    String frame = "GET / HTTP/1.1\r\nHost: a\r\nA: \r\n\r\n";
    Limits limits = ParserLimits.of(20, frame.length() + 50, 10);
    String longest = frame.replace("A: ", "A: " + "x".repeat(50));
    assertOutcome("DONE", longest, limits);
    assertOutcome("DONE", longest + "GET /next", limits);
    assertOutcome("REFUSED 431", longest.replace("A: ", "A: x"), limits);
  }

  @Test
  void refusesAHeadThatFillsItsRoomWithoutEnding() {
    Limits limits = ParserLimits.of(20, 64, 10);
    String open = "GET / HTTP/1.1\r\nHost: a\r\nA: ";
    String full = open + "x".repeat(64 - open.length());
    assertOutcome("REFUSED 431", full, limits);
    assertOutcome("MORE", full.substring(0, 63), limits);
  }

  @Test
  void refusesATargetThatFillsTheHeadWith414() {
    assertOutcome("REFUSED 414", "GET /" + "x".repeat(60), ParserLimits.of(64, 64, 10));
  }

  @Test
  void emptyLinesInFrontAreNoPartOfTheHead() {
    Limits limits = ParserLimits.of(20, 64, 10);
    assertOutcome("MORE", "\r\n".repeat(100), limits);
    String frame = "GET / HTTP/1.1\r\nHost: a\r\nA: \r\n\r\n";
    String longest = frame.replace("A: ", "A: " + "x".repeat(64 - frame.length()));
    assertOutcome("DONE", "\r\n".repeat(50) + longest, limits);
    assertOutcome("REFUSED 431", "\r\n".repeat(50) + longest.replace("A: ", "A: x"), limits);
  }

  @Test
  void acceptsAsManyFieldLinesAsAllowedAndRefusesOneMore() {
    Limits limits = ParserLimits.of(20, 1000, 5);
    String start = "GET / HTTP/1.1\r\nHost: a\r\n";
    assertOutcome("DONE", start + "A: b\r\n".repeat(4) + "\r\n", limits);
    assertOutcome("REFUSED 431", start + "A: b\r\n".repeat(5) + "\r\n", limits);
  }

  @Test
  void keepsTheStandardLimits() {
    String start = "GET / HTTP/1.1\r\nHost: a\r\n";
    Limits limits = Limits.standard();
    assertTrue(Head.parse(start + "A: b\r\n".repeat(99) + "\r\n").startsWith("DONE"));
    assertEquals("REFUSED 431", Head.parse(start + "A: b\r\n".repeat(100) + "\r\n"));
    String longest = "/" + "x".repeat(limits.targetOctets() - 1);
    String rest = " HTTP/1.1\r\nHost: a\r\n\r\n";
    assertTrue(Head.parse("GET " + longest + rest).startsWith("DONE"));
    assertEquals("REFUSED 414", Head.parse("GET " + longest + "x" + rest));
  }

  @Test
  void limitsThatDoNotFitTheInputBufferAreAnError() {
    assertThrows(
        IllegalArgumentException.class, () -> ParserLimits.of(100, Limits.LARGEST_HEAD + 1, 10));
    assertThrows(IllegalArgumentException.class, () -> ParserLimits.of(101, 100, 10));
  }
}
