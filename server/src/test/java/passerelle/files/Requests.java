package passerelle.files;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import passerelle.http.Method;
import passerelle.http.Request;
import passerelle.io.Slice;

/** Requests without a connection, for handlers and their parts. */
public final class Requests {
  private static final InetSocketAddress REMOTE = new InetSocketAddress("192.0.2.7", 40000);
  private static final InetSocketAddress LOCAL = new InetSocketAddress("192.0.2.1", 8080);

  private Requests() {}

  /** A request with field lines such as {@code "If-Match: *"}; one character for each octet. */
  public static Request of(Method method, String target, String... lines) {
    Request request = new Request(REMOTE, LOCAL);
    request.method(method);
    Slice sent = Slice.of(target);
    request.targetAsSent().set(sent, 0, sent.length());
    request.target().setOrigin(sent);
    byte[] octets = String.join("\n", lines).getBytes(StandardCharsets.ISO_8859_1);
    request.fields().reset(ByteBuffer.wrap(octets));
    int at = 0;
    for (String line : lines) {
      int colon = line.indexOf(": ");
      request.fields().add(at, colon, at + colon + 2, line.length() - colon - 2);
      at += line.length() + 1;
    }
    return request;
  }
}
