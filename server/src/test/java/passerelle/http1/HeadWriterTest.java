package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import passerelle.http.FieldBlock;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.http1.HeadWriter.ConnectionOption;

/** Response heads, octet by octet. */
final class HeadWriterTest {
  private final HeadWriter writer = new HeadWriter(FieldBlock.EMPTY);

  private String write(Response response, long length, boolean chunked, ConnectionOption option) {
    ByteBuffer out = ByteBuffer.allocate(writer.bound(response));
    writer.write(out, response, length, chunked, option);
    return StandardCharsets.ISO_8859_1.decode(out.flip()).toString();
  }

  @Test
  void writesTheUsualHead() {
    writer.renderFor(784111777_000L);
    assertEquals(
        """
        HTTP/1.1 200 OK
        Date: Sun, 06 Nov 1994 08:49:37 GMT
        Server: Passerelle
        Content-Type: text/plain
        Content-Length: 5

        """
            .replace("\n", "\r\n"),
        write(new Response().field("Content-Type", "text/plain"), 5, false, ConnectionOption.NONE));
  }

  @Test
  void writesStatusDefaultsChunkedAndClose() {
    writer.renderFor(784111777_999L);
    FieldBlock fields = FieldBlock.of("A", "b", "C", "d");
    Response response = new Response().status(Status.NOT_FOUND).defaults(fields);
    assertEquals(
        """
        HTTP/1.1 404 Not Found
        Date: Sun, 06 Nov 1994 08:49:37 GMT
        Server: Passerelle
        A: b
        C: d
        Transfer-Encoding: chunked
        Connection: close

        """
            .replace("\n", "\r\n"),
        write(response, -1, true, ConnectionOption.CLOSE));
  }

  @Test
  void aResponsesOwnFieldTakesThePlaceOfItsDefault() {
    writer.renderFor(784111777_000L);
    Response response = new Response().defaults(FieldBlock.of("A", "b", "C", "d", "a", "e"));
    response.field("X", "own");
    String plain = write(response, 0, false, ConnectionOption.NONE);
    assertTrue(plain.contains("Passerelle\r\nA: b\r\nC: d\r\na: e\r\nX: own\r\nCont"), plain);
    response.field("a", "own");
    String head = write(response, 0, false, ConnectionOption.NONE);
    assertTrue(head.contains("Passerelle\r\nC: d\r\nX: own\r\na: own\r\nContent"), head);
  }

  @Test
  void aResponsesOwnFieldTakesThePlaceOfTheSites() {
    HeadWriter adding = new HeadWriter(FieldBlock.of("X-A", "site", "X-B", "site", "x-a", "more"));
    adding.renderFor(784111777_000L);
    for (Status status : new Status[] {Status.OK, Status.NOT_FOUND}) {
      Response response = new Response().status(status).field("X-C", "own");
      ByteBuffer out = ByteBuffer.allocate(adding.bound(response));
      adding.write(out, response, 0, false, ConnectionOption.NONE);
      String plain = StandardCharsets.US_ASCII.decode(out.flip()).toString();
      assertTrue(
          plain.contains("Passerelle\r\nX-A: site\r\nX-B: site\r\nx-a: more\r\nX-C: own"), plain);
      response.field("x-A", "own");
      out = ByteBuffer.allocate(adding.bound(response));
      adding.write(out, response, 0, false, ConnectionOption.NONE);
      String head = StandardCharsets.US_ASCII.decode(out.flip()).toString();
      assertTrue(head.startsWith("HTTP/1.1 " + status.code() + " "), head);
      assertTrue(head.contains("Passerelle\r\nX-B: site\r\nX-C: own\r\nx-A: own\r\nContent"), head);
    }
  }

  @Test
  void aVerbatimHeadIsBoundedByItself() {
    ByteBuffer head = ByteBuffer.wrap(new byte[] {1, 2, 3}).asReadOnlyBuffer();
    assertEquals(3, writer.bound(new Response().field("A", "b").verbatimHead(head)));
  }

  @Test
  void rendersTheDateAgainWhenTheSecondChanges() {
    writer.renderFor(784111777_000L);
    writer.renderFor(784111778_000L);
    String head = write(new Response(), 0, false, ConnectionOption.KEEP_ALIVE);
    assertTrue(head.contains("Date: Sun, 06 Nov 1994 08:49:38 GMT\r\n"), head);
    assertTrue(head.contains("Connection: keep-alive\r\n"), head);
  }

  @Test
  void writesDecimalsOfEveryLength() {
    for (long number : new long[] {0, 9, 10, 99, 100, 1234567890, Long.MAX_VALUE}) {
      ByteBuffer out = ByteBuffer.allocate(20);
      HeadWriter.putDecimal(out, number);
      assertEquals(Long.toString(number), StandardCharsets.US_ASCII.decode(out.flip()).toString());
    }
  }

  @Test
  void writesFieldValuesAsOneOctetForEachCharacter() {
    String head = write(new Response().field("A", "\u00e9\u00ff"), 0, false, ConnectionOption.NONE);
    assertTrue(head.contains("A: \u00e9\u00ff\r\n"), head);
  }
}
