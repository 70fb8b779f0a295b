package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.http.Body;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.StreamBody;

/** Clients that wait for an answer, and whose socket cannot tell whether they are there. */
final class PresenceTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String OLD_GET = "GET /a HTTP/1.0\r\n\r\n";
  private static final String PROCESSING = "HTTP/1.1 102 Processing\r\n\r\n";

  /** More requests than the input buffer holds. */
  private static final String MANY = GET.repeat(1000);

  private final Late late = new Late();

  /** Answers with one stream, which the test fills. */
  private static final class Stream implements Handler {
    private final long length;
    private StreamBody body = new StreamBody(0, Runnable::run, () -> {});
    private boolean isAbandoned;

    Stream(long length) {
      this.length = length;
    }

    @Override
    public void handle(Exchange exchange) {
      exchange.defer(Handlers.LONG_NANOS, () -> {}); // so long may the body be silent
      body = new StreamBody(length, exchange.loop(), () -> isAbandoned = true);
      exchange.response().body(body);
      exchange.send();
    }

    void put(String text) {
      ByteBuffer chunk = ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
      assertEquals(StreamBody.Offer.TAKEN, body.offer(chunk, () -> {}));
    }
  }

  private static Rig leave(Rig rig, String how) {
    return "end".equals(how) ? rig.endInput() : rig.send(MANY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"end", "full"})
  void isAskedBeforeTheHeadOnceASecond(String how) {
    try (Rig rig = new Rig(late)) {
      leave(rig.send(GET), how);
      assertEquals("", rig.output());
      rig.pass(1);
      assertEquals(PROCESSING, rig.output());
      rig.pass(2);
      assertEquals(PROCESSING.repeat(3), rig.output());
      late.answer(0, "one");
      rig.run();
      assertTrue(rig.brief().contains("102|200 one"), rig.brief());
    }
  }

  @Test
  void nobodyIsAskedWhoIsHeard() {
    try (Rig rig = new Rig(late)) {
      rig.send(GET + GET).pass(20);
      rig.transport.losePeer(); // nobody looks: a socket that is read tells by itself
      rig.pass(5);
      assertEquals("", rig.output());
      assertFalse(rig.isClosed());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"end", "full"})
  void aQuestionThatFailsEndsTheWork(String how) {
    try (Rig rig = new Rig(late)) {
      leave(rig.send(GET), how);
      rig.transport.breakOff();
      rig.passWithoutRunning(1);
      rig.assertClosed();
      assertEquals(List.of("cancel"), late.events);
    }
  }

  /** HTTP/1.0 knows no interim responses; the answer may still come. */
  @Test
  void anOldClientIsNotAsked() {
    try (Rig rig = new Rig(late)) {
      rig.send(OLD_GET).endInput().pass(20);
      assertEquals("", rig.output());
      late.answer(0, "one");
      assertEquals("200 one", rig.run().brief());
      rig.assertClosed();
    }
  }

  @ParameterizedTest
  @CsvSource({"end, true", "full, true", "end, false", "full, false"})
  void whoIsKnownToBeGoneEndsTheWork(String how, boolean isOld) {
    try (Rig rig = new Rig(late)) {
      leave(rig.send(isOld ? OLD_GET : GET), how);
      rig.transport.losePeer();
      rig.pass(1);
      rig.assertClosed();
      assertEquals(List.of("cancel"), late.events);
    }
    Stream stream = new Stream(100);
    try (Rig rig = new Rig(stream)) {
      rig.send(isOld ? OLD_GET : GET);
      stream.put("some");
      leave(rig.run(), how);
      rig.transport.losePeer();
      rig.pass(1);
      rig.assertClosed();
      assertTrue(stream.isAbandoned);
    }
  }

  /** Zeros before a chunk's size change nothing, and are written ever more rarely. */
  @ParameterizedTest
  @ValueSource(strings = {"end", "full"})
  void isAskedBetweenChunks(String how) {
    Stream stream = new Stream(Body.UNKNOWN);
    try (Rig rig = new Rig(stream)) {
      rig.send(GET);
      stream.put("one");
      leave(rig.run(), how);
      rig.transport.takeOutput();
      String zeros = "";
      for (int second = 1; second <= 20; second++) {
        boolean isAsked = List.of(1, 2, 3, 6, 12).contains(second);
        zeros += isAsked ? "0" : "";
        assertEquals(zeros, rig.pass(1).output(), "after " + second + " s");
      }
      stream.put("four");
      rig.run();
      assertEquals("000004\r\nfour\r\n", rig.transport.takeOutput());
      rig.pass(1);
      assertEquals("0", rig.output());
      stream.body.finish();
      rig.run();
      assertTrue(rig.output().startsWith("00\r\n\r\n"), rig.output());
      assertFalse(stream.isAbandoned);
    }
  }

  /** Sixteen digits in all are what careful clients take. */
  @Test
  void isAskedEightTimesAtMostBetweenTwoChunks() {
    Stream stream = new Stream(Body.UNKNOWN);
    try (Rig rig = new Rig(stream)) {
      rig.send(GET).endInput();
      rig.transport.takeOutput();
      for (int i = 0; i < 2; i++) {
        rig.passWithoutRunning(98);
        assertEquals(8, rig.transport.takeOutput().length());
        stream.put("x");
        rig.run();
        assertEquals("1\r\nx\r\n", rig.transport.takeOutput());
      }
    }
  }

  @Test
  void aQuestionThatFailsEndsTheStream() {
    Stream stream = new Stream(Body.UNKNOWN);
    try (Rig rig = new Rig(stream)) {
      rig.send(GET);
      stream.put("one");
      rig.run().endInput();
      rig.transport.breakOff();
      rig.passWithoutRunning(1);
      rig.assertClosed();
      assertTrue(stream.isAbandoned);
    }
  }

  /** Content that has a length, or ends with the connection, has room for nothing else. */
  @ParameterizedTest
  @CsvSource({"1.1, 100", "1.0, -1"})
  void nothingIsAddedToContentWithoutChunks(String version, long length) {
    Stream stream = new Stream(length);
    try (Rig rig = new Rig(stream)) {
      rig.send("GET /a HTTP/" + version + "\r\nHost: a\r\n\r\n");
      stream.put("some");
      rig.run().endInput();
      rig.transport.takeOutput();
      rig.pass(20);
      assertEquals("", rig.output());
      assertFalse(rig.isClosed());
    }
  }
}
