package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.http.Body;
import passerelle.http.BytesBody;
import passerelle.http.FileBody;
import passerelle.http.Handler;
import passerelle.http.StreamBody;
import passerelle.http.TestSource;

/** However little the socket takes at a time, the same octets come out. */
final class Http1ConnectionBackpressureTest {
  private static final int CHUNK = 5000;

  @TempDir Path directory;

  private static String get(String path) {
    return "GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n";
  }

  private static final String REQUESTS =
      get("/small")
          + get("/bytes/3000")
          + get("/small")
          + get("/bytes/40000")
          + get("/file")
          + get("/stream")
          + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
          + get("/stream")
          + "HEAD /file HTTP/1.1\r\nHost: a\r\n\r\n"
          + get("/bytes/16300")
          + get("/bytes/0")
          + get("/small").repeat(40)
          + "GET /stream HTTP/1.0\r\n\r\n";

  /** A site with every kind of body; nothing in it depends on time. */
  private Handler site(FileChannel file, int[] released) {
    return exchange -> {
      String path = exchange.request().target().path().toString();
      if (path.startsWith("/bytes/")) {
        int length = Integer.parseInt(path.substring(7));
        exchange.response().body(BytesBody.of(text(length)));
        exchange.send();
      } else if (path.equals("/file")) {
        exchange
            .response()
            .body(new FileBody(new TestSource(file, () -> released[0]++), 10, 60_000));
        exchange.send();
      } else if (path.equals("/stream")) {
        StreamBody body = new StreamBody(Body.UNKNOWN, exchange.loop(), () -> {});
        fill(body);
        exchange.response().body(body);
        exchange.send();
      } else {
        Handlers.SITE.handle(exchange);
      }
    };
  }

  private static void fill(StreamBody body) {
    for (int i = 1; i <= 3; i++) {
      assertEquals(StreamBody.Offer.TAKEN, body.offer(ByteBuffer.wrap(text(CHUNK * i)), () -> {}));
    }
    body.finish();
  }

  private static byte[] text(int length) {
    StringBuilder text = new StringBuilder(length + 8);
    while (text.length() < length) {
      text.append(text.length()).append(' ');
    }
    return text.substring(0, length).getBytes(StandardCharsets.ISO_8859_1);
  }

  private String serve(long capacity) throws IOException {
    Path path = directory.resolve("file");
    Files.write(path, text(70_000));
    int[] released = {0};
    try (FileChannel file = FileChannel.open(path);
        Rig rig = new Rig(site(file, released))) {
      rig.transport.capacity(capacity);
      rig.send(REQUESTS);
      rig.assertClosed();
      assertEquals(2, released[0], "the file's body is closed exactly once per response");
      return rig.output();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 7, 100, 1000, 4097, 16384, 300_000})
  void everyCapacityGivesTheSameOctets(long capacity) throws IOException {
    String unlimited = serve(Long.MAX_VALUE);
    assertEquals(52, rawCount(unlimited));
    assertTrue(unlimited.equals(serve(capacity)), "outputs differ at capacity " + capacity);
  }

  private static int rawCount(String output) {
    int count = 0;
    for (int at = output.indexOf("HTTP/1.1 200 OK\r\n"); at >= 0; count++) {
      at = output.indexOf("HTTP/1.1 200 OK\r\n", at + 1);
    }
    return count;
  }

  @Test
  void aBlockedSocketStopsReadingOfFurtherRequests() {
    try (Rig rig = new Rig(Handlers.PATH)) {
      rig.transport.capacity(0);
      rig.send(get("/a")).send(get("/b")).send(get("/c"));
      assertTrue(rig.port.writes());
      assertFalse(rig.port.reads());
      assertTrue(rig.transport.hasUnreadInput());
      rig.transport.capacity(10_000);
      rig.run();
      assertEquals("200 /a|200 /b|200 /c", rig.brief());
      rig.assertOpenAndIdle();
    }
  }

  @Test
  void aSmallAnswerIsOneWriteAndALargeOneIsGatheredWithItsHead() {
    try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(60_000)))) {
      rig.send(get("/"));
      assertEquals(1, rig.transport.writes());
    }
  }

  @Test
  void aLongAnswerLeavesTheOthersTheirTurn() {
    try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(1 << 20)))) {
      rig.transport.capacity(256 * 1024);
      rig.transport.offer(get("/"));
      rig.turn();
      assertTrue(rig.output().length() <= 300_000, () -> rig.output().length() + " in one turn");
      rig.run();
      assertEquals(1 << 20, Answers.only(rig.output()).content().length());
    }
  }

  /** A turn writes a quantum at most, even if the socket takes everything (decision D7). */
  @Test
  void aQuantumBoundsWhatOneTurnSends() throws IOException {
    Path path = directory.resolve("large");
    Files.write(path, text(2_000_000));
    List<String> events = new ArrayList<>();
    try (FileChannel file = FileChannel.open(path);
        Rig rig =
            new Rig(
                exchange -> {
                  exchange
                      .response()
                      .body(
                          new FileBody(
                              new TestSource(file, () -> events.add("released")), 0, 2_000_000));
                  exchange.send();
                })) {
      rig.transport.offer(get("/"));
      rig.transport.capacity(Long.MAX_VALUE);
      rig.readableOnce();
      assertTrue(rig.output().length() <= 300_000, () -> rig.output().length() + " in one turn");
      assertEquals(List.of(), events);
      rig.run();
      assertEquals(2_000_000, Answers.only(rig.output()).content().length());
      assertEquals(List.of("released"), events);
    }
  }

  @Test
  void aFileThatShrinksWhileItIsSentClosesTheConnection() throws IOException {
    Path path = directory.resolve("shrinking");
    Files.write(path, text(70_000));
    List<String> events = new ArrayList<>();
    try (FileChannel file = FileChannel.open(path);
        Rig rig =
            new Rig(
                exchange -> {
                  exchange
                      .response()
                      .body(
                          new FileBody(
                              new TestSource(file, () -> events.add("released")), 0, 70_000));
                  exchange.send();
                })) {
      rig.transport.capacity(1000);
      rig.transport.offer(get("/"));
      rig.turn();
      Files.write(path, text(100));
      rig.run();
      rig.assertClosed();
      assertEquals(List.of("released"), events);
      assertTrue(rig.output().length() < 70_000);
    }
  }
}
