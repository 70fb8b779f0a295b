package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.PiecesBody;
import passerelle.http.Status;

/** Content that is asked for only after a worker has said something, or not at all. */
final class Http1ConnectionLateContentTest {
  private static final String POST = "POST /p HTTP/1.1\r\nHost: a\r\n";
  private static final String SIZED = POST + "Content-Length: 5\r\n\r\nhello";
  private static final String CHUNKED =
      POST + "Transfer-Encoding: chunked\r\n\r\n3;x\r\nhel\r\n2\r\nlo\r\n0\r\nT: x\r\n\r\n";
  private static final String EXPECTING =
      POST + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n";
  private static final String GET = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
  private static final long TEN_SECONDS = 10_000_000_000L;

  private final List<Deferral> deferrals = new ArrayList<>();
  private final List<String> events = new ArrayList<>();

  /** Defers every POST; other requests are answered with their path. */
  private final Handler late =
      exchange -> {
        if (exchange.request().method().name().equals("POST")) {
          deferrals.add(exchange.defer(TEN_SECONDS, () -> events.add("cancel")));
        } else {
          Handlers.PATH.handle(exchange);
        }
      };

  private void decide(Consumer<Exchange> decision) {
    deferrals.get(deferrals.size() - 1).answer(new Decision(decision));
  }

  private record Decision(Consumer<Exchange> decision) implements Deferral.Answer {
    @Override
    public void applyTo(Exchange exchange) {
      decision.accept(exchange);
    }

    @Override
    public void discard() {
      // There is nothing to release.
    }
  }

  /** As a script does: a second deferral, then the content, then the answer. */
  private void deferAndReceive(Exchange exchange) {
    Deferral second = exchange.defer(TEN_SECONDS, () -> events.add("cancel"));
    exchange.receive(
        new Handlers.Echo(exchange) {
          private final StringBuilder text = new StringBuilder();

          @Override
          public void onContent(ByteBuffer octets) {
            while (octets.hasRemaining()) {
              text.append((char) (octets.get() & 0xff));
            }
          }

          @Override
          public void onComplete() {
            second.answer(new Decision(e -> Handlers.text(e, text)));
          }

          @Override
          public void onAbort() {
            events.add("abort");
          }
        });
  }

  @Test
  void contentReachesALateSinkWhereverItWasCutAndWhenever() {
    for (String request : new String[] {SIZED + GET, CHUNKED + GET}) {
      int head = request.indexOf("\r\n\r\n") + 4;
      for (int cut = head; cut <= request.length(); cut++) {
        try (Rig rig = new Rig(late)) {
          rig.send(request.substring(0, cut));
          assertEquals("", rig.output());
          decide(this::deferAndReceive);
          rig.run();
          if (cut < request.length()) {
            rig.send(request.substring(cut));
          }
          assertEquals("200 hello|200 /next", rig.brief());
          rig.assertOpenAndIdle();
        }
      }
    }
  }

  @Test
  void moreContentThanTheBufferHoldsWaitsForItsSink() {
    String content = "x".repeat(200_000);
    try (Rig rig = new Rig(late)) {
      rig.send(POST + "Content-Length: 200000\r\n\r\n" + content + GET);
      assertTrue(rig.transport.hasUnreadInput(), "all of it was taken in");
      assertFalse(rig.port.reads());
      decide(this::deferAndReceive);
      rig.run();
      assertEquals("200 " + content + "|200 /next", rig.brief());
    }
  }

  @Test
  void aClientThatWaitsFor100GetsItWhenTheContentIsWanted() {
    try (Rig rig = new Rig(late)) {
      rig.send(EXPECTING).pass(2);
      assertEquals("", rig.output());
      decide(this::deferAndReceive);
      rig.run();
      assertEquals(CONTINUE, rig.output());
      rig.send("hello" + GET);
      assertEquals("200 hello|200 /next", rig.brief().replaceFirst("100 ?\\|", ""));
    }
  }

  @Test
  void aClientThatWaitsFor100GetsARefusalInstead() {
    try (Rig rig = new Rig(late)) {
      rig.send(EXPECTING);
      decide(exchange -> exchange.refuse(Status.NOT_FOUND));
      rig.run();
      assertEquals("404", rig.brief());
      assertFalse(rig.output().contains("100 Continue"), rig.output());
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
    }
  }

  @Test
  void shortContentThatNobodyWantedIsSkippedAndTheConnectionGoesOn() {
    for (int cut = SIZED.length() - 5; cut <= SIZED.length(); cut++) {
      try (Rig rig = new Rig(late)) {
        rig.send(SIZED.substring(0, cut));
        decide(exchange -> exchange.refuse(Status.NOT_FOUND));
        rig.run().send(SIZED.substring(cut) + GET);
        assertEquals("404|200 /next", rig.brief());
        rig.assertOpenAndIdle();
      }
    }
  }

  @Test
  void longContentThatNobodyWantedEndsTheConnection() {
    try (Rig rig = new Rig(late)) {
      rig.send(POST + "Content-Length: 100000\r\n\r\n" + "x".repeat(50_000));
      decide(exchange -> exchange.refuse(Status.NOT_FOUND));
      rig.run();
      assertEquals("404", rig.brief());
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
    }
  }

  @Test
  void anAnswerAfterASecondDeferralWithoutItsContentIsSentToo() {
    try (Rig rig = new Rig(late)) {
      rig.send(SIZED + GET);
      decide(first -> deferrals.add(first.defer(TEN_SECONDS, () -> events.add("cancel"))));
      rig.run();
      assertEquals("", rig.output());
      decide(second -> Handlers.text(second, "done"));
      rig.run();
      assertEquals("200 done|200 /next", rig.brief());
      assertEquals(List.of(), events);
    }
  }

  @Test
  void aLateSinkOfARequestWithoutContentIsToldOfItsEnd() {
    try (Rig rig = new Rig(late)) {
      rig.send(POST + "Content-Length: 0\r\n\r\n" + GET);
      decide(this::deferAndReceive);
      rig.run();
      assertEquals("200|200 /next", rig.brief());
    }
  }

  /**
   * Whoever speaks for a handler outside of its connection's turn is done when the call returns.
   */
  @Test
  void nothingHappensBelowAHandlersCall() {
    try (Rig rig = new Rig(late)) {
      rig.send(SIZED + GET);
      deferrals.get(0).answerNow(new Decision(this::deferAndReceive));
      assertEquals(Phase.AWAIT_RESPONSE, rig.phase());
      rig.run();
      assertEquals("200 hello|200 /next", rig.brief());
      rig.send(SIZED);
      deferrals.get(1).answerNow(new Decision(exchange -> Handlers.text(exchange, "now")));
      assertEquals(Phase.AWAIT_RESPONSE, rig.phase());
      assertEquals(1, rig.loop.size(), "the connection is called once");
      rig.run();
      assertEquals("200 hello|200 /next|200 now", rig.brief());
    }
  }

  @Test
  void aDeadlineHoldsWhileContentIsNotWantedYet() {
    try (Rig rig = new Rig(late)) {
      rig.send(EXPECTING).pass(9);
      assertEquals("", rig.output());
      rig.pass(1);
      assertEquals("504", rig.brief());
      assertEquals(List.of("cancel"), events);
    }
  }

  @Test
  void aClientThatLeavesAmidItsLateContentStartsNothing() {
    try (Rig rig = new Rig(late)) {
      rig.send(SIZED.substring(0, SIZED.length() - 2)).endInput();
      decide(this::deferAndReceive);
      rig.run();
      rig.assertClosed();
      assertEquals(List.of("abort", "cancel"), events);
    }
  }

  @Test
  void aFaultBehindALateSinkBecomes500() {
    try (Rig rig = new Rig(late)) {
      rig.send(SIZED.substring(0, SIZED.length() - 2));
      decide(
          exchange -> {
            deferAndReceive(exchange);
            throw new IllegalStateException("a bug, for a test");
          });
      rig.run();
      assertEquals("500", rig.brief());
      assertEquals(List.of("cancel", "abort"), events);
    }
  }

  @Test
  void aBodyThatFailsInTheFirstTurnOfALateAnswerEndsItsConnection() {
    try (Rig rig = new Rig(late)) {
      rig.send(SIZED);
      decide(
          exchange -> {
            exchange.response().body(new PiecesBody(new FaultySource()));
            exchange.send();
          });
      rig.run();
      rig.assertClosed();
    }
  }

  private static final class FaultySource implements PiecesBody.Source {
    @Override
    public ByteBuffer next() {
      throw new IllegalStateException("a bug, for a test");
    }

    @Override
    public void close() {
      // There is nothing to release.
    }
  }
}
