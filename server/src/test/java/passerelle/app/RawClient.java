package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A client that sends octets as it is told and reads responses by their framing. Text has one
 * character for each octet. Every wait ends after a while with an exception.
 */
final class RawClient implements AutoCloseable {
  /** Far longer than anything takes: it only ends a hang. */
  private static final int PATIENCE_MILLIS = 120_000;

  /** The same address in every JVM, whatever that prefers. */
  static final byte[] LOOPBACK = {127, 0, 0, 1};

  private static final int BLOCK_OCTETS = 64 * 1024;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  RawClient(Server server) throws IOException {
    this(server, 0);
  }

  /** A client whose system keeps little of what it has not read. */
  RawClient(Server server, int receiveOctets) throws IOException {
    this(server, receiveOctets, LOOPBACK);
  }

  /** A client that has this address. */
  RawClient(Server server, int receiveOctets, byte[] address) throws IOException {
    socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByAddress(address), 0));
    if (receiveOctets > 0) {
      socket.setReceiveBufferSize(receiveOctets);
    }
    socket.setSoTimeout(PATIENCE_MILLIS);
    socket.setTcpNoDelay(true);
    socket.connect(
        new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), server.port()), PATIENCE_MILLIS);
    in = new BufferedInputStream(socket.getInputStream(), 1024);
    out = socket.getOutputStream();
  }

  /** Sends octets, one for each character. */
  RawClient send(String octets) throws IOException {
    return send(octets.getBytes(StandardCharsets.ISO_8859_1));
  }

  RawClient send(byte[] octets) throws IOException {
    out.write(octets);
    out.flush();
    return this;
  }

  /** Sends octets in segments of one. */
  RawClient drip(String octets) throws IOException {
    for (byte octet : octets.getBytes(StandardCharsets.ISO_8859_1)) {
      out.write(octet);
      out.flush();
    }
    return this;
  }

  /** Sends a request without content. */
  RawClient ask(String method, String target, String... fields) throws IOException {
    return send(request(method, target, fields));
  }

  static String request(String method, String target, String... fields) {
    StringBuilder head = new StringBuilder();
    head.append(method).append(' ').append(target).append(" HTTP/1.1\r\nHost: site.example\r\n");
    for (String field : fields) {
      head.append(field).append("\r\n");
    }
    return head.append("\r\n").toString();
  }

  Reply get(String target, String... fields) throws IOException {
    return ask("GET", target, fields).read();
  }

  Reply post(String target, String content, String... fields) throws IOException {
    String[] all = java.util.Arrays.copyOf(fields, fields.length + 1);
    all[fields.length] = "Content-Length: " + content.length();
    return send(request("POST", target, all) + content).read();
  }

  Reply head(String target, String... fields) throws IOException {
    return ask("HEAD", target, fields).readHead();
  }

  /** Reads a response to anything but HEAD. */
  Reply read() throws IOException {
    Reply head = readHead();
    int status = head.status();
    String content = "";
    String length = head.field("Content-Length");
    if (status >= 200 && status != 204 && status != 304) {
      if ("chunked".equals(head.field("Transfer-Encoding"))) {
        assertEquals(null, length, "both framings at once");
        content = readChunks();
      } else if (length != null) {
        content = readOctets(Integer.parseInt(length));
      } else {
        assertEquals("close", head.field("Connection"));
        content = readToEnd();
      }
    }
    return new Reply(status, head.reason(), head.fields(), content);
  }

  /** Reads a status line and the fields. */
  Reply readHead() throws IOException {
    String line = readLine();
    assertTrue(line.matches("HTTP/1\\.1 [1-9][0-9][0-9] [ -~]*"), line);
    List<String> fields = new ArrayList<>();
    for (String field = readLine(); !field.isEmpty(); field = readLine()) {
      fields.add(field);
    }
    return new Reply(
        Integer.parseInt(line.substring(9, 12)), line.substring(13), List.copyOf(fields), "");
  }

  /** Reads a chunk with its line end; an empty one is the last, and the trailer must be empty. */
  String readChunk() throws IOException {
    String chunk = beginChunk();
    assertEquals("", readLine());
    return chunk;
  }

  /** Reads a chunk without the line end behind it. */
  String beginChunk() throws IOException {
    return readOctets(Integer.parseInt(readLine(), 16));
  }

  /** Reads the line end behind a chunk. */
  RawClient endChunk() throws IOException {
    assertEquals("", readLine());
    return this;
  }

  private String readChunks() throws IOException {
    StringBuilder content = new StringBuilder();
    for (String chunk = readChunk(); !chunk.isEmpty(); chunk = readChunk()) {
      content.append(chunk);
    }
    return content.toString();
  }

  String readOctets(int count) throws IOException {
    byte[] octets = in.readNBytes(count);
    if (octets.length < count) {
      throw new EOFException(octets.length + " octets of " + count);
    }
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  /**
   * Reads so many octets of a long content and compares each with what it has to be. Only a little
   * is in memory at a time.
   */
  void assertOctets(int count, IntUnaryOperator expected) throws IOException {
    byte[] octets = new byte[BLOCK_OCTETS];
    int position = 0;
    while (position < count) {
      int read = in.read(octets, 0, Math.min(octets.length, count - position));
      if (read < 0) {
        throw new EOFException(position + " octets of " + count);
      }
      for (int i = 0; i < read; i++) {
        int wanted = expected.applyAsInt(position + i);
        if (octets[i] != wanted) {
          assertEquals(wanted, octets[i], "octet " + (position + i));
        }
      }
      position += read;
    }
  }

  /** Reads up to the end of the connection, which may be a reset; returns how many octets came. */
  long countToEnd() throws IOException {
    byte[] octets = new byte[BLOCK_OCTETS];
    long count = 0;
    try {
      for (int read = in.read(octets); read >= 0; read = in.read(octets)) {
        count += read;
      }
    } catch (SocketException e) {
      assertIsReset(e);
    }
    return count;
  }

  private static void assertIsReset(SocketException e) {
    assertTrue(String.valueOf(e.getMessage()).contains("reset"), e::toString);
  }

  private String readLine() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet != '\n'; octet = in.read()) {
      if (octet < 0) {
        throw new EOFException("the connection ended after: " + line);
      }
      line.write(octet);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    assertTrue(text.endsWith("\r"), () -> "a bare LF after: " + text);
    return text.substring(0, text.length() - 1);
  }

  /** Everything up to the end of the connection, which may be a reset. */
  String readToEnd() throws IOException {
    ByteArrayOutputStream rest = new ByteArrayOutputStream();
    try {
      for (int octet = in.read(); octet >= 0; octet = in.read()) {
        rest.write(octet);
      }
    } catch (SocketException e) {
      assertIsReset(e);
    }
    return rest.toString(StandardCharsets.ISO_8859_1);
  }

  /** Whether nothing has come so far that was not read. */
  boolean isSilent() throws IOException {
    return in.available() == 0;
  }

  /** Nothing but the end of the connection may come now. */
  void assertEnds() throws IOException {
    assertEquals("", readToEnd());
  }

  /** Ends this side only. */
  RawClient endOutput() throws IOException {
    socket.shutdownOutput();
    return this;
  }

  /** Leaves with a reset. */
  void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  /** Leaves as most clients do. */
  void leave() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
