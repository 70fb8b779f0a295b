package passerelle.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import passerelle.http.Request;
import passerelle.http1.RequestParser;
import passerelle.http1.RequestParser.Outcome;
import passerelle.wire.Limits;

/**
 * Our own parser. What it finds are positions in the buffer; it makes no strings, and whoever looks
 * at a value later pays then. It has checked the target and the Host field when it is done.
 *
 * <p>Confined to one worker.
 */
final class PasserelleHeadParser implements HeadParser {
  private final Request request;
  private final RequestParser parser;
  private final ByteBuffer buffer;
  private final int length;
  private final int cut;

  PasserelleHeadParser(byte[] head) {
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    Limits limits = Limits.standard();
    request = new Request(nobody, nobody);
    parser = new RequestParser(request, limits);
    buffer = ByteBuffer.allocateDirect(limits.largeBufferOctets()).put(head);
    length = head.length;
    cut = length / 2;
  }

  @Override
  public Object whole() {
    parser.begin(buffer, 0);
    HeadParser.require(parser.parse(length) == Outcome.DONE && parser.headEnd() == length);
    return request;
  }

  @Override
  public Object split() {
    parser.begin(buffer, 0);
    HeadParser.require(parser.parse(cut) == Outcome.MORE);
    HeadParser.require(parser.parse(length) == Outcome.DONE && parser.headEnd() == length);
    return request;
  }

  @Override
  public String method() {
    return request.methodName();
  }

  @Override
  public String target() {
    return request.targetAsSent().toString();
  }

  @Override
  public int fieldLines() {
    return request.fields().count();
  }

  @Override
  public String value(String name) {
    for (int i = 0; i < request.fields().count(); i++) {
      if (request.fields().name(i).toString().equals(name)) {
        return request.fields().value(i).toString();
      }
    }
    return "";
  }
}
