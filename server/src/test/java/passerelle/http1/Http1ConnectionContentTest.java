package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.http.ContentSink;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Status;
import passerelle.wire.Limits;

/** Request content on its way to a sink, or to nobody. */
final class Http1ConnectionContentTest {
  private static final String POST = "POST /p HTTP/1.1\r\nHost: a\r\n";
  private static final String GET = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
  private static final String CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";

  /** Writes down what happens to it. */
  private static final class Recorder implements ContentSink {
    private final List<String> events = new ArrayList<>();
    private final StringBuilder content = new StringBuilder();
    private boolean accepting = true;

    @Override
    public void onContent(ByteBuffer octets) {
      content.append(StandardCharsets.ISO_8859_1.decode(octets));
    }

    @Override
    public boolean isAccepting() {
      return accepting;
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
  void contentOfKnownLengthReachesTheSinkAtEveryCut() {
    String request = POST + "Content-Length: 5\r\n\r\nhello" + GET;
    for (int cut = 1; cut < request.length(); cut++) {
      try (Rig rig = new Rig(Handlers.SITE)) {
        rig.send(request.substring(0, cut)).send(request.substring(cut));
        assertEquals("200 hello|200 /next", rig.brief());
        rig.assertOpenAndIdle();
      }
    }
  }

  @Test
  void chunkedContentReachesTheSinkAtEveryCut() {
    String request =
        POST + "Transfer-Encoding: chunked\r\n\r\n3;x\r\nhel\r\n2\r\nlo\r\n0\r\nT: x\r\n\r\n" + GET;
    for (int cut = 1; cut < request.length(); cut++) {
      try (Rig rig = new Rig(Handlers.SITE)) {
        rig.send(request.substring(0, cut)).send(request.substring(cut));
        assertEquals("200 hello|200 /next", rig.brief());
        rig.assertOpenAndIdle();
      }
    }
  }

  @Test
  void contentByteByByteReachesTheSink() {
    String request = POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n" + GET;
    try (Rig rig = new Rig(Handlers.SITE)) {
      for (int i = 0; i < request.length(); i++) {
        rig.send(request.substring(i, i + 1));
      }
      assertEquals("200 hello|200 /next", rig.brief());
    }
  }

  @Test
  void contentLargerThanTheBufferPassesThrough() {
    String content = "0123456789abcdef".repeat(10_000);
    try (Rig rig = new Rig(Handlers.SITE)) {
      rig.send(POST + "Content-Length: " + content.length() + "\r\n\r\n" + content + GET);
      assertEquals("200 " + content + "|200 /next", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void theHeadStaysReadableWhileContentPassesThroughItsBuffer() {
    String content = "x".repeat(50_000);
    try (Rig rig =
        new Rig(
            exchange ->
                exchange.receive(
                    new Handlers.Echo(exchange) {
                      @Override
                      public void onComplete() {
                        Handlers.text(exchange, exchange.request().fields().value(1));
                      }
                    }))) {
      rig.send(POST + "X-Y: still here\r\nContent-Length: 50000\r\n\r\n" + content);
      assertEquals("200 still here", rig.brief());
    }
  }

  /** The head may end anywhere in the buffer: at its very end there is no room for content. */
  @Test
  void contentFindsRoomWhereverItsPipelinedHeadEnds() {
    int capacity = Limits.BUFFER_OCTETS;
    String post = POST + "Content-Length: 5\r\n\r\n";
    for (int left = 0; left <= 6; left++) {
      String first = get("x".repeat(5000)) + get("z".repeat(5000));
      String second = get("");
      int rest = capacity - left - first.length() - second.length() - post.length();
      String fill = first + get("y".repeat(rest));
      assertEquals(capacity - left, fill.length() + post.length());
      try (Rig rig = new Rig(Handlers.SITE)) {
        rig.send(fill + post).send("hello" + GET);
        String end = rig.brief().substring(Math.max(0, rig.brief().length() - 30));
        assertTrue(
            end.endsWith("|200 hello|200 /next"),
            left + " octets left: " + end + (rig.port.reads() ? "" : ", and nothing is read"));
      }
    }
  }

  private static String get(String name) {
    return "GET /" + name + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  @Test
  void aSinkThatWantsNothingStopsTheReadingUntilItResumes() {
    Recorder sink = new Recorder();
    List<Exchange> exchanges = new ArrayList<>();
    try (Rig rig =
        new Rig(
            exchange -> {
              exchanges.add(exchange);
              exchange.receive(sink);
            })) {
      sink.accepting = false;
      rig.send(POST + "Content-Length: 40000\r\n\r\n").send("x".repeat(40_000));
      assertEquals(0, sink.content.length());
      assertFalse(rig.port.reads());
      sink.accepting = true;
      exchanges.get(0).resume();
      rig.run();
      assertEquals(40_000, sink.content.length());
      assertEquals(List.of("complete"), sink.events);
    }
  }

  @Test
  void expectContinueGetsItBeforeTheContent() {
    try (Rig rig = new Rig(Handlers.SITE)) {
      rig.send(POST + "Content-Length: 5\r\nExpect: 100-Continue\r\n\r\n");
      assertEquals(CONTINUE, rig.transport.takeOutput());
      rig.send("hello" + GET);
      assertEquals("200 hello|200 /next", rig.brief());
    }
  }

  @Test
  void noContinueIsSentIfContentIsThereAlreadyOrIsNone() {
    try (Rig rig = new Rig(Handlers.SITE)) {
      rig.send(POST + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\nhello");
      rig.send(POST + "Content-Length: 0\r\nExpect: 100-continue\r\n\r\n");
      assertEquals("200 hello|200", rig.brief());
    }
  }

  @Test
  void httpOneZeroNeverGetsContinue() {
    try (Rig rig = new Rig(Handlers.SITE)) {
      rig.send("POST / HTTP/1.0\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n");
      assertEquals("", rig.output());
      rig.send("hello");
      assertEquals("200 hello", rig.brief());
    }
  }

  @Test
  void aFinalStatusComesInsteadOfContinueIfTheHandlerWantsNoContent() {
    try (Rig rig = new Rig(Handlers.SITE)) {
      rig.send("POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nExpect: 100-continue");
      rig.send("\r\n\r\n");
      assertEquals("404", rig.brief());
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
      rig.send("hello" + GET).endInput();
      assertEquals("404", rig.brief());
      rig.assertClosed();
    }
  }

  /** The interim response must not be forgotten because the output buffer is full just then. */
  @Test
  void continueIsSentEvenIfItsPlaceInTheOutputIsTaken() {
    for (int left = 0; left < 30; left++) {
      continueAfter(Limits.BUFFER_OCTETS - left);
    }
  }

  /** A GET whose answer is so long, then at once a POST that waits for 100. */
  private static void continueAfter(int answerOctets) {
    int[] size = {1};
    Handler handler =
        exchange -> {
          if (exchange.request().method().name().equals("GET")) {
            Handlers.text(exchange, "x".repeat(size[0]));
          } else {
            Handlers.ECHO.handle(exchange);
          }
        };
    try (Rig rig = new Rig(handler)) {
      size[0] = 10_000;
      int head = rig.send(GET).transport.takeOutput().length() - 10_000;
      size[0] = answerOctets - head;
      rig.send(GET + POST + "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n");
      assertTrue(rig.output().endsWith(CONTINUE), "no 100 after " + answerOctets + " octets");
    }
  }

  @Test
  void anAnswerDuringContentIsSentAndTheConnectionLingers() {
    try (Rig rig = new Rig(refusingAfter(3))) {
      rig.send(POST + "Content-Length: 100000\r\n\r\nhel");
      assertEquals("413", rig.brief());
      assertTrue(rig.transport.isOutputEnded());
      assertFalse(rig.isClosed());
      rig.send("lo" + GET + GET).send("x".repeat(90_000));
      assertEquals("413", rig.brief());
      rig.endInput();
      rig.assertClosed();
    }
  }

  @Test
  void anAnswerDuringContentLingersUntilTheDeadline() {
    try (Rig rig = new Rig(refusingAfter(3))) {
      rig.send(POST + "Transfer-Encoding: chunked\r\n\r\n5\r\nhel").pass(4);
      assertFalse(rig.isClosed());
      rig.pass(1);
      rig.assertClosed();
    }
  }

  private static Handler refusingAfter(int octets) {
    return exchange ->
        exchange.receive(
            new Handlers.Echo(exchange) {
              private int seen;

              @Override
              public void onContent(ByteBuffer content) {
                seen += content.remaining();
                super.onContent(content);
                if (seen >= octets && !exchange.isAnswered()) {
                  exchange.refuse(Status.CONTENT_TOO_LARGE);
                }
              }
            });
  }

  @Test
  void unwantedContentIsDiscardedAndTheNextRequestIsUnderstood() {
    String request = "POST /missing HTTP/1.1\r\nHost: a\r\nContent-Length: 44\r\n\r\n";
    String trap = "GET /trap HTTP/1.1\r\nHost: a\r\n\r\n1234567890123";
    assertEquals(44, trap.length());
    String all = request + trap + GET;
    for (int cut = 1; cut < all.length(); cut++) {
      try (Rig rig = new Rig(Handlers.SITE)) {
        rig.send(all.substring(0, cut)).send(all.substring(cut));
        assertEquals("404|200 /next", rig.brief());
        assertEquals("GET /next 200 5", rig.ended.get(1));
        rig.assertOpenAndIdle();
      }
    }
  }

  @Test
  void unwantedChunkedContentIsDiscardedAtEveryCut() {
    String trap = "GET /trap HTTP/1.1\r\nHost: a\r\n\r\n";
    String chunks = Integer.toHexString(trap.length()) + ";a=\"b\"\r\n" + trap + "\r\n";
    for (String content : List.of("0\r\n\r\n", chunks + "1 ;x\r\na\r\n00;y\r\nT: x\r\n\r\n")) {
      for (String path : List.of("GET /a", "POST /missing", "OPTIONS /a", "DELETE /missing")) {
        String all = path + " HTTP/1.1\r\nHost: a\r\n" + CHUNKED + content + GET;
        String first = path.endsWith("missing") ? "404" : "200 /a";
        for (int cut = 1; cut < all.length(); cut++) {
          try (Rig rig = new Rig(Handlers.SITE)) {
            rig.send(all.substring(0, cut)).send(all.substring(cut));
            assertEquals(first + "|200 /next", rig.brief(), path + ", cut at " + cut);
            rig.assertOpenAndIdle();
          }
        }
      }
    }
  }

  /** What the client meant by the rest of its octets cannot be known, so it hears of it. */
  @Test
  void unwantedMalformedChunksAreRefusedAtEveryCut() {
    for (String content :
        List.of("x\r\n", "1\r\nab", "1\n", "3\r\nabc\r\n\r\n", "0\r\nT : x\r\n\r\n", "0\r\n\rX")) {
      String all = "GET /a HTTP/1.1\r\nHost: a\r\n" + CHUNKED + content;
      for (int cut = 1; cut < all.length(); cut++) {
        try (Rig rig = new Rig(Handlers.SITE)) {
          rig.send(all.substring(0, cut)).send(all.substring(cut) + GET);
          assertEquals("400", rig.brief(), content);
          assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
          rig.endInput().assertClosed();
        }
      }
    }
  }

  @Test
  void longUnwantedContentClosesLingeringlyHoweverItIsFramed() {
    String chunk = "4000\r\n" + "x".repeat(0x4000) + "\r\n";
    for (String framing :
        List.of(
            "Content-Length: 65537\r\n\r\n",
            CHUNKED + "10001\r\n",
            CHUNKED + chunk.repeat(4) + "1\r\na\r\n0\r\n\r\n")) {
      try (Rig rig = new Rig(Handlers.SITE)) {
        rig.send("POST /missing HTTP/1.1\r\nHost: a\r\n" + framing + GET);
        assertEquals("404", rig.brief());
        assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
        assertTrue(rig.transport.isOutputEnded());
        rig.endInput();
        rig.assertClosed();
      }
    }
    try (Rig rig = new Rig(Handlers.SITE)) {
      rig.send("POST /missing HTTP/1.1\r\nHost: a\r\n" + CHUNKED + chunk.repeat(4) + "0\r\n\r\n");
      rig.send(GET);
      assertEquals("404|200 /next", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  /** A client that waits for 100 sends nothing that would have to be read. */
  @Test
  void unwantedChunksThatWaitForContinueAreNotAskedFor() {
    String head = "GET /a HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n" + CHUNKED;
    try (Rig rig = new Rig(Handlers.SITE)) {
      rig.send(head);
      assertEquals("200 /a", rig.brief());
      assertTrue(Answers.only(rig.output()).has("Connection: close"), rig.output());
    }
    try (Rig rig = new Rig(Handlers.SITE)) {
      rig.send(head + "1\r\na\r\n0\r\n\r\n" + GET);
      assertEquals("200 /a|200 /next", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void aClientThatLeavesDuringContentAbortsTheSinkOnce() {
    Recorder sink = new Recorder();
    try (Rig rig = new Rig(exchange -> exchange.receive(sink))) {
      rig.send(POST + "Content-Length: 5\r\n\r\nhel").endInput();
      assertEquals(List.of("abort"), sink.events);
      assertEquals("hel", sink.content.toString());
      assertEquals("", rig.output());
      rig.assertClosed();
    }
  }

  @Test
  void aRequestWithoutContentCompletesTheSinkAtOnce() {
    try (Rig rig = new Rig(Handlers.ECHO)) {
      rig.send(GET + POST + "Content-Length: 0\r\n\r\n" + POST + "\r\n");
      assertEquals("200|200|200", rig.brief());
      rig.assertOpenAndIdle();
    }
  }
}
