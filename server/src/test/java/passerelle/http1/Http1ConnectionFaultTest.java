package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.harness.FailingLog;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.StreamBody;
import passerelle.wire.Limits;

/** Handlers with bugs cost an exchange at most, never the loop. */
final class Http1ConnectionFaultTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n";

  /** Faulty at /bad, fine elsewhere. */
  private static Handler badly(Handler bad) {
    return exchange -> {
      if (exchange.request().target().path().toString().equals("/bad")) {
        bad.handle(exchange);
      } else {
        Handlers.SITE.handle(exchange);
      }
    };
  }

  private static RuntimeException bug() {
    return new IllegalStateException("a bug, for a test");
  }

  @Test
  void aHandlerThatThrowsBecomes500AndTheConnectionGoesOn() {
    Handler handler =
        badly(
            exchange -> {
              exchange.response().field("X", "half done");
              throw bug();
            });
    try (Rig rig = new Rig(handler)) {
      rig.send("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
      assertEquals("500|200 /a", rig.brief());
      assertFalse(rig.output().contains("half done"));
      assertFalse(rig.output().contains("a bug, for a test"));
      rig.assertOpenAndIdle();
    }
  }

  /**
   * Out of memory, or of stack: that connection ends, whatever fails at its end, and releases all.
   */
  @Test
  void anErrorInAHandlerEndsTheConnection() {
    for (Throwable fault : FailingLog.FAULTS) {
      if (fault instanceof RuntimeException) {
        continue;
      }
      List<String> events = new ArrayList<>();
      try (FailingLog log = new FailingLog(false);
          Rig rig =
              new Rig(
                  exchange -> {
                    exchange
                        .response()
                        .body(new StreamBody(5, exchange.loop(), () -> events.add("released")));
                    exchange.defer(
                        Handlers.LONG_NANOS,
                        () -> {
                          events.add("cancelled");
                          FailingLog.fail(fault);
                        });
                    FailingLog.fail(fault);
                  })) {
        assertThrows(fault.getClass(), () -> rig.send(GET), "of the cancellation");
        rig.assertClosed();
        assertEquals(List.of("cancelled", "released"), events);
        assertFalse(log.isUsed(), "whoever catches what is thrown tells of it");
      }
    }
  }

  /**
   * Whoever closes it can let go of a reserve before, which only a fault that is told calls for.
   */
  @Test
  void aFaultInATurnIsToldToWhoClosesTheConnection() {
    List<Throwable> thrown = new ArrayList<>();
    try (FailingLog log = new FailingLog(true);
        Rig rig =
            new Rig(
                exchange -> {
                  thrown.add(new OutOfMemoryError("for a test"));
                  FailingLog.fail(thrown.get(0));
                })) {
      rig.send(GET);
      rig.assertClosed();
      assertSame(thrown.get(0), rig.port.fault());
      assertFalse(log.isUsed(), "whoever closes it tells of it, when there is memory again");
    }
  }

  /** Nothing can be posted to the loop then, so the next tick has to look. */
  @Test
  void anAnswerThatComesWhileMemoryIsShortIsSentAtTheNextTick() {
    Late late = new Late();
    try (Rig rig = new Rig(late)) {
      rig.send(GET);
      late.answer(0, "late");
      rig.isOutOfMemory = true;
      rig.run();
      assertEquals("", rig.output());
      rig.pass(1);
      assertEquals("200 late", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void anExchangeThatCannotEvenBeRefusedEndsItsConnection() {
    Late late = new Late();
    try (Rig rig = new Rig(late)) {
      rig.send(GET);
      rig.isOutOfMemory = true;
      late.deferrals.get(0).failNow();
      assertFalse(rig.isClosed(), "closed below the call");
      rig.pass(1);
      rig.assertClosed();
      assertEquals("", rig.output());
    }
  }

  @Test
  void aHandlerThatDoesNothingBecomes500() {
    try (Rig rig = new Rig(badly(exchange -> {}))) {
      rig.send("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
      assertEquals("500|200 /a", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void aHandlerThatThrowsLeavesItsContentOutOfTheNextRequest() {
    Handler handler =
        badly(
            exchange -> {
              Handlers.ECHO.handle(exchange);
              throw bug();
            });
    try (Rig rig = new Rig(handler)) {
      rig.send("POST /bad HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello" + GET);
      assertEquals("500|200 /a", rig.brief());
    }
  }

  @Test
  void aHandlerThatThrowsAfterDeferringIsCancelled() {
    List<String> events = new ArrayList<>();
    try (Rig rig =
        new Rig(
            badly(
                exchange -> {
                  exchange.defer(Handlers.LONG_NANOS, () -> events.add("cancel"));
                  throw bug();
                }))) {
      rig.send("GET /bad HTTP/1.1\r\nHost: a\r\n\r\n" + GET);
      assertEquals("500|200 /a", rig.brief());
      assertEquals(List.of("cancel"), events);
    }
  }

  @Test
  void aHandlerThatThrowsAfterItAnsweredHasAnswered() {
    try (Rig rig =
        new Rig(
            exchange -> {
              Handlers.text(exchange, "done");
              throw bug();
            })) {
      rig.send(GET);
      assertEquals("200 done", rig.brief());
    }
  }

  @Test
  void aHandlerThatThrowsHasTheBodyItPreparedReleased() {
    List<String> events = new ArrayList<>();
    try (Rig rig =
        new Rig(
            exchange -> {
              exchange
                  .response()
                  .body(new StreamBody(5, exchange.loop(), () -> events.add("released")));
              throw bug();
            })) {
      rig.send(GET);
      assertEquals("500", rig.brief());
      assertEquals(List.of("released"), events);
    }
  }

  @Test
  void aSinkThatThrowsBecomes500() {
    try (Rig rig = new Rig(exchange -> exchange.receive(new Faulty(exchange, true)))) {
      swallowingBugs(rig, POST + "hello");
      assertEquals("500", rig.brief());
    }
  }

  @Test
  void aSinkThatThrowsAtTheEndBecomes500() {
    try (Rig rig = new Rig(exchange -> exchange.receive(new Faulty(exchange, false)))) {
      swallowingBugs(rig, POST + "hello");
      assertEquals("500", rig.brief());
    }
  }

  @Test
  void aSinkThatForgetsToAnswerBecomes500() {
    try (Rig rig = new Rig(exchange -> exchange.receive(new Silent(exchange)))) {
      rig.send(POST + "hello");
      assertEquals("500", rig.brief());
    }
  }

  /** What the reactor does with a fault that comes through: the connection is closed. */
  private static void swallowingBugs(Rig rig, String octets) {
    try {
      rig.send(octets);
    } catch (IllegalStateException e) {
      assertEquals("a bug, for a test", e.getMessage());
      rig.port.close();
    }
  }

  private static final class Faulty extends Handlers.Echo {
    private final boolean atOnce;

    Faulty(Exchange exchange, boolean atOnce) {
      super(exchange);
      this.atOnce = atOnce;
    }

    @Override
    public void onContent(ByteBuffer octets) {
      if (atOnce) {
        throw bug();
      }
      super.onContent(octets);
    }

    @Override
    public void onComplete() {
      throw bug();
    }
  }

  private static final class Silent extends Handlers.Echo {
    Silent(Exchange exchange) {
      super(exchange);
    }

    @Override
    public void onComplete() {
      // Forgets to answer.
    }
  }

  /** A head that can never fit the output buffer must not make the loop spin. */
  @Test
  void aHeadTooLargeForTheOutputBufferIsAnError() {
    try (Rig rig =
        new Rig(
            exchange -> {
              exchange.response().field("X", "x".repeat(Limits.standard().responseHeadOctets()));
              Handlers.text(exchange, "never");
            })) {
      rig.send(GET);
      assertTrue(rig.brief().equals("500") || rig.isClosed(), rig.output());
    }
  }

  @Test
  void aClientThatResetsInTheMiddleOfAnAnswerCostsItsConnectionOnly() {
    try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(100_000)))) {
      rig.transport.capacity(1000);
      rig.transport.offer(GET);
      rig.turn();
      rig.transport.breakOff();
      rig.run();
      rig.assertClosed();
      assertEquals(1, rig.ended.size());
    }
  }
}
