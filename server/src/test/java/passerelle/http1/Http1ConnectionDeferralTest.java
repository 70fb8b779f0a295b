package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.http.Handler;

/** Answers that come later, in time, too late, or never. */
final class Http1ConnectionDeferralTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final long TEN_SECONDS = 10_000_000_000L;

  private final Late late = new Late();

  @Test
  void aLateAnswerIsSentAndTheConnectionGoesOn() {
    try (Rig rig = new Rig(late)) {
      rig.send(GET);
      assertEquals("", rig.output());
      late.answer(0, "one");
      assertEquals("", rig.output(), "answered outside the loop");
      rig.run();
      assertEquals("200 one", rig.brief());
      rig.assertOpenAndIdle();
      rig.send(GET);
      late.answer(1, "two");
      rig.run();
      assertEquals("200 one|200 two", rig.brief());
      assertEquals(List.of("apply", "apply"), late.events);
    }
  }

  @Test
  void pipelinedRequestsWaitForTheirTurn() {
    try (Rig rig = new Rig(late)) {
      rig.send(GET.repeat(40));
      for (int i = 0; i < 40; i++) {
        assertEquals(i + 1, late.deferrals.size(), "handled out of turn");
        late.answer(i, "n" + i);
        rig.run();
      }
      assertEquals(40, Answers.of(rig.output()).size());
      assertTrue(rig.brief().endsWith("200 n38|200 n39"), rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void inputIsNotReadWithoutBoundWhileAnAnswerIsAwaited() {
    try (Rig rig = new Rig(late)) {
      rig.send(GET);
      for (int i = 0; i < 10; i++) {
        rig.send("x".repeat(10_000));
      }
      assertTrue(rig.transport.hasUnreadInput(), "all input was taken in");
      assertFalse(rig.port.reads());
    }
  }

  @Test
  void anAnswerForAClientThatIsGoneIsDiscardedAndItsWorkCancelled() {
    try (Rig rig = new Rig(late)) {
      rig.send(GET);
      rig.transport.breakOff();
      rig.run();
      rig.assertClosed();
      assertEquals(List.of("cancel"), late.events);
      assertTrue(late.deferrals.get(0).isCancelled());
      late.answer(0, "too late");
      rig.run();
      assertEquals(List.of("cancel", "discard"), late.events);
    }
  }

  @Test
  void theDeferralsTimeOutIsAnsweredWith504AndTheLateAnswerDiscarded() {
    Late impatient = new Late(TEN_SECONDS);
    try (Rig rig = new Rig(impatient)) {
      rig.send(GET).pass(9);
      assertEquals("", rig.output());
      rig.pass(1);
      assertEquals("504", rig.brief());
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      impatient.answer(0, "too late");
      rig.run();
      assertEquals(List.of("cancel", "discard"), impatient.events);
      assertEquals("504", rig.brief());
    }
  }

  @Test
  void anAnswerTwiceIsDiscardedTheSecondTimeAndNeverReachesTheNextExchange() {
    try (Rig rig = new Rig(late)) {
      rig.send(GET + GET);
      late.answer(0, "one");
      late.answer(0, "again");
      rig.run();
      assertEquals("200 one", rig.brief());
      late.answer(1, "two");
      rig.run();
      assertEquals("200 one|200 two", rig.brief());
      assertEquals(List.of("apply", "discard", "apply"), late.events);
    }
  }

  @Test
  void aFaultInTheAnswerBecomes500() {
    Handler faulty =
        exchange -> exchange.defer(Handlers.LONG_NANOS, () -> {}).answer(new FaultyAnswer());
    try (Rig rig = new Rig(faulty)) {
      rig.transport.offer(GET);
      try {
        rig.run();
      } catch (IllegalStateException e) {
        assertEquals("a bug in the answer", e.getMessage());
      }
      assertEquals("500", rig.brief());
    }
  }

  private static final class FaultyAnswer implements passerelle.http.Deferral.Answer {
    @Override
    public void applyTo(passerelle.http.Exchange exchange) {
      throw new IllegalStateException("a bug in the answer");
    }

    @Override
    public void discard() {
      // There is nothing to release.
    }
  }

  @Test
  void aHalfClosedClientGetsItsAnswer() {
    try (Rig rig = new Rig(late)) {
      rig.send(GET).endInput();
      assertFalse(rig.isClosed());
      late.answer(0, "one");
      rig.run();
      assertEquals("200 one", rig.brief());
      rig.assertClosed();
    }
  }

  @Test
  void aClientThatIsStillThereOrSpeaksHttpOneZeroIsNotProbed() {
    try (Rig rig = new Rig(late)) {
      rig.send(GET).pass(5);
      assertEquals("", rig.output());
    }
    try (Rig rig = new Rig(late)) {
      rig.send("GET /a HTTP/1.0\r\n\r\n").endInput().pass(5);
      assertEquals("", rig.output());
    }
  }

  @Test
  void aClientThatDoesNotReadWhatItIsAskedIsDropped() {
    try (Rig rig = new Rig(late)) {
      rig.transport.capacity(0);
      rig.send(GET).endInput().pass(20);
      assertFalse(rig.isClosed());
      assertTrue(rig.buffers() <= 2, () -> rig.buffers() + " buffers");
      rig.pass(20);
      rig.assertClosed();
      assertEquals(List.of("cancel"), late.events);
    }
  }

  @Test
  void whatWasSentBeforeIsNotCountedForAnExchangeThatGotNoAnswer() {
    Handler handler =
        exchange -> {
          if (exchange.request().target().path().toString().equals("/late")) {
            late.handle(exchange);
          } else {
            Handlers.text(exchange, "x".repeat(100));
          }
        };
    try (Rig rig = new Rig(handler)) {
      rig.send(GET + "GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
      rig.transport.breakOff();
      rig.run();
      assertEquals("GET /a 200 100", rig.ended.get(0));
      assertTrue(rig.ended.get(1).endsWith(" 0"), rig.ended.get(1));
    }
  }

  @Test
  void aDeferralDuringContentIsAnsweredEarlyAndLingers() {
    try (Rig rig = new Rig(late)) {
      rig.send("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\nhello");
      late.answer(0, "early");
      rig.run();
      assertEquals("200 early", rig.brief());
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      assertTrue(rig.transport.isOutputEnded());
      rig.endInput();
      rig.assertClosed();
    }
  }
}
