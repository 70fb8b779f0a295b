package passerelle.jar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Clients: the JDK's, and a bare socket for what the JDK's would not send.
 *
 * <p>Immutable.
 */
final class Web {
  private static final Duration PATIENCE = Duration.ofSeconds(Command.PATIENCE_SECONDS);
  private static final HttpClient CLIENT =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .proxy(HttpClient.Builder.NO_PROXY)
          .build();

  private Web() {}

  static HttpClient client() {
    return CLIENT;
  }

  static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(PATIENCE);
  }

  static HttpResponse<String> get(URI uri) throws IOException {
    return send(request(uri).build());
  }

  /** Posts the one field {@code name}, as a browser does. */
  static HttpResponse<String> postName(URI uri, String name) throws IOException {
    return send(nameForm(uri, name));
  }

  static HttpRequest nameForm(URI uri, String name) {
    String content = "name=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    return request(uri)
        .header("Content-Type", "application/x-www-form-urlencoded")
        .POST(HttpRequest.BodyPublishers.ofString(content))
        .build();
  }

  /** Uploads a file in the field {@code file}, as a browser does. */
  static HttpResponse<String> postFile(URI uri, String name, byte[] file) throws IOException {
    String head =
        "--frontier\r\nContent-Disposition: form-data; name=\"file\"; filename=\""
            + name
            + "\"\r\nContent-Type: application/octet-stream\r\n\r\n";
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    content.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    content.writeBytes(file);
    content.writeBytes("\r\n--frontier--\r\n".getBytes(StandardCharsets.UTF_8));
    return send(
        request(uri)
            .header("Content-Type", "multipart/form-data; boundary=frontier")
            .POST(HttpRequest.BodyPublishers.ofByteArray(content.toByteArray()))
            .build());
  }

  /** Sends a request; the text of the answer is read as UTF-8. */
  static HttpResponse<String> send(HttpRequest request) throws IOException {
    try {
      return CLIENT.send(request, BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** The content as it arrives. */
  static HttpResponse<InputStream> stream(URI uri) throws IOException {
    try {
      return CLIENT.send(request(uri).build(), BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  static Socket connect(String address, int port) throws IOException {
    Socket socket = new Socket();
    try {
      socket.connect(new InetSocketAddress(address, port), (int) PATIENCE.toMillis());
      socket.setSoTimeout((int) PATIENCE.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** The whole answer, head and content, to a GET with exactly this request target. */
  static String getExactly(int port, String target) throws IOException {
    try (Socket socket = connect("127.0.0.1", port)) {
      String request = "GET " + target + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      byte[] answer = socket.getInputStream().readAllBytes();
      return new String(answer, StandardCharsets.UTF_8);
    }
  }
}
