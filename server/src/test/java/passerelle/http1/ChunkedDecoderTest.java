package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.http.ContentSink;
import passerelle.http.Status;

/** Chunked content, strictly, at every cut (RFC 9112 §7.1). */
final class ChunkedDecoderTest {
  private static final long LIMIT = 100;

  private static final class Collector implements ContentSink {
    private final StringBuilder content = new StringBuilder();
    private boolean accepting = true;

    @Override
    public void onContent(ByteBuffer octets) {
      content.append(StandardCharsets.ISO_8859_1.decode(octets));
    }

    @Override
    public boolean isAccepting() {
      return accepting;
    }

    @Override
    public void onComplete() {
      throw new AssertionError("the decoder does not end content");
    }

    @Override
    public void onAbort() {
      throw new AssertionError("the decoder does not end content");
    }
  }

  /** What comes of input in pieces: a refusal, or the content and how much input is left. */
  private static String decode(String octets, long limit, int... cuts) {
    Collector sink = new Collector();
    ChunkedDecoder decoder = new ChunkedDecoder();
    decoder.begin(limit);
    byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
    int from = 0;
    int consumed = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int to = i < cuts.length ? cuts[i] : bytes.length;
      ByteBuffer piece = ByteBuffer.wrap(bytes, from, to - from);
      Status refusal = decoder.decode(piece, sink);
      consumed += piece.position() - from;
      if (refusal != null) {
        return "REFUSED " + refusal.code();
      }
      from = to;
    }
    return (decoder.isDone() ? "DONE " : "MORE ") + consumed + " " + sink.content;
  }

  private static String decode(String octets) {
    return decode(octets, LIMIT);
  }

  private static String byteByByte(String octets, long limit) {
    int[] cuts = new int[Math.max(0, octets.length() - 1)];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = i + 1;
    }
    return decode(octets, limit, cuts);
  }

  static final List<String> SAMPLES =
      List.of(
          "0\r\n\r\n",
          "5\r\nhello\r\n0\r\n\r\n",
          "5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\n",
          "1\r\na\r\n2\r\nbc\r\n0\r\n\r\n",
          "a\r\n0123456789\r\nA\r\n0123456789\r\n0\r\n\r\n",
          "0005\r\nhello\r\n000\r\n\r\n",
          "5;a=b\r\nhello\r\n0;c\r\n\r\n",
          "5 ; a=\"b c\"\r\nhello\r\n0\r\n\r\n",
          "2\r\n\r\n\r\n0\r\n\r\n",
          "0\r\nA: b\r\nContent-Length: 7\r\n\r\nrest",
          "5\r\nhello0\r\n\r\n",
          "5\r\nhello\n0\r\n\r\n",
          "5\nhello\r\n0\r\n\r\n",
          "\r\n5\r\nhello\r\n",
          "5\r\nhel",
          "65\r\n",
          "0\r\nA\n\r\n",
          "0\r\n A: b\r\n\r\n",
          "0\r\n\rX",
          "-1\r\n",
          "xyz");

  @ParameterizedTest
  @FieldSource("SAMPLES")
  void comesToTheSameAtEveryCutAndPairOfCuts(String sample) {
    String whole = decode(sample);
    assertEquals(whole, byteByByte(sample, LIMIT));
    for (int first = 0; first <= sample.length(); first++) {
      for (int second = first; second <= sample.length(); second++) {
        String cuts = first + " and " + second;
        assertEquals(whole, decode(sample, LIMIT, first, second), () -> "cut at " + cuts);
      }
    }
  }

  @Test
  void mutatedContentNeverThrowsAndComesToTheSameHoweverItIsCut() {
    Random random = new Random(42);
    for (int i = 0; i < 20_000; i++) {
      StringBuilder mutant = new StringBuilder(SAMPLES.get(random.nextInt(SAMPLES.size())));
      for (int left = 1 + random.nextInt(3); left > 0; left--) {
        int at = random.nextInt(mutant.length());
        mutant.setCharAt(at, "\r\n0159afF; \t:\u0000\u0080x".charAt(random.nextInt(16)));
      }
      String input = mutant.toString();
      int cut = random.nextInt(input.length() + 1);
      String whole = decode(input);
      assertEquals(whole, decode(input, LIMIT, cut), input);
      assertEquals(whole, byteByByte(input, LIMIT), input);
    }
  }

  @Test
  void decodesChunksAndStopsBehindThem() {
    assertEquals("DONE 15 hello", decode("5\r\nhello\r\n0\r\n\r\nGET"));
    assertEquals("DONE 5 ", decode("0\r\n\r\n"));
  }

  @Test
  void readsHexadecimalSizesOfEitherCaseAndWithLeadingZeros() {
    assertEquals("DONE 20 0123456789", decode("a\r\n0123456789\r\n0\r\n\r\n"));
    assertEquals("DONE 22 0123456789", decode("00A\r\n0123456789\r\n0\r\n\r\n"));
  }

  @Test
  void dropsExtensionsAndTrailers() {
    String input = "5;a=b;c=\"d;e\"\r\nhello\r\n0;x\r\nA: b\r\nHost: evil\r\n\r\n";
    assertEquals("DONE " + input.length() + " hello", decode(input));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\r\n",
        ";a\r\n",
        " 5\r\nhello\r\n",
        "+5\r\nhello\r\n",
        "-5\r\nhello\r\n",
        "0x5\r\nhello\r\n",
        "5h\r\nhello\r\n",
        "g\r\n",
        "\u00b5\r\n",
        "5,\r\nhello\r\n",
        "5\nhello\r\n",
        "5\rhello\r\n",
        "5\r\r\nhello\r\n",
        "5;a\nb\r\nhello\r\n",
        "5;a\u0000\r\nhello\r\n",
        "5;a\rb\r\nhello\r\n",
        "5\r\nhello0\r\n\r\n",
        "5\r\nhello\n0\r\n\r\n",
        "5\r\nhello\r0\r\n\r\n",
        "5\r\nhello\r\n\r\n",
        "5\r\nhello\r\n;a\r\n\r\n",
        "5\r\nhello!\r\n0\r\n\r\n",
        "0\r\n\n",
        "0\r\n\rX",
        "0\r\n: b\r\n\r\n",
        "0\r\n A: b\r\n\r\n",
        "0\r\nA: b\n\r\n",
        "0\r\nA: \u0000\r\n\r\n",
        "0\n\r\n",
        "10000000000000000\r\n",
        "ffffffffffffffff\r\n",
        "fffffffffffffffff5\r\n",
        "100000000000000005\r\nhello\r\n"
      })
  void refusesMalformedChunks(String input) {
    assertEquals("REFUSED 400", decode(input));
    assertEquals("REFUSED 400", decode(input, Long.MAX_VALUE));
  }

  /** Nothing but CR LF ends a line or a chunk. */
  @Test
  void refusesEveryOtherOctetInPlaceOfACarriageReturnOrLineFeed() {
    String input = "5\r\nhello\r\n1;x\r\n!\r\n0\r\nA: b\r\n\r\n";
    assertTrue(decode(input).startsWith("DONE"));
    for (int at = 0; at < input.length(); at++) {
      char right = input.charAt(at);
      for (char c = 0; (right == '\r' || right == '\n') && c <= 0xff; c++) {
        String wrong = input.substring(0, at) + c + input.substring(at + 1);
        assertEquals(c == right ? decode(input) : "REFUSED 400", decode(wrong), wrong);
      }
    }
  }

  /** White space may stand before a semicolon only; there is one strict parser (decision D14). */
  @ParameterizedTest
  @ValueSource(
      strings = {"5 \r\nhello\r\n", "5\t\r\nhello\r\n", "5 a\r\nhello\r\n", "5 5\r\nhello"})
  void refusesWhiteSpaceAfterTheSizeWithoutASemicolon(String input) {
    assertEquals("REFUSED 400", decode(input));
  }

  /** A trailer line is a field line (RFC 9112 §7.1.2). */
  @ParameterizedTest
  @ValueSource(strings = {"0\r\nA\r\n\r\n", "0\r\nGET / HTTP/1.1\r\n\r\n", "0\r\nA : b\r\n\r\n"})
  void refusesTrailerLinesThatAreNoFieldLines(String input) {
    assertEquals("REFUSED 400", decode(input));
  }

  @Test
  void acceptsContentUpToTheLimitAndRefusesOneOctetMore() {
    String last = "0\r\n\r\n";
    assertEquals("DONE 18 12345678", decode("8\r\n12345678\r\n" + last, 8));
    assertEquals("DONE 23 12345678", decode("4\r\n1234\r\n4\r\n5678\r\n" + last, 8));
    assertEquals("REFUSED 413", decode("9\r\n123456789\r\n" + last, 8));
    assertEquals("REFUSED 413", decode("4\r\n1234\r\n5\r\n56789\r\n" + last, 8));
    assertEquals("REFUSED 413", decode("9\r\n", 8));
    long most = Long.MAX_VALUE;
    assertEquals("REFUSED 413", decode("1\r\nx\r\nfffffffffffffff\r\n", 1L << 59));
    assertEquals("MORE", decode("1\r\nx\r\nfffffffffffffff\r\n", most).split(" ", 2)[0]);
    assertEquals("DONE 5 ", decode(last, 0));
  }

  @Test
  void boundsExtensionsAndTrailers() {
    String endless = "1;" + "x".repeat(20 * 1024) + "\r\na\r\n0\r\n\r\n";
    assertEquals("REFUSED 431", decode(endless));
    assertEquals("REFUSED 431", decode("0\r\nA: " + "x".repeat(20 * 1024) + "\r\n\r\n"));
    assertEquals("REFUSED 431", decode("0\r\n" + "A: b\r\n".repeat(8 * 1024) + "\r\n"));
    assertTrue(decode("1;" + "x".repeat(1024) + "\r\na\r\n0\r\n\r\n").startsWith("DONE"));
  }

  @Test
  void boundsExtensionsOfManyChunksTogether() {
    assertEquals("REFUSED 431", decode(("1;" + "x".repeat(400) + "\r\na\r\n").repeat(90)));
  }

  @Test
  void refusesAnEndlessSize() {
    assertEquals("REFUSED 400", decode("0".repeat(4096)));
  }

  @Test
  void pausesWhileTheSinkTakesNothing() {
    Collector sink = new Collector();
    ChunkedDecoder decoder = new ChunkedDecoder();
    decoder.begin(LIMIT);
    ByteBuffer input =
        ByteBuffer.wrap("3\r\nabc\r\n0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
    sink.accepting = false;
    assertNull(decoder.decode(input, sink));
    assertEquals(3, input.position());
    assertFalse(decoder.isDone());
    sink.accepting = true;
    assertNull(decoder.decode(input, sink));
    assertEquals("abc", sink.content.toString());
    assertTrue(decoder.isDone());
  }

  @Test
  void beginsAnewAfterOldContent() {
    Collector sink = new Collector();
    ChunkedDecoder decoder = new ChunkedDecoder();
    for (int i = 0; i < 3; i++) {
      decoder.begin(3);
      ByteBuffer input =
          ByteBuffer.wrap("3\r\nabc\r\n0\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
      assertNull(decoder.decode(input, sink));
      assertTrue(decoder.isDone());
    }
    assertEquals("abcabcabc", sink.content.toString());
  }
}
