package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.http.Body;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.StreamBody;
import passerelle.http1.Answers.Answer;

/** Responses whose content is produced while they are sent. */
final class Http1ConnectionStreamTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

  /** Answers with streams, and keeps them for the test to fill. */
  private static final class Streams implements Handler {
    private final long length;
    private final List<StreamBody> all = new ArrayList<>();
    private int abandoned;

    Streams(long length) {
      this.length = length;
    }

    @Override
    public void handle(Exchange exchange) {
      StreamBody body = new StreamBody(length, exchange.loop(), () -> abandoned++);
      all.add(body);
      exchange.response().body(body);
      exchange.send();
    }

    StreamBody last() {
      return all.get(all.size() - 1);
    }

    void put(String text) {
      ByteBuffer chunk = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      assertEquals(StreamBody.Offer.TAKEN, last().offer(chunk, () -> {}));
    }
  }

  private final Streams streams = new Streams(Body.UNKNOWN);

  @Test
  void contentOfUnknownLengthComesInChunksAndTheConnectionGoesOn() throws Exception {
    try (Rig rig = new Rig(streams)) {
      rig.send(GET + GET);
      streams.put("hello ");
      rig.run();
      assertTrue(rig.output().endsWith("\r\n\r\n6\r\nhello \r\n"), rig.output());
      streams.put("world");
      streams.last().finish();
      rig.run();
      assertEquals(2, streams.all.size());
      streams.last().finish();
      rig.run();
      List<Answer> answers = Answers.of(rig.output());
      assertTrue(answers.get(0).has("Transfer-Encoding: chunked"));
      assertNull(answers.get(0).field("Content-Length"));
      assertEquals("200 hello world|200", rig.brief());
      assertEquals(List.of("GET /a 200 11", "GET /a 200 0"), rig.ended);
      assertEquals(0, streams.abandoned);
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void theHeadGoesOutBeforeThereIsAnyContent() {
    try (Rig rig = new Rig(streams)) {
      rig.send(GET);
      assertTrue(rig.output().endsWith("\r\n\r\n"), rig.output());
      assertFalse(rig.port.writes());
    }
  }

  @Test
  void httpOneZeroGetsContentUntilTheConnectionCloses() throws Exception {
    try (Rig rig = new Rig(streams)) {
      rig.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      streams.put("hello ");
      rig.run();
      streams.put("world");
      streams.last().finish();
      rig.run();
      Answer answer = Answers.only(rig.output());
      assertEquals("hello world", answer.content());
      assertNull(answer.field("Transfer-Encoding"));
      assertTrue(answer.has("Connection: close"), rig.output());
      rig.assertLingers();
    }
  }

  @Test
  void contentOfKnownLengthComesAsItIs() throws Exception {
    Streams known = new Streams(5);
    try (Rig rig = new Rig(known)) {
      rig.send(GET + GET);
      known.put("hel");
      rig.run();
      known.put("lo, and more than was promised");
      rig.run();
      assertEquals(2, known.all.size(), "the second request waits although the first is answered");
      known.put("again");
      rig.run();
      assertEquals("200 hello|200 again", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void aStreamThatFailsClosesWithoutTheLastChunk() throws Exception {
    try (Rig rig = new Rig(streams)) {
      rig.send(GET + GET);
      streams.put("hello");
      rig.run();
      streams.last().fail("for a test");
      rig.run();
      assertTrue(rig.output().endsWith("5\r\nhello\r\n"), rig.output());
      assertEquals(1, streams.all.size());
      assertEquals(1, rig.ended.size());
      rig.assertClosed();
    }
  }

  @Test
  void aStreamThatEndsShortClosesSoThatTheClientCanTell() throws Exception {
    Streams known = new Streams(10);
    try (Rig rig = new Rig(known)) {
      rig.send(GET + GET);
      known.put("hello");
      rig.run();
      known.last().finish();
      rig.run();
      assertTrue(rig.output().endsWith("\r\n\r\nhello"), rig.output());
      rig.assertClosed();
    }
  }

  @Test
  void headNeverWaitsForTheStreamAndAbandonsIt() {
    try (Rig rig = new Rig(streams)) {
      rig.send("HEAD /a HTTP/1.1\r\nHost: a\r\n\r\n");
      assertEquals(1, Answers.toHead(rig.output()).size());
      assertEquals(1, streams.abandoned);
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void aClientThatLeavesEndsTheStream() throws Exception {
    try (Rig rig = new Rig(streams)) {
      rig.send(GET);
      streams.put("hello");
      rig.run();
      rig.transport.breakOff();
      rig.run();
      rig.assertClosed();
      assertEquals(1, streams.abandoned);
      assertEquals(StreamBody.Offer.CLOSED, streams.last().offer(ByteBuffer.allocate(1), () -> {}));
    }
  }

  @Test
  void aHalfClosedClientGetsTheWholeStream() throws Exception {
    try (Rig rig = new Rig(streams)) {
      rig.send(GET).endInput();
      streams.put("hello");
      rig.run();
      streams.last().finish();
      rig.run();
      assertEquals("200 hello", rig.brief());
      rig.assertClosed();
    }
  }

  @Test
  void requestsThatArriveMeanwhileWaitForTheirTurn() throws Exception {
    try (Rig rig = new Rig(streams)) {
      rig.send(GET);
      streams.put("one");
      rig.run().send(GET).send(GET.substring(0, 10));
      assertEquals(1, streams.all.size());
      streams.last().finish();
      rig.run();
      streams.put("two");
      streams.last().finish();
      rig.run().send(GET.substring(10));
      streams.last().finish();
      rig.run();
      assertEquals("200 one|200 two|200", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void emptyChunksAreNotTakenForTheEnd() throws Exception {
    try (Rig rig = new Rig(streams)) {
      rig.send(GET);
      streams.put("");
      streams.put("hello");
      streams.put("");
      rig.run();
      streams.put("");
      streams.last().finish();
      rig.run();
      assertEquals("200 hello", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  /** Only the end of the connection ends it, so a connection that ends early must be a reset. */
  @Test
  void contentThatEndsWithTheConnectionCannotBeCutUnnoticed() {
    for (String version : List.of("1.0", "1.1")) {
      boolean isDelimited = version.equals("1.0");
      try (Rig rig = new Rig(streams)) {
        rig.send("GET / HTTP/" + version + "\r\nHost: a\r\n\r\n");
        streams.put("part");
        rig.run();
        assertEquals(isDelimited, rig.transport.isBreakingOff());
        streams.last().fail("the script was killed");
        rig.run();
        assertTrue(rig.output().contains("part"), rig.output());
        assertFalse(rig.output().endsWith("0\r\n\r\n"), rig.output());
        rig.assertClosed();
        assertEquals(isDelimited, rig.transport.isBreakingOff());
      }
    }
  }

  @Test
  void contentThatEndedWithTheConnectionIsWholeAsSoonAsItIsWritten() {
    try (Rig rig = new Rig(streams)) {
      rig.transport.capacity(0);
      rig.send("GET / HTTP/1.0\r\n\r\n");
      streams.put("all");
      streams.last().finish();
      rig.run();
      assertEquals("", rig.output());
      assertTrue(rig.transport.isBreakingOff());
      rig.transport.capacity(1000);
      rig.run();
      assertTrue(rig.output().endsWith("\r\n\r\nall"), rig.output());
      assertFalse(rig.transport.isBreakingOff());
      rig.assertClosed();
    }
  }

  @Test
  void contentOfKnownLengthNeedsNoReset() {
    Streams known = new Streams(3);
    try (Rig rig = new Rig(known)) {
      rig.send("GET / HTTP/1.0\r\n\r\n");
      known.put("al");
      rig.run();
      assertFalse(rig.transport.isBreakingOff());
    }
  }
}
