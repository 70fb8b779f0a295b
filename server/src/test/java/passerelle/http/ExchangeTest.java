package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.FailingLog;
import passerelle.io.QueuedLoop;
import passerelle.pages.ErrorPages;

/** One response per exchange, and late answers that reach nobody else's. */
final class ExchangeTest {
  private final QueuedLoop loop = new QueuedLoop();
  private int wakes;
  private final ExchangeState state = new ExchangeState(() -> wakes++);
  private boolean isPageFailing;
  private final Exchange exchange = Exchanges.of(state, loop, this::addPage);
  private final List<String> events = new ArrayList<>();

  private void addPage(Response response, Refusal refusal) {
    if (isPageFailing) {
      throw new OutOfMemoryError("for a test, while a page is rendered");
    }
    new ErrorPages().addTo(response, refusal);
  }

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
    state.end(true);
    state.begin(7);
  }

  @Test
  void isAnsweredOnce() {
    assertFalse(exchange.isAnswered());
    exchange.send();
    assertTrue(exchange.isAnswered());
    assertEquals(1, wakes);
    assertThrows(IllegalStateException.class, exchange::send);
    assertThrows(IllegalStateException.class, () -> exchange.refuse(Status.NOT_FOUND));
    assertEquals(1, wakes);
  }

  @Test
  void aRefusalMayHaveContentOfItsOwn() {
    exchange.response().field("A", "1");
    exchange.refuse(
        Allowed.PAGES.refusal().because("so"),
        (response, refusal) -> response.field("B", refusal.explanation()));
    assertTrue(exchange.isAnswered());
    assertEquals(Status.METHOD_NOT_ALLOWED, exchange.response().status());
    assertEquals(3, exchange.response().fieldCount());
    assertEquals("Allow", exchange.response().fieldName(1));
    assertEquals("so", exchange.response().field("B"));
  }

  @Test
  void aDeferredAnswerIsAppliedOnTheLoop() {
    defer("a").answer(answer("a"));
    assertEquals(List.of(), events);
    assertEquals(5, state.deferralNanos());
    assertTrue(state.takeDeferral());
    assertFalse(state.takeDeferral(), "taken twice");
    loop.runAll();
    assertEquals(List.of("a applied"), events);
    assertTrue(exchange.isAnswered());
  }

  @Test
  void theEndOfTheExchangeCancelsItsDeferralOnce() {
    Deferral deferral = defer("a");
    assertFalse(deferral.isCancelled());
    state.end(true);
    state.end(true);
    assertTrue(deferral.isCancelled());
    assertEquals(List.of("a cancelled"), events);
  }

  @Test
  void aLateAnswerIsDiscarded() {
    Deferral deferral = defer("a");
    state.end(true);
    deferral.answer(answer("a"));
    loop.runAll();
    assertEquals(List.of("a cancelled", "a discarded"), events);
    assertEquals(1, wakes, "woken for more than the deferral");
  }

  @Test
  void aLateAnswerNeverReachesTheNextExchange() {
    Deferral first = defer("first");
    next();
    Deferral second = defer("second");
    first.answer(answer("first"));
    loop.runAll();
    assertFalse(exchange.isAnswered());
    second.answer(answer("second"));
    loop.runAll();
    assertEquals(List.of("first cancelled", "first discarded", "second applied"), events);
    assertTrue(exchange.isAnswered());
  }

  @Test
  void anAnswerOnItsWayWhenTheExchangeEndsIsDiscarded() {
    defer("a").answer(answer("a"));
    next();
    loop.runAll();
    assertEquals(List.of("a cancelled", "a discarded"), events);
    assertFalse(exchange.isAnswered());
  }

  @Test
  void aSecondAnswerIsDiscarded() {
    Deferral deferral = defer("a");
    deferral.answer(answer("a"));
    deferral.answer(answer("again"));
    loop.runAll();
    assertEquals(List.of("a applied", "again discarded"), events);
  }

  @Test
  void anAnswerInTimeIsNotCancelledAfterwards() {
    Deferral deferral = defer("a");
    deferral.answer(answer("a"));
    loop.runAll();
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
    loop.runAll();
    assertEquals(List.of("a cancelled", "a discarded"), events);
  }

  /** What an answer throws costs its exchange; the loop hears of nothing, unless the log fails. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void anAnswerThatCannotBeAppliedBecomes500AndIsDiscarded(boolean pageFails) {
    isPageFailing = pageFails;
    for (Throwable fault : FailingLog.FAULTS) {
      events.clear();
      defer("a").answer(failing(fault));
      try (FailingLog log = new FailingLog(false)) {
        loop.runAll();
        assertTrue(log.isUsed());
      }
      assertEquals(List.of("discarded"), events);
      assertEquals(500, exchange.response().status().code());
      assertEquals(pageFails, state.isBroken());
      next();
    }
  }

  /** It may need what is discarded with it, so it is not sent on. */
  @Test
  void anAnswerThatFailsBehindItsSendingIsBrokenOff() {
    for (Throwable fault : FailingLog.FAULTS) {
      events.clear();
      int before = wakes;
      defer("a").answer(sendingBefore(fault));
      try (FailingLog log = new FailingLog(false)) {
        loop.runAll();
        assertTrue(log.isUsed());
      }
      assertEquals(List.of("discarded"), events);
      assertTrue(state.isBroken());
      assertEquals(before + 3, wakes, "for the deferral, for the answer and for its end");
      next();
    }
  }

  private Deferral.Answer sendingBefore(Throwable fault) {
    return new Deferral.Answer() {
      @Override
      public void applyTo(Exchange to) {
        to.send();
        FailingLog.fail(fault);
      }

      @Override
      public void discard() {
        events.add("discarded");
      }
    };
  }

  @Test
  void aLogThatFailsKeepsNoAnswerFromBeingDiscarded() {
    defer("a").answer(failing(new OutOfMemoryError("for a test")));
    try (FailingLog log = new FailingLog(true)) {
      assertThrows(OutOfMemoryError.class, loop::runAll);
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
      loop.runAll();
      assertEquals(500, exchange.response().status().code());
      next();
    }
    isPageFailing = true;
    assertFalse(state.isBroken());
    defer("b").failNow();
    assertTrue(state.isBroken());
  }

  @Test
  void aWorkerThatMakesItsAnswerHandsItToTheLoop() {
    defer("a").answering(() -> answer("a")).run();
    assertEquals(List.of(), events);
    loop.runAll();
    assertEquals(List.of("a applied"), events);
  }

  @Test
  void aStreamThatWasSentWakesTheConnection() throws Exception {
    StreamBody body = new StreamBody(Body.UNKNOWN, loop, () -> {});
    exchange.response().body(body);
    exchange.send();
    passerelle.io.MemoryTransport transport = new passerelle.io.MemoryTransport();
    assertEquals(Progress.STARVED, body.writeTo(transport, 100));
    assertEquals(StreamBody.Offer.TAKEN, body.offer(ByteBuffer.allocate(3), () -> {}));
    assertFalse(state.takeResumption());
    loop.runAll();
    assertEquals(2, wakes);
    assertTrue(state.takeResumption());
    assertFalse(state.takeResumption(), "taken twice");
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
    assertTrue(exchange.isAnswered());
  }

  @Test
  void whatAHandlerAsksForIsRecordedOnceForTheConnection() {
    ContentSink sink = new Sink();
    exchange.receive(sink);
    assertEquals(List.of(), events, "the sink was told something");
    assertSame(sink, state.takeSink());
    assertNull(state.takeSink());
    exchange.resume();
    assertEquals(2, wakes);
    assertTrue(state.takeResumption());
    assertFalse(state.isDeferred());
    assertFalse(state.isAnswered());
  }

  private static final class Sink implements ContentSink {
    @Override
    public void onContent(ByteBuffer content) {
      throw new AssertionError("nobody read anything");
    }

    @Override
    public void onComplete() {
      throw new AssertionError("nothing was complete");
    }

    @Override
    public void onAbort() {
      throw new AssertionError("nothing was aborted");
    }
  }

  @Test
  void nothingThatWasAskedForReachesTheNextExchange() {
    exchange.receive(new Sink());
    exchange.resume();
    defer("a");
    next();
    assertNull(state.takeSink());
    assertFalse(state.takeResumption());
    assertFalse(state.takeDeferral());
    assertFalse(state.isDeferred());
    assertEquals(7, state.deferralNanos());
  }

  @Test
  void anAnswerCanBeReplacedUntilItIsTaken() {
    exchange.send();
    exchange.failWith(Status.BAD_GATEWAY);
    assertEquals(Status.BAD_GATEWAY, state.takeResponse().status());
    assertThrows(IllegalStateException.class, () -> exchange.failWith(Status.NOT_FOUND));
    state.end(true);
    assertThrows(IllegalStateException.class, () -> exchange.failWith(Status.NOT_FOUND));
    assertEquals(Status.BAD_GATEWAY, exchange.response().status());
  }

  @Test
  void whoLeftTheAnswerToOthersHearsThatItWasCutOff() {
    exchange.ifCutOff(() -> events.add("one"));
    exchange.ifCutOff(() -> events.add("two"));
    exchange.send();
    state.end(false);
    assertEquals(List.of("one", "two"), events);
    state.end(false);
    assertEquals(2, events.size(), "told twice");
  }

  @Test
  void whoLeftTheAnswerToOthersHearsNothingOfOneThatWasSent() {
    exchange.ifCutOff(() -> events.add("cut off"));
    exchange.send();
    state.end(true);
    next();
    state.end(false);
    assertEquals(List.of(), events);
  }

  @Test
  void aBodyThatNobodyTookIsReleasedAtTheEnd() {
    exchange.response().body(new StreamBody(5, loop, () -> events.add("released")));
    exchange.send();
    state.end(true);
    assertEquals(List.of("released"), events);
  }

  @Test
  void isHandedOnTenTimesAtMost() {
    List<Integer> fields = new ArrayList<>();
    Handler other = to -> fields.add(to.response().field("A", "b").fieldCount());
    for (int i = 0; i < 10; i++) {
      assertTrue(exchange.tryHandOn(other));
    }
    assertEquals(Collections.nCopies(10, 1), fields, "each found the response as new");
    assertFalse(exchange.tryHandOn(other));
    assertEquals(10, fields.size());
    next();
    assertTrue(exchange.tryHandOn(other));
  }
}
