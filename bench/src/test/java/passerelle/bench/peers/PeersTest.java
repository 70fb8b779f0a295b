package passerelle.bench.peers;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * That the other servers serve what a comparison asks of them, each asked so often that what comes
 * from a cache is looked at too.
 *
 * <p>Confined to the thread that uses it.
 */
final class PeersTest {
  private static final int TIMES = 12;
  private static final int LARGE_OCTETS = 100 << 20;
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final byte[] LAST = {'e', 'n', 'd'};

  @TempDir private Path temporary;
  private Path site = Path.of("");

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();

  /** The other servers. */
  enum Kind {
    JETTY,
    UNDERTOW,
    NETTY,
    MICROHTTP
  }

  @BeforeAll
  static void logLittle() {
    PeerCommand.logWarningsOnly();
  }

  /** A folder of the test's own is around it, too, for a file that is not to be served. */
  @BeforeEach
  void makeSite() throws IOException {
    site = Files.createDirectory(temporary.resolve("site"));
  }

  private Peer start(Kind kind) throws IOException {
    Peer.Place place = new Peer.Place("127.0.0.1", 0, site);
    return switch (kind) {
      case JETTY -> JettyFiles.start(place);
      case UNDERTOW -> UndertowFiles.start(place);
      case NETTY -> NettyFiles.start(place);
      case MICROHTTP -> MicrohttpFiles.start(place);
    };
  }

  private <T> HttpResponse<T> get(
      Peer peer, String path, HttpResponse.BodyHandler<T> handler, String... fields)
      throws IOException, InterruptedException {
    URI uri = URI.create("http://127.0.0.1:" + peer.port() + path);
    HttpRequest.Builder request = HttpRequest.newBuilder(uri);
    if (fields.length > 0) {
      request.headers(fields);
    }
    return client.send(request.build(), handler);
  }

  @ParameterizedTest
  @EnumSource
  void servesFilesOctetForOctet(Kind kind) throws Exception {
    int[] sizes = {1024, 4 * 1024, 64 * 1024, 1 << 20};
    byte[][] contents = new byte[sizes.length][];
    for (int i = 0; i < sizes.length; i++) {
      contents[i] = new byte[sizes[i]];
      new Random(i).nextBytes(contents[i]);
      Files.write(site.resolve("file" + i + ".html"), contents[i]);
    }
    try (Peer peer = start(kind)) {
      for (int times = 0; times < TIMES; times++) {
        for (int i = 0; i < sizes.length; i++) {
          HttpResponse<byte[]> answer =
              get(peer, "/file" + i + ".html", BodyHandlers.ofByteArray());
          assertEquals(200, answer.statusCode());
          assertArrayEquals(contents[i], answer.body());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void servesLargeFilesOrSaysThatItDoesNot(Kind kind) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile(site.resolve("large").toFile(), "rw")) {
      file.setLength(LARGE_OCTETS - LAST.length);
      file.seek(LARGE_OCTETS - LAST.length);
      file.write(LAST);
    }
    try (Peer peer = start(kind)) {
      HttpResponse<InputStream> answer = get(peer, "/large", BodyHandlers.ofInputStream());
      try (InputStream content = answer.body()) {
        if (kind == Kind.MICROHTTP) {
          assertEquals(501, answer.statusCode());
          assertEquals(0, content.readAllBytes().length);
        } else {
          assertEquals(200, answer.statusCode());
          content.skipNBytes(LARGE_OCTETS - LAST.length);
          assertArrayEquals(LAST, content.readAllBytes());
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void answers404WhereThereIsNoFile(Kind kind) throws Exception {
    Files.writeString(site.resolveSibling("outside.txt"), "not yours");
    try (Peer peer = start(kind)) {
      for (int times = 0; times < TIMES; times++) {
        assertEquals(404, get(peer, "/missing.html", BodyHandlers.ofString()).statusCode());
      }
      String outside = get(peer, "/%2e%2e/outside.txt", BodyHandlers.ofString()).body();
      assertTrue(!outside.contains("not yours"), outside);
    }
  }

  @ParameterizedTest
  @EnumSource
  void answers304ToTheTagThatItGave(Kind kind) throws Exception {
    Files.writeString(site.resolve("a.html"), "<p>start</p>");
    try (Peer peer = start(kind)) {
      String tag =
          get(peer, "/a.html", BodyHandlers.ofString()).headers().firstValue("ETag").orElseThrow();
      for (int times = 0; times < TIMES; times++) {
        HttpResponse<String> same =
            get(peer, "/a.html", BodyHandlers.ofString(), "If-None-Match", tag);
        assertEquals(304, same.statusCode());
        assertEquals("", same.body());
        HttpResponse<String> other =
            get(peer, "/a.html", BodyHandlers.ofString(), "If-None-Match", "\"other\"");
        assertEquals(200, other.statusCode());
        assertEquals("<p>start</p>", other.body());
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void answersARowOfRequestsInOneWrite(Kind kind) throws Exception {
    Files.writeString(site.resolve("a.html"), "<p>start</p>");
    String request = "GET /a.html HTTP/1.1\r\nHost: a\r\n\r\n";
    String end = "GET /missing HTTP/1.0\r\nHost: a\r\n\r\n";
    try (Peer peer = start(kind);
        Socket socket = new Socket(InetAddress.getByAddress(LOOPBACK), peer.port())) {
      byte[] all = (request.repeat(16) + end).getBytes(StandardCharsets.US_ASCII);
      socket.getOutputStream().write(all);
      String answers =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertEquals(17, answers.split("<p>start</p>", -1).length, answers);
      assertTrue(answers.contains(" 404 "), answers);
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MICROHTTP")
  void endsAConnectionWhenAskedTo(Kind kind) throws Exception {
    Files.writeString(site.resolve("a.html"), "<p>start</p>");
    String request = "GET /a.html HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    try (Peer peer = start(kind);
        Socket socket = new Socket(InetAddress.getByAddress(LOOPBACK), peer.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      String answer =
          new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
      assertTrue(answer.endsWith("<p>start</p>"), answer);
    }
  }
}
