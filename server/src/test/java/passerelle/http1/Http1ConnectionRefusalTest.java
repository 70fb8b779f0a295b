package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.http.Refusal;
import passerelle.http.Status;
import passerelle.http1.Answers.Answer;
import passerelle.wire.Limits;

/** What is refused is answered with a page, and the connection ends lingeringly. */
final class Http1ConnectionRefusalTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String POST = "POST /a HTTP/1.1\r\nHost: a\r\n";

  private static void assertRefusedLingeringly(Rig rig, int code) {
    Answer answer = Answers.only(rig.output());
    assertEquals(code, answer.code());
    assertTrue(answer.has("Connection: close"), rig.output());
    assertTrue(answer.content().contains("<h1>" + code + " "), rig.output());
    assertTrue(rig.transport.isOutputEnded());
    assertFalse(rig.isClosed(), "closed before the client could read the answer");
    assertEquals(0, rig.buffers());
    rig.send("x".repeat(20_000)).send(GET);
    assertFalse(rig.isClosed());
    assertFalse(rig.transport.hasUnreadInput(), "input is not discarded");
    rig.endInput();
    rig.assertClosed();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | GET / HTTP/1.1~~",
        "400 | GET / HTTP/1.1~Host: a~A : b~~",
        "400 | hello~~",
        "501 | BREW / HTTP/1.1~Host: a~~",
        "505 | GET / HTTP/2.0~Host: a~~",
        "400 | POST / HTTP/1.1~Host: a~Content-Length: x~~",
        "400 | POST / HTTP/1.1~Host: a~Content-Length: 3~Transfer-Encoding: chunked~~abc",
        "501 | POST / HTTP/1.1~Host: a~Transfer-Encoding: gzip, chunked~~",
        "413 | POST / HTTP/1.1~Host: a~Content-Length: 99999999999~~",
        "417 | POST / HTTP/1.1~Host: a~Content-Length: 3~Expect: 200-maybe~~abc",
      })
  void answersAndLingers(int code, String head) {
    AtomicInteger handled = new AtomicInteger();
    try (Rig rig = new Rig(exchange -> handled.incrementAndGet())) {
      rig.send(head.replace("~", "\r\n"));
      assertEquals(0, handled.get(), "a refused request reached the handler");
      assertEquals(1, rig.ended.size());
      assertRefusedLingeringly(rig, code);
    }
  }

  @Test
  void aHandlersRefusalEndsTheConnectionOnlyIfItSaysSo() {
    Refusal refusal = Refusal.of(Status.FORBIDDEN);
    try (Rig rig = new Rig(exchange -> exchange.refuse(refusal))) {
      rig.send(GET + GET);
      assertEquals("403|403", rig.brief());
      assertFalse(rig.output().contains("Connection:"), rig.output());
      assertFalse(rig.isClosed());
    }
    try (Rig rig = new Rig(exchange -> exchange.refuse(refusal.andClose()))) {
      rig.send(GET);
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      rig.assertLingers();
    }
  }

  @Test
  void refusesLongTargetsAndHeads() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("GET /" + "x".repeat(9000));
      assertRefusedLingeringly(rig, 414);
    }
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("GET / HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n".repeat(101));
      assertRefusedLingeringly(rig, 431);
    }
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("GET / HTTP/1.1\r\nHost: a\r\nA: " + "x".repeat(33_000));
      assertRefusedLingeringly(rig, 431);
    }
  }

  @Test
  void answersGoodRequestsBeforeABadOne() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send(GET + GET + "GET / HTTP/1.1\r\n\r\n" + GET);
      assertEquals("200 /a|200 /a|400", rig.brief());
      rig.endInput();
      rig.assertClosed();
    }
  }

  @Test
  void aRefusedHeadRequestGetsNoContent() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("HEAD / HTTP/1.1\r\n\r\n");
      assertEquals(1, Answers.toHead(rig.output()).size());
      assertTrue(rig.output().endsWith("\r\n\r\n"), rig.output());
    }
  }

  @Test
  void lingeringEndsAtItsDeadline() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("GET / HTTP/1.1\r\n\r\n").pass(4);
      assertFalse(rig.isClosed());
      rig.send("still sending").pass(1);
      rig.assertClosed();
    }
  }

  @Test
  void badChunksAreRefusedInTheMiddleOfContent() {
    try (Rig rig = new Rig(Handlers.ECHO)) {
      rig.send(POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX");
      assertRefusedLingeringly(rig, 400);
    }
  }

  @Test
  void chunkedContentOverTheLimitIsRefused() {
    Limits limits = Limits.standard().withContentOctets(8);
    try (Rig rig = new Rig(Handlers.ECHO, limits)) {
      rig.send(POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
      assertEquals("", rig.output());
      rig.send("4\r\nabcd\r\n0\r\n\r\n");
      assertRefusedLingeringly(rig, 413);
    }
  }

  @Test
  void whatFollowsARefusalIsNeverTakenForARequest() {
    try (Rig rig = new Rig(Handlers.ECHO)) {
      rig.send(POST + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n");
      rig.send("0\r\n\r\n" + GET + GET);
      assertEquals("400", rig.brief());
      assertEquals(
          List.of("POST /a 400"),
          rig.ended.stream().map(Http1ConnectionRefusalTest::withoutOctets).toList());
    }
  }

  private static String withoutOctets(String line) {
    return line.substring(0, line.lastIndexOf(' '));
  }
}
