package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.http.Request;
import passerelle.http.Status;

/** Where content ends, and what is refused because two recipients could differ (RFC 9112 §6). */
final class FramingTest {
  private static final long LIMIT = 1000;

  private static Request request(int minorVersion, String... lines) {
    StringBuilder head = new StringBuilder("POST / HTTP/1.").append(minorVersion).append("\r\n");
    head.append("Host: a\r\n");
    for (String line : lines) {
      head.append(line).append("\r\n");
    }
    return Head.request(head.append("\r\n").toString());
  }

  private static void assertLength(long expected, String... lines) {
    Request request = request(1, lines);
    assertNull(Framing.read(request, LIMIT), () -> "for " + String.join(" | ", lines));
    assertEquals(expected, request.contentLength(), () -> "for " + String.join(" | ", lines));
  }

  private static void assertRefused(int code, int minorVersion, String... lines) {
    Status refusal = Framing.read(request(minorVersion, lines), LIMIT);
    assertNotNull(refusal, () -> "not refused: " + String.join(" | ", lines));
    assertEquals(code, refusal.code(), () -> "for " + String.join(" | ", lines));
  }

  @Test
  void aRequestWithoutFramingFieldsHasNoContent() {
    assertLength(0);
    Request old = request(0);
    assertNull(Framing.read(old, LIMIT));
    assertEquals(0, old.contentLength());
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 5", "1000, 1000", "007, 7", "0000000000000000000000005, 5"})
  void readsContentLength(String text, long octets) {
    assertLength(octets, "Content-Length: " + text);
  }

  @Test
  void readsContentLengthOfHttpOneZero() {
    Request old = request(0, "content-length: 12");
    assertNull(Framing.read(old, LIMIT));
    assertEquals(12, old.contentLength());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "+5",
        "-5",
        "-0",
        "0x5",
        "5a",
        "a",
        "5,5",
        "5, 5",
        "5 5",
        "5.0",
        "1e2",
        "\"5\"",
        "5;",
        "9223372036854775808",
        "18446744073709551621",
        "99999999999999999999999999999999999",
        "\u00b2",
        "\u00ef\u00bc\u0095"
      })
  void refusesContentLengthThatIsNotOneNumber(String value) {
    assertRefused(400, 1, "Content-Length: " + value);
    assertRefused(400, 0, "Content-Length: " + value);
  }

  @Test
  void refusesRepeatedContentLengthEvenIfEqual() {
    assertRefused(400, 1, "Content-Length: 5", "Content-Length: 5");
    assertRefused(400, 1, "Content-Length: 5", "content-length: 6");
    assertRefused(400, 1, "Content-Length: 5", "A: b", "CONTENT-LENGTH:");
  }

  @ParameterizedTest
  @ValueSource(strings = {"1001", "9223372036854775807"})
  void refusesContentOverTheLimitWith413(String value) {
    assertRefused(413, 1, "Content-Length: " + value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"chunked", "Chunked", "CHUNKED"})
  void readsChunkedOfAnyCase(String coding) {
    assertLength(Request.UNKNOWN_LENGTH, "Transfer-Encoding: " + coding);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "xchunked",
        "chunkedx",
        "identity",
        "gzip",
        "chunked, identity",
        "chunked, gzip",
        "chunked,",
        ", chunked",
        ",chunked",
        "chunked;q=1",
        "\"chunked\"",
        "chunked chunked",
        "identity, xchunked"
      })
  void refusesCodingsWhoseEndIsNotClear(String codings) {
    assertRefused(400, 1, "Transfer-Encoding: " + codings);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gzip, chunked",
        "gzip,chunked",
        "gzip\t ,\t chunked",
        "GZIP, Chunked",
        "x, chunked",
        "identity, chunked"
      })
  void answersCodingsThatItLacksWith501(String codings) {
    assertRefused(501, 1, "Transfer-Encoding: " + codings);
  }

  @Test
  void refusesTwoTransferEncodingLines() {
    assertRefused(400, 1, "Transfer-Encoding: chunked", "Transfer-Encoding: chunked");
    assertRefused(400, 1, "Transfer-Encoding: gzip", "Transfer-Encoding: chunked");
    assertRefused(400, 1, "Transfer-Encoding: chunked", "Transfer-Encoding: identity");
    assertRefused(400, 1, "Transfer-Encoding: chunked", "Transfer-Encoding:");
  }

  @Test
  void refusesTransferEncodingTogetherWithContentLength() {
    assertRefused(400, 1, "Transfer-Encoding: chunked", "Content-Length: 5");
    assertRefused(400, 1, "Content-Length: 5", "Transfer-Encoding: chunked");
    assertRefused(400, 1, "Content-Length: 0", "transfer-encoding: chunked");
    assertRefused(400, 1, "Content-Length: 5", "Transfer-Encoding: identity");
  }

  @Test
  void refusesTransferEncodingInHttpOneZero() {
    assertRefused(400, 0, "Transfer-Encoding: chunked");
    assertRefused(400, 0, "Transfer-Encoding: chunked", "Content-Length: 5");
    assertRefused(400, 0, "Transfer-Encoding: gzip, chunked");
  }

  @Test
  void readsAVeryLongListOfCodingsWithoutTrouble() {
    assertRefused(400, 1, "Transfer-Encoding: " + "a, ".repeat(2000) + "b");
    assertRefused(400, 1, "Transfer-Encoding: a" + " \t".repeat(3000) + "b");
  }
}
