package passerelle.http1;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import passerelle.http.Request;
import passerelle.http1.RequestParser.Outcome;
import passerelle.wire.Limits;

/** Parses one head in pieces and writes down everything that came of it, for comparing. */
public final class Head {
  static final InetSocketAddress REMOTE =
      InetSocketAddress.createUnresolved("client.example", 40000);
  static final InetSocketAddress LOCAL = InetSocketAddress.createUnresolved("server.example", 80);

  /** What lies in front of a head in its buffer, as after an earlier request. */
  private static final int OFFSET = 7;

  private Head() {}

  /** The outcome of a head that arrives whole. */
  public static String parse(String octets) {
    return parse(octets, Limits.standard(), new int[0]);
  }

  /** The outcome of a head that arrives in pieces, which end at the given indexes. */
  static String parse(String octets, Limits limits, int... cuts) {
    Request request = newRequest();
    RequestParser parser = new RequestParser(request, limits);
    byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer buffer = ByteBuffer.allocate(OFFSET + bytes.length + 1);
    parser.begin(buffer, OFFSET);
    Outcome outcome = Outcome.MORE;
    int from = 0;
    for (int i = 0; i <= cuts.length && outcome == Outcome.MORE; i++) {
      int to = i < cuts.length ? cuts[i] : bytes.length;
      buffer.put(OFFSET + from, bytes, from, to - from);
      outcome = parser.parse(OFFSET + to);
      from = to;
    }
    return switch (outcome) {
      case MORE -> "MORE";
      case REFUSED -> "REFUSED " + parser.refusal().code();
      case DONE -> "DONE " + (parser.headEnd() - OFFSET) + " " + describe(request);
    };
  }

  /** The outcome of a head whose octets arrive one by one. */
  static String parseByteByByte(String octets, Limits limits) {
    int[] cuts = new int[Math.max(0, octets.length() - 1)];
    for (int i = 0; i < cuts.length; i++) {
      cuts[i] = i + 1;
    }
    return parse(octets, limits, cuts);
  }

  /** A whole head's request. */
  public static Request request(String octets) {
    Request request = newRequest();
    RequestParser parser = new RequestParser(request, Limits.standard());
    byte[] bytes = octets.getBytes(StandardCharsets.ISO_8859_1);
    parser.begin(ByteBuffer.wrap(bytes), 0);
    if (parser.parse(bytes.length) != Outcome.DONE) {
      throw new IllegalArgumentException("not a valid head: " + octets);
    }
    return request;
  }

  private static Request newRequest() {
    return new Request(REMOTE, LOCAL);
  }

  private static String describe(Request request) {
    StringBuilder text = new StringBuilder();
    text.append(request.method()).append(" 1.").append(request.minorVersion());
    text.append(" sent=").append(request.targetAsSent());
    text.append(" path=").append(request.target().path());
    if (request.target().hasQuery()) {
      text.append(" query=").append(request.target().query());
    }
    if (request.target().isAsterisk()) {
      text.append(" asterisk");
    }
    text.append(" authority=").append(request.authority());
    for (int i = 0; i < request.fields().count(); i++) {
      text.append(" [").append(request.fields().name(i));
      text.append('=').append(request.fields().value(i)).append(']');
    }
    return text.toString();
  }
}
