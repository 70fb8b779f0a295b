package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.http.Exchange;
import passerelle.http.Status;
import passerelle.http1.Answers.Answer;

/** Single requests, persistence, pipelining. */
final class Http1ConnectionTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";

  @Test
  void answersASimpleGetAndStaysOpenWithoutBuffers() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.assertOpenAndIdle();
      rig.send(GET);
      assertEquals(
          "HTTP/1.1 200 OK\r\nDate: "
              + Rig.DATE
              + "\r\nServer: Passerelle\r\nContent-Type: text/plain\r\nContent-Length: 2"
              + "\r\n\r\n/a",
          rig.output());
      assertEquals(1, rig.transport.writes());
      assertEquals(List.of("GET /a 200 2"), rig.ended);
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void answersTheSameAtEveryCutOfTheRequest() {
    for (int cut = 1; cut < GET.length(); cut++) {
      try (Rig rig = new Rig(Handlers.PATH)) {
        rig.send(GET.substring(0, cut)).send(GET.substring(cut));
        assertEquals("200 /a", rig.brief());
        rig.assertOpenAndIdle();
      }
    }
  }

  @Test
  void headHasTheSameFieldsAndNoContent() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\nHEAD /d HTTP/1.1\r\nHost: a\r\n\r\n");
      List<Answer> answers = Answers.toHead(rig.output());
      assertEquals(2, answers.size());
      assertEquals("4", answers.get(0).field("Content-Length"));
      assertEquals("2", answers.get(1).field("Content-Length"));
      assertEquals(List.of("HEAD /abc 200 0", "HEAD /d 200 0"), rig.ended);
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void noContentAndNotModifiedCarryNoContentAndNoLength() {
    for (Status status : List.of(Status.NO_CONTENT, Status.NOT_MODIFIED)) {
      try (Rig rig =
          new Rig(
              exchange -> {
                exchange.response().status(status);
                Handlers.text(exchange, "must not be sent");
              })) {
        rig.send(GET + GET);
        assertEquals(status.code() + "|" + status.code(), rig.brief());
        assertFalse(rig.output().contains("Content-Length"), rig.output());
        rig.assertOpenAndIdle();
      }
    }
  }

  @Test
  void aResponseWithoutABodyHasLengthZero() {
    try (Rig rig = new Rig(Exchange::send)) {
      rig.send(GET);
      assertEquals("0", Answers.only(rig.output()).field("Content-Length"));
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void httpOneZeroClosesAfterItsAnswer() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("GET /a HTTP/1.0\r\n\r\n");
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      assertEquals("200 /a", rig.brief());
      rig.assertClosed();
    }
  }

  @Test
  void httpOneZeroGoesOnIfItAsksTo() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
      assertTrue(Answers.only(rig.output()).has("Connection: keep-alive"), rig.output());
      rig.assertOpenAndIdle();
      rig.send("GET /b HTTP/1.0\r\n\r\n");
      assertEquals("200 /a|200 /b", rig.brief());
      rig.assertClosed();
    }
  }

  @Test
  void connectionCloseClosesAfterTheAnswer() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      rig.assertClosed();
    }
  }

  @Test
  void nothingBehindARequestThatClosesIsAnswered() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send("GET /a HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET + GET);
      assertEquals("200 /a", rig.brief());
      rig.endInput();
      rig.assertClosed();
    }
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() {
    for (int count : new int[] {2, 16, 17, 1000}) {
      try (Rig rig = new Rig(Handlers.PATH)) {
        rig.send(pipeline(count));
        List<Answer> answers = Answers.of(rig.output());
        assertEquals(count, answers.size());
        for (int i = 0; i < count; i++) {
          assertEquals("/" + i, answers.get(i).content());
        }
        rig.assertOpenAndIdle();
      }
    }
  }

  @Test
  void pipelinedAnswersShareTheirWrites() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send(pipeline(2));
      assertEquals(1, rig.transport.writes());
      rig.send(pipeline(1000));
      assertTrue(rig.transport.writes() <= 1 + 1000 / 16 + 8, () -> rig.transport.writes() + "");
    }
  }

  @Test
  void pipelinedRequestsSurviveEverySegmentSize() {
    String requests = pipeline(40);
    for (int size : new int[] {1, 2, 3, 7, 31, 100, 997}) {
      try (Rig rig = new Rig(Handlers.PATH)) {
        for (int at = 0; at < requests.length(); at += size) {
          rig.send(requests.substring(at, Math.min(requests.length(), at + size)));
        }
        assertEquals(40, Answers.of(rig.output()).size());
        rig.assertOpenAndIdle();
      }
    }
  }

  private static String pipeline(int count) {
    StringBuilder requests = new StringBuilder();
    for (int i = 0; i < count; i++) {
      requests.append("GET /").append(i).append(" HTTP/1.1\r\nHost: a\r\n\r\n");
    }
    return requests.toString();
  }

  @Test
  void aClientThatEndsItsSideAfterItsRequestsStillGetsTheAnswers() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.transport.offer(GET + GET);
      rig.endInput();
      assertEquals("200 /a|200 /a", rig.brief());
      rig.assertClosed();
    }
  }

  @Test
  void aClientThatLeavesBetweenRequestsOrInsideAHeadGetsNothing() {
    for (String sent : List.of("", GET.substring(0, 9))) {
      try (Rig rig = new Rig(Handlers.PATH)) {
        rig.send(sent).endInput();
        assertEquals("", rig.output());
        rig.assertClosed();
      }
    }
  }

  @Test
  void aReadThatFailsCloses() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.transport.breakOff();
      rig.run();
      rig.assertClosed();
    }
  }

  @Test
  void aReadableEventThatBringsNothingLeavesNoBufferBehind() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.readableOnce();
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void anEmptyLineBetweenRequestsIsSkipped() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.send(GET + "\r\n" + GET + "\r\n");
      assertEquals("200 /a|200 /a", rig.brief());
      rig.send(GET);
      assertEquals("200 /a|200 /a|200 /a", rig.brief());
    }
  }
}
