package passerelle.bench;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A client with one persistent connection that sends the same requests again and again and checks
 * every answer: its status, its length and its content.
 *
 * <p>An answer that is wrong is counted. One whose end cannot be found is an {@link IOException},
 * for what follows cannot be told apart from it. It allocates nothing while it runs, so what {@code
 * -prof gc} reports was allocated by the server.
 *
 * <p>Confined to one worker.
 */
final class LoopbackClient implements AutoCloseable {
  private static final byte[] OK = ascii("HTTP/1.1 200 OK\r\n");
  private static final byte[] CONTENT_LENGTH = ascii("\r\nContent-Length: ");
  private static final byte[] EMPTY_LINE = ascii("\r\n\r\n");
  private static final int HEAD_OCTETS = 4096;

  private final SocketChannel channel;
  private final ByteBuffer requests;
  private final int depth;
  private final byte[] expected;
  private final byte[] received;
  private final ByteBuffer receiving;
  private int start;
  private long answers;
  private long errors;
  private @Nullable String firstError;

  /**
   * Connects.
   *
   * @param path what to ask for
   * @param expected the content that each answer must have
   * @param depth how many requests are sent before the first answer is read
   */
  LoopbackClient(int port, String path, byte[] expected, int depth) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n";
    byte[] octets = ascii(request.repeat(depth));
    this.requests = ByteBuffer.allocateDirect(octets.length).put(octets).flip();
    this.depth = depth;
    this.expected = expected.clone();
    this.received = new byte[depth * (HEAD_OCTETS + expected.length)];
    this.receiving = ByteBuffer.wrap(received);
    this.channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * Sends the requests and reads the answers.
   *
   * @return the octets received
   * @throws IOException if the connection ends, or an answer's end cannot be found
   */
  int exchange() throws IOException {
    requests.rewind();
    while (requests.hasRemaining()) {
      channel.write(requests);
    }
    receiving.clear();
    start = 0;
    for (int i = 0; i < depth; i++) {
      readAnswer();
    }
    if (receiving.position() != start) {
      throw new IOException("more octets came than were announced");
    }
    return start;
  }

  private void readAnswer() throws IOException {
    int headEnd = find(EMPTY_LINE, start);
    while (headEnd < 0) {
      receive();
      headEnd = find(EMPTY_LINE, start);
    }
    int contentStart = headEnd + EMPTY_LINE.length;
    int length = announcedLength(headEnd);
    int end = contentStart + length;
    if (end < contentStart || end > received.length) {
      throw new IOException("an answer announces " + length + " octets of content");
    }
    while (receiving.position() < end) {
      receive();
    }
    answers++;
    if (!matches(OK, start)) {
      note("a status other than 200");
    } else if (!Arrays.equals(received, contentStart, end, expected, 0, expected.length)) {
      note("other content");
    }
    start = end;
  }

  private void receive() throws IOException {
    if (!receiving.hasRemaining()) {
      throw new IOException("more octets came than were expected");
    }
    if (channel.read(receiving) < 0) {
      throw new EOFException("the connection ended within an answer");
    }
  }

  private int announcedLength(int headEnd) throws IOException {
    int at = find(CONTENT_LENGTH, start);
    if (at < 0 || at >= headEnd) {
      throw new IOException("an answer has no Content-Length");
    }
    int length = 0;
    for (int i = at + CONTENT_LENGTH.length; received[i] != '\r'; i++) {
      length = length * 10 + (received[i] - '0');
    }
    return length;
  }

  private int find(byte[] wanted, int from) {
    int last = receiving.position() - wanted.length;
    for (int i = from; i <= last; i++) {
      if (received[i] == wanted[0] && matches(wanted, i)) {
        return i;
      }
    }
    return -1;
  }

  private boolean matches(byte[] wanted, int at) {
    return Arrays.equals(received, at, at + wanted.length, wanted, 0, wanted.length);
  }

  private void note(String error) {
    errors++;
    if (firstError == null) {
      firstError = error;
    }
  }

  /** Throws if any answer so far was wrong. */
  void requireNoErrors() {
    if (errors > 0) {
      throw new IllegalStateException(
          errors + " of " + answers + " answers were wrong; the first had " + firstError);
    }
  }

  /** How many answers were read. */
  long answers() {
    return answers;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
