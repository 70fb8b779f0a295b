package passerelle.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * That the client of the benchmark sees a wrong answer, since a benchmark that does not is worth
 * nothing.
 *
 * <p>Confined to the thread that uses it.
 */
final class LoopbackClientTest {
  private static final String RIGHT = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood";

  private ServerSocket listener;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  /** What a client does with these octets, which come whatever it asks for; then the end. */
  private void exchange(int depth, String octets) throws IOException {
    byte[] expected = "good".getBytes(StandardCharsets.US_ASCII);
    try (LoopbackClient client = new LoopbackClient(listener.getLocalPort(), "/", expected, depth);
        Socket served = listener.accept()) {
      served.getOutputStream().write(octets.getBytes(StandardCharsets.US_ASCII));
      served.shutdownOutput();
      assertEquals(octets.length(), client.exchange());
      assertEquals(depth, client.answers());
      client.requireNoErrors();
    }
  }

  @Test
  void takesRightAnswers() throws IOException {
    exchange(1, RIGHT);
    exchange(3, RIGHT.repeat(3));
  }

  @Test
  void countsAnotherStatus() {
    String wrong = RIGHT.replace("200 OK", "404 Not Found");
    var thrown =
        assertThrows(IllegalStateException.class, () -> exchange(3, RIGHT + wrong + wrong));
    assertEquals(
        "2 of 3 answers were wrong; the first had a status other than 200", thrown.getMessage());
  }

  @Test
  void countsAnotherLengthAndOtherContent() {
    String shorter = RIGHT.replace("4\r\n\r\ngood", "3\r\n\r\ngoo");
    String other = RIGHT.replace("good", "goof");
    var thrown =
        assertThrows(IllegalStateException.class, () -> exchange(3, shorter + RIGHT + other));
    assertEquals("2 of 3 answers were wrong; the first had other content", thrown.getMessage());
  }

  @Test
  void refusesToGoOnWhereAnAnswersEndIsUnknown() {
    assertThrows(IOException.class, () -> exchange(1, RIGHT.replace("Content-Length", "Length")));
    assertThrows(IOException.class, () -> exchange(1, RIGHT + "more"));
    assertThrows(IOException.class, () -> exchange(1, RIGHT.replace("4", "400000")));
    assertThrows(EOFException.class, () -> exchange(2, RIGHT));
    assertThrows(EOFException.class, () -> exchange(1, RIGHT.substring(0, 30)));
  }
}
