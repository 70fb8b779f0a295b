package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.FileBody;
import passerelle.http.Handler;
import passerelle.http.StreamBody;
import passerelle.http.TestSource;
import passerelle.wire.Limits;
import passerelle.wire.Patience;

/** Every wait has an end; and draining. */
final class Http1ConnectionDeadlineTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n";
  @TempDir Path directory;

  private static final int HEAD_SECONDS = 20;
  private static final int IDLE_SECONDS = 60;
  private static final int STALL_SECONDS = 30;

  @Test
  void aConnectionThatNeverSendsIsClosed() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.pass(HEAD_SECONDS - 1);
      rig.assertOpenAndIdle();
      rig.pass(1);
      rig.assertClosed();
      assertEquals("", rig.output());
    }
  }

  @Test
  void anIdleConnectionIsClosedWithoutAWord() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send(GET).transport.takeOutput();
      rig.pass(IDLE_SECONDS - 1);
      rig.assertOpenAndIdle();
      rig.pass(1);
      rig.assertClosed();
      assertEquals("", rig.output());
    }
  }

  @Test
  void aPartOfAHeadIsAnsweredWith408EvenIfItDrips() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      for (int i = 0; i < HEAD_SECONDS; i++) {
        assertEquals("", rig.output());
        rig.send(GET.substring(i, i + 1)).pass(1);
      }
      assertEquals("408", rig.brief());
      assertTrue(rig.transport.isOutputEnded());
      rig.endInput();
      rig.assertClosed();
    }
  }

  @Test
  void contentThatStopsIsAnsweredWith408() {
    List<String> events = new ArrayList<>();
    try (Rig rig = new Rig(exchange -> exchange.receive(new Aborted(events)))) {
      rig.send(POST + "x").pass(STALL_SECONDS - 1);
      assertEquals("", rig.output());
      rig.pass(1);
      assertEquals("408", rig.brief());
      assertEquals(List.of("abort"), events);
      rig.endInput();
      rig.assertClosed();
    }
  }

  private static class Aborted implements ContentSink {
    private final List<String> events;

    Aborted(List<String> events) {
      this.events = events;
    }

    @Override
    public void onContent(ByteBuffer content) {
      content.position(content.limit());
    }

    @Override
    public void onComplete() {
      events.add("complete");
    }

    @Override
    public void onAbort() {
      events.add("abort");
    }
  }

  @Test
  void contentAtTheLeastRateIsReadToItsEndHoweverLongItTakes() {
    int rate = (int) Patience.standard().contentRate();
    try (Rig rig = new Rig(Handlers.ECHO)) {
      rig.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + 200 * rate + "\r\n\r\n");
      for (int i = 0; i < 200; i++) {
        assertEquals("", rig.output());
        rig.pass(1).send("x".repeat(rate));
      }
      assertEquals(200 * rate, Answers.only(rig.output()).content().length());
    }
  }

  @Test
  void contentThatComesInGulpsMayKeepToTheRateOnAverage() {
    int gulp = 20 * (int) Patience.standard().contentRate();
    try (Rig rig = new Rig(Handlers.ECHO)) {
      rig.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: " + 10 * gulp + "\r\n\r\n");
      for (int i = 0; i < 10; i++) {
        rig.pass(20).send("x".repeat(gulp));
      }
      assertEquals(10 * gulp, Answers.only(rig.output()).content().length());
    }
  }

  /** Some clients begin to send when they have the answer: it stands ready, and is not lost. */
  @Test
  void nobodysContentThatStopsDoesNotCostTheAnswer() {
    for (String framing :
        List.of("Transfer-Encoding: chunked\r\n\r\n", "Content-Length: 9\r\n\r\n")) {
      for (String part : List.of("", "1")) {
        try (Rig rig = new Rig(Handlers.SITE)) {
          rig.send("POST /missing HTTP/1.1\r\nHost: a\r\n" + framing + part);
          rig.pass(STALL_SECONDS - 1);
          assertEquals("", rig.output());
          rig.pass(2);
          assertEquals("404", rig.brief());
          assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
          assertTrue(rig.transport.isOutputEnded());
          rig.endInput();
          rig.assertClosed();
        }
      }
    }
  }

  @Test
  void contentThatTricklesIsAnsweredWith408() {
    try (Rig rig = new Rig(Handlers.ECHO)) {
      rig.send(POST);
      for (int i = 0; i < STALL_SECONDS; i++) {
        assertEquals("", rig.output());
        rig.send("x").pass(1);
      }
      assertEquals("", rig.output());
      rig.pass(1);
      assertEquals("408", rig.brief());
    }
  }

  @Test
  void aFastBeginningDoesNotPayForALongSilence() {
    try (Rig rig = new Rig(Handlers.ECHO)) {
      rig.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\n\r\n");
      rig.send("x".repeat(800_000)).pass(STALL_SECONDS);
      assertEquals("408", rig.brief());
    }
  }

  @Test
  void withoutARateAnyProgressWillDo() {
    Patience standard = Patience.standard();
    Patience patience =
        new Patience(
            standard.headTime(),
            standard.idleTime(),
            standard.stallTime(),
            0,
            0,
            standard.lingerTime());
    try (Rig rig = new Rig(Handlers.ECHO, Limits.standard().withPatience(patience))) {
      rig.send(POST);
      for (int i = 0; i < 50; i++) {
        rig.pass(STALL_SECONDS - 1).send("x");
      }
      assertEquals("200 " + "x".repeat(50), rig.brief());
    }
  }

  /** The client waits for the sink, not the other way round. */
  @Test
  void aSinkThatTakesItsTimeIsNotTheClientsFault() {
    List<Exchange> exchanges = new ArrayList<>();
    List<String> events = new ArrayList<>();
    boolean[] accepts = {false};
    Handler handler =
        exchange -> {
          exchanges.add(exchange);
          exchange.receive(
              new Aborted(events) {
                @Override
                public boolean isAccepting() {
                  return accepts[0];
                }
              });
        };
    try (Rig rig = new Rig(handler)) {
      rig.send(POST + "x".repeat(20)).pass(STALL_SECONDS - 1);
      accepts[0] = true;
      exchanges.get(0).resume();
      rig.run().pass(STALL_SECONDS - 1);
      assertEquals("", rig.output());
      rig.pass(1);
      assertEquals("408", rig.brief());
    }
    accepts[0] = false;
    try (Rig rig = new Rig(handler)) {
      rig.send(POST + "x".repeat(20)).pass(STALL_SECONDS);
      assertEquals("503", rig.brief());
      assertTrue(Answers.only(rig.output()).has("Retry-After: 1"), rig.output());
    }
  }

  @Test
  void emptyLinesDoNotKeepAConnectionOpen() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send(GET).transport.takeOutput();
      for (int i = 0; i < IDLE_SECONDS - 1; i++) {
        rig.pass(1).send("\r\n");
      }
      rig.assertOpenAndIdle();
      rig.pass(1);
      rig.assertClosed();
      assertEquals("", rig.output());
    }
  }

  /** Each CR is the beginning of an empty line, and of no request. */
  @Test
  void crAndLfInTurnsDoNotKeepAConnectionOpen() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send(GET).transport.takeOutput();
      for (int i = 0; i < IDLE_SECONDS - 1; i++) {
        rig.pass(1).send(i % 2 == 0 ? "\r" : "\n");
      }
      assertFalse(rig.isClosed());
      rig.pass(1);
      rig.assertClosed();
      assertEquals("", rig.output());
    }
  }

  @Test
  void anEmptyLineInTwoPiecesIsSkipped() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("\r").send("\n");
      rig.assertOpenAndIdle();
      rig.send("\r").send("\n" + GET);
      assertEquals("200 /a", rig.brief());
      rig.send("\r").send("x");
      assertEquals("200 /a|400", rig.brief());
    }
  }

  /** However fast the client reads: a long response makes progress, that is no reason to close. */
  @Test
  void aResponseThatTakesLongerThanTheWriteTimeAndNeverBlocksIsNotClosed() throws IOException {
    Path path = Files.write(directory.resolve("long"), new byte[8 << 20]);
    try (FileChannel file = FileChannel.open(path);
        Rig rig =
            new Rig(
                exchange -> {
                  exchange
                      .response()
                      .body(new FileBody(new TestSource(file, () -> {}), 0, 8 << 20));
                  exchange.send();
                })) {
      rig.transport.offer(GET);
      for (int i = 0; i < 10; i++) {
        rig.turn();
        rig.passWithoutRunning(STALL_SECONDS / 4);
        assertFalse(rig.isClosed(), "closed in the middle of a response that made progress");
      }
    }
  }

  /** The body of an answer that waits for unwanted content belongs to the connection. */
  @Test
  void anAnswerThatWaitedForContentInVainReleasesItsBody() {
    List<String> events = new ArrayList<>();
    Handler handler =
        exchange -> {
          StreamBody body = new StreamBody(5, exchange.loop(), () -> events.add("released"));
          exchange.response().body(body);
          exchange.send();
        };
    try (Rig rig = new Rig(handler)) {
      rig.send(POST + "x").pass(STALL_SECONDS).endInput();
      assertEquals(List.of(), events);
      rig.pass(STALL_SECONDS + 1); // in which the body had to go on
      rig.assertClosed();
      assertEquals(List.of("released"), events);
    }
  }

  @Test
  void aStreamThatFallsSilentIsClosedAfterTheTimeOfItsDeferral() {
    List<String> events = new ArrayList<>();
    Late late = new Late(10_000_000_000L);
    try (Rig rig = new Rig(late)) {
      rig.send(GET);
      late.deferrals.get(0).answer(new StreamAnswer(events));
      rig.run();
      rig.pass(9);
      assertFalse(rig.isClosed());
      rig.pass(1);
      rig.assertClosed();
      assertEquals(List.of("released"), events);
      assertFalse(rig.output().endsWith("0\r\n\r\n"), rig.output());
    }
  }

  private static final class StreamAnswer implements passerelle.http.Deferral.Answer {
    private final List<String> events;

    StreamAnswer(List<String> events) {
      this.events = events;
    }

    @Override
    public void applyTo(Exchange exchange) {
      exchange.response().body(new StreamBody(-1, exchange.loop(), () -> events.add("released")));
      exchange.send();
    }

    @Override
    public void discard() {
      events.add("discard");
    }
  }

  @Test
  void aStreamThatSpeaksInTimeIsNotClosedHoweverLongItTakes() {
    List<StreamBody> bodies = new ArrayList<>();
    Handler handler =
        exchange -> {
          bodies.add(new StreamBody(-1, exchange.loop(), () -> {}));
          exchange.response().body(bodies.get(0));
          exchange.send();
        };
    try (Rig rig = new Rig(handler)) {
      rig.send(GET);
      for (int i = 0; i < 10; i++) {
        rig.pass(STALL_SECONDS - 1);
        bodies.get(0).offer(ByteBuffer.wrap(new byte[] {'x'}), () -> {});
        rig.run();
      }
      bodies.get(0).finish();
      assertEquals("200 " + "x".repeat(10), rig.run().brief());
    }
  }

  /** Pipelined requests wait in the buffer; they are no reason to wait longer for the answer. */
  @Test
  void aStreamThatFallsSilentIsClosedWhateverTheClientSends() {
    try (Rig rig =
        new Rig(
            exchange -> {
              exchange.response().body(new StreamBody(-1, exchange.loop(), () -> {}));
              exchange.send();
            })) {
      rig.send(GET);
      for (int i = 0; i < STALL_SECONDS; i++) {
        assertFalse(rig.isClosed());
        rig.pass(1).send("G");
      }
      rig.assertClosed();
    }
  }

  @Test
  void aStreamSentWithoutADeferralIsGivenTime() {
    try (Rig rig =
        new Rig(
            exchange -> {
              exchange.response().body(new StreamBody(-1, exchange.loop(), () -> {}));
              exchange.send();
            })) {
      rig.send(GET).pass(2);
      assertFalse(rig.isClosed(), "closed at the first tick");
    }
  }

  @Test
  void drainingClosesIdleConnections() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send(GET).drain();
      rig.assertClosed();
    }
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.drain();
      rig.assertClosed();
    }
  }

  @Test
  void drainingLetsARequestOnItsWayFinish() {
    try (Rig rig = new Rig(Handlers.ECHO)) {
      rig.send(POST.substring(0, 20)).drain();
      assertFalse(rig.isClosed());
      rig.send(POST.substring(20) + "x".repeat(50));
      assertEquals("200 " + "x".repeat(50), rig.brief());
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      rig.assertLingers();
    }
  }

  @Test
  void drainingAnswersARequestThatHasArrivedUnseen() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send(GET);
      rig.transport.offer(GET);
      rig.drain();
      assertEquals(2, Answers.of(rig.output()).size(), rig.output());
      assertTrue(Answers.of(rig.output()).get(1).has("Connection: close"), rig.output());
      rig.assertLingers();
    }
  }

  @Test
  void drainingLetsAnEarlyAnswerLinger() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.transport.offer("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\nabc");
      rig.drain();
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      assertFalse(rig.isClosed(), "a reset could overtake the answer");
    }
  }

  @Test
  void drainingLetsALateAnswerFinish() {
    Late late = new Late();
    try (Rig rig = new Rig(late)) {
      rig.send(GET).drain();
      late.answer(0, "one");
      rig.run();
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      rig.assertLingers();
    }
  }

  /** Its head said nothing of closing, but nobody may wait for the client's next request now. */
  @Test
  void drainingInTheMiddleOfAResponseClosesBehindIt() {
    try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(50_000)))) {
      rig.transport.capacity(1000);
      rig.transport.offer(GET);
      rig.turn();
      rig.drain();
      assertEquals(50_000, Answers.only(rig.output()).content().length());
      rig.assertLingers();
    }
  }

  /** Nothing is asked any more, but an answer that is on its way arrives. */
  @Test
  void drainingClosesAnIdleConnectionOnceItsAnswerIsRead() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.transport.capacity(0);
      rig.send(GET).drain();
      assertEquals(Phase.IDLE, rig.phase());
      rig.transport.capacity(1000);
      rig.run();
      assertEquals("200 /a", rig.brief());
      rig.assertClosed();
    }
  }

  @Test
  void drainingClosesLingeringConnections() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("hello\r\n\r\n").drain();
      rig.assertClosed();
    }
  }
}
