package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import passerelle.http.Exchange;
import passerelle.io.MemoryTransport;
import passerelle.wire.Input;
import passerelle.wire.Limits;

/** Heads that do not fit the usual buffer, in requests and in responses. */
final class Http1ConnectionLargeHeadTest {
  private static final String GET = "GET /next HTTP/1.1\r\nHost: a\r\n\r\n";

  /** A request whose head has so many octets. */
  private static String head(String line, String fields, int octets) {
    String start = line + " HTTP/1.1\r\nHost: a\r\n" + fields + "X: ";
    return start + "x".repeat(octets - start.length() - 4) + "\r\n\r\n";
  }

  @Test
  void aHeadOfAnySizeIsUnderstoodBehindAnythingAndAtAnyCut() {
    for (int size = 11_000; size <= 32 * 1024; size += 1021) {
      for (String before : List.of("", GET, head("GET /b", "", 9000), "\r\n")) {
        String all = before + head("POST /p", "Content-Length: 5\r\n", size) + "hello" + GET;
        for (int cut = 997; cut < all.length(); cut += 4099) {
          try (Rig rig = new Rig(Handlers.SITE)) {
            rig.send(all.substring(0, cut)).send(all.substring(cut));
            String brief = rig.brief();
            assertTrue(brief.endsWith("200 hello|200 /next"), size + " at " + cut + ": " + brief);
            rig.assertOpenAndIdle();
          }
        }
      }
    }
  }

  @Test
  void contentLargerThanAnyBufferPassesBehindALargeHead() {
    String content = "0123456789".repeat(10_000);
    for (int size : new int[] {12_289, 16_384, 20_000, 32 * 1024}) {
      try (Rig rig = new Rig(Handlers.SITE)) {
        rig.send(head("POST /p", "Content-Length: 100000\r\n", size) + content + GET);
        assertEquals("200 " + content + "|200 /next", rig.brief());
        rig.assertOpenAndIdle();
      }
    }
  }

  /** What the handler reads has moved to another buffer with the head. */
  @Test
  void theFieldsOfALargeHeadAreReadWhereTheyAre() {
    try (Rig rig =
        new Rig(
            exchange ->
                Handlers.text(
                    exchange,
                    exchange.request().fields().value(1)
                        + " "
                        + exchange.request().targetAsSent()))) {
      String request = head("GET /p?q", "Y: here\r\n", 18 * 1024);
      for (int i = 0; i < request.length(); i += 100) {
        rig.send(request.substring(i, Math.min(request.length(), i + 100)));
      }
      assertEquals("200 here /p?q", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void onlyAHeadThatNeedsItTakesALargeBuffer() {
    try (Rig rig = new Rig(new Late(10_000_000_000L))) {
      rig.send(head("GET /a", "", 20_000).substring(0, 16_000));
      assertEquals(0, rig.server.largeBuffers().outstanding());
      rig.send("x".repeat(500));
      assertEquals(1, rig.server.largeBuffers().outstanding());
      assertEquals(0, rig.server.buffers().outstanding());
      rig.endInput().assertClosed();
      assertEquals(0, rig.buffers());
    }
  }

  /** Whoever sends large heads and does not end them takes no more than was set aside for it. */
  @Test
  void aHeadThatFindsNoLargeBufferIsToldToComeAgain() {
    try (Rig rig = new Rig(Handlers.SITE)) {
      List<Input> others = new ArrayList<>();
      boolean hasGrown = true;
      while (hasGrown) {
        MemoryTransport transport = new MemoryTransport();
        transport.offer("x".repeat(Limits.BUFFER_OCTETS));
        Input other = new Input(new MemoryPort(transport), rig.server);
        assertEquals(Limits.BUFFER_OCTETS, assertDoesNotThrow(other::fill));
        hasGrown = other.tryGrow();
        others.add(other);
      }
      int lent = rig.server.largeBuffers().outstanding();
      assertEquals(others.size() - 1, lent);
      assertTrue(lent * 2L * 36 * 1024 <= Runtime.getRuntime().maxMemory() / 8);
      rig.send(head("GET /a", "", 20_000) + GET);
      assertEquals("503", rig.brief());
      assertTrue(Answers.only(rig.output()).has("Retry-After: 1"), rig.output());
      others.forEach(Input::release);
      rig.endInput().assertClosed();
      assertEquals(0, rig.buffers());
    }
  }

  /** A response's head is sent whatever its size, and however little the socket takes at a time. */
  @Test
  void aResponseHeadThatFitsNoBufferIsSentWhole() {
    int most = Limits.standard().responseHeadOctets();
    List<Exchange> seen = new ArrayList<>();
    for (int size : new int[] {15_000, 16_000, 16_384, 17_000, 60_000, most - 1000}) {
      for (int capacity : new int[] {1000, 16_384, 1_000_000}) {
        try (Rig rig =
            new Rig(
                exchange -> {
                  seen.add(exchange);
                  exchange.response().field("X", "x".repeat(size));
                  Handlers.text(exchange, "content");
                })) {
          rig.transport.capacity(capacity);
          rig.send(GET + GET);
          Answers.Answer answer = Answers.of(rig.output()).get(1);
          assertTrue(answer.has("X: " + "x".repeat(size)));
          assertEquals("200 content|200 content", rig.brief());
          assertFalse(rig.isClosed());
          rig.assertOpenAndIdle();
        }
      }
    }
    assertEquals(36, seen.size());
  }
}
