package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.FailingLog;

/** One response per exchange, and late answers that reach nobody else's. */
final class ExchangeTest {
  private final TestChannel channel = new TestChannel();
  private final Exchange exchange = channel.exchange();
  private final List<String> events = new ArrayList<>();

  private Deferral defer(String name) {
    return exchange.defer(5, () -> events.add(name + " cancelled"));
  }

  private Deferral.Answer answer(String name) {
    return new Deferral.Answer() {
      @Override
      public void applyTo(Exchange to) {
        events.add(name + " applied");
        to.send();
      }

      @Override
      public void discard() {
        events.add(name + " discarded");
      }
    };
  }

  /** What a connection does between two exchanges. */
  private void next() {
    exchange.end();
    exchange.reset();
  }

  @Test
  void isAnsweredOnce() {
    assertFalse(exchange.isAnswered());
    exchange.send();
    assertTrue(exchange.isAnswered());
    assertEquals(1, channel.responses);
    assertThrows(IllegalStateException.class, exchange::send);
    assertThrows(IllegalStateException.class, () -> exchange.refuse(Status.NOT_FOUND));
    assertEquals(1, channel.responses);
  }

  @Test
  void anErrorIsAPageThatEscapesItsExplanation() {
    exchange.refuse(Refusal.notAllowed("GET").because("<script>&\""));
    assertEquals(405, exchange.response().status().code());
    assertEquals("Allow", exchange.response().fieldName(0));
    Body body = exchange.response().body();
    assertNotNull(body);
    ByteBuffer page = ByteBuffer.allocate(10_000);
    assertEquals(body.length(), ((BytesBody) body).moveInto(page));
    String html = java.nio.charset.StandardCharsets.UTF_8.decode(page.flip()).toString();
    assertTrue(html.contains("&lt;script&gt;&amp;&quot;"), html);
    assertFalse(html.contains("<script>"), html);
  }

  @Test
  void aDeferredAnswerIsAppliedOnTheLoop() {
    defer("a").answer(answer("a"));
    assertEquals(List.of(), events);
    assertEquals(5, channel.timeoutNanos);
    channel.loop.runAll();
    assertEquals(List.of("a applied"), events);
    assertTrue(exchange.isAnswered());
  }

  @Test
  void theEndOfTheExchangeCancelsItsDeferralOnce() {
    Deferral deferral = defer("a");
    assertFalse(deferral.isCancelled());
    exchange.end();
    exchange.end();
    assertTrue(deferral.isCancelled());
    assertEquals(List.of("a cancelled"), events);
  }

  @Test
  void aLateAnswerIsDiscarded() {
    Deferral deferral = defer("a");
    exchange.end();
    deferral.answer(answer("a"));
    channel.loop.runAll();
    assertEquals(List.of("a cancelled", "a discarded"), events);
    assertEquals(0, channel.responses);
  }

  @Test
  void aLateAnswerNeverReachesTheNextExchange() {
    Deferral first = defer("first");
    next();
    Deferral second = defer("second");
    first.answer(answer("first"));
    channel.loop.runAll();
    assertFalse(exchange.isAnswered());
    second.answer(answer("second"));
    channel.loop.runAll();
    assertEquals(List.of("first cancelled", "first discarded", "second applied"), events);
    assertEquals(1, channel.responses);
  }

  @Test
  void anAnswerOnItsWayWhenTheExchangeEndsIsDiscarded() {
    defer("a").answer(answer("a"));
    next();
    channel.loop.runAll();
    assertEquals(List.of("a cancelled", "a discarded"), events);
    assertFalse(exchange.isAnswered());
  }

  @Test
  void aSecondAnswerIsDiscarded() {
    Deferral deferral = defer("a");
    deferral.answer(answer("a"));
    deferral.answer(answer("again"));
    channel.loop.runAll();
    assertEquals(List.of("a applied", "again discarded"), events);
  }

  @Test
  void anAnswerInTimeIsNotCancelledAfterwards() {
    Deferral deferral = defer("a");
    deferral.answer(answer("a"));
    channel.loop.runAll();
    next();
    assertFalse(deferral.isCancelled());
    assertEquals(List.of("a applied"), events);
  }

  /** Whoever answers in the worker's place must stop the worker. */
  @Test
  void answeringInsteadOfTheDeferralCancelsIt() {
    Deferral deferral = defer("a");
    exchange.send();
    next();
    assertTrue(deferral.isCancelled());
    deferral.answer(answer("a"));
    channel.loop.runAll();
    assertEquals(List.of("a cancelled", "a discarded"), events);
  }

  /** What an answer throws costs its exchange; the loop hears of nothing, unless the log fails. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerThatCannotBeAppliedBecomes500AndIsDiscarded(boolean connectionFails) {
    channel.isFailing = connectionFails;
    for (Throwable fault : FailingLog.FAULTS) {
      events.clear();
      int before = channel.faults;
      defer("a").answer(failing(fault));
      try (FailingLog log = new FailingLog(false)) {
        channel.loop.runAll();
        assertTrue(log.isUsed());
      }
      assertEquals(List.of("discarded"), events);
      assertEquals(500, exchange.response().status().code());
      assertEquals(connectionFails ? 1 : 0, channel.faults - before);
      next();
    }
  }

  @Test
  void aLogThatFailsKeepsNoAnswerFromBeingDiscarded() {
    defer("a").answer(failing(new OutOfMemoryError("for a test")));
    try (FailingLog log = new FailingLog(true)) {
      assertThrows(OutOfMemoryError.class, channel.loop::runAll);
      assertTrue(log.isUsed());
    }
    assertEquals(List.of("discarded"), events);
    assertEquals(500, exchange.response().status().code());
  }

  private Deferral.Answer failing(Throwable fault) {
    return new Deferral.Answer() {
      @Override
      public void applyTo(Exchange to) {
        FailingLog.fail(fault);
      }

      @Override
      public void discard() {
        events.add("discarded");
      }
    };
  }

  @Test
  void aWorkerThatCannotMakeItsAnswerTellsTheExchange() {
    for (Throwable fault : FailingLog.FAULTS) {
      Runnable work =
          defer("a")
              .answering(
                  () -> {
                    FailingLog.fail(fault);
                    return answer("a");
                  });
      assertThrows(fault.getClass(), work::run);
      channel.loop.runAll();
      assertEquals(500, exchange.response().status().code());
      next();
    }
    channel.isFailing = true;
    defer("b").failNow();
    assertEquals(1, channel.faults);
  }

  @Test
  void aWorkerThatMakesItsAnswerHandsItToTheLoop() {
    defer("a").answering(() -> answer("a")).run();
    assertEquals(List.of(), events);
    channel.loop.runAll();
    assertEquals(List.of("a applied"), events);
  }

  @Test
  void aStreamThatWasSentWakesTheChannel() throws Exception {
    StreamBody body = new StreamBody(Body.UNKNOWN, channel.loop, () -> {});
    exchange.response().body(body);
    exchange.send();
    passerelle.io.MemoryTransport transport = new passerelle.io.MemoryTransport();
    assertEquals(Progress.STARVED, body.writeTo(transport, 100));
    assertEquals(StreamBody.Offer.TAKEN, body.offer(ByteBuffer.allocate(3), () -> {}));
    channel.loop.runAll();
    assertEquals(1, channel.resumes);
  }

  @Test
  void resetMakesItReadyForTheNextRequest() {
    exchange.response().status(Status.NOT_FOUND).field("A", "b");
    exchange.send();
    next();
    assertFalse(exchange.isAnswered());
    assertEquals(Status.OK, exchange.response().status());
    assertEquals(0, exchange.response().fieldCount());
    exchange.send();
    assertEquals(2, channel.responses);
  }

  @Test
  void aRequestIsTurnedLocallyTenTimesAtMost() {
    exchange.request().method(Method.POST);
    for (int i = 0; i < 10; i++) {
      assertTrue(exchange.tryRedirectLocally("/x?y=" + i));
    }
    assertEquals(Method.GET, exchange.request().method());
    assertEquals("y=9", exchange.request().target().query());
    assertFalse(exchange.request().hasContent());
    assertFalse(exchange.tryRedirectLocally("/x"));
    next();
    exchange.request().method(Method.HEAD);
    assertTrue(exchange.tryRedirectLocally("/x"));
    assertEquals(Method.HEAD, exchange.request().method());
  }
}
