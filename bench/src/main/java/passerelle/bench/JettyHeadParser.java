package passerelle.bench;

import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;

/**
 * Jetty's parser, with a handler that keeps what Jetty's own keeps: the method, the parsed URI, the
 * fields. What Jetty then makes of them before it calls a handler is left out. The parser remembers
 * fields that it has seen on a connection, so with the same head again and again it hardly has to
 * make any.
 *
 * <p>Confined to one worker.
 */
final class JettyHeadParser implements HeadParser {
  private final Head head = new Head();
  private final HttpParser parser;
  private final ByteBuffer buffer;
  private final int length;
  private final int cut;

  /** What is kept of a request. */
  private static final class Head implements HttpParser.RequestHandler {
    private final HttpFields.Mutable fields = HttpFields.build();
    private String method = "";
    private String target = "";
    private HttpURI uri = HttpURI.build();
    private boolean isComplete;

    @Override
    public void startRequest(String startMethod, String startTarget, HttpVersion version) {
      method = startMethod;
      target = startTarget;
      uri = HttpURI.build(startMethod, startTarget);
      fields.clear();
    }

    @Override
    public void parsedHeader(HttpField field) {
      fields.add(field);
    }

    @Override
    public boolean headerComplete() {
      isComplete = uri.getPath() != null;
      return true;
    }

    @Override
    public boolean content(ByteBuffer content) {
      return false;
    }

    @Override
    public boolean contentComplete() {
      return false;
    }

    @Override
    public boolean messageComplete() {
      return false;
    }

    @Override
    public void earlyEOF() {
      isComplete = false;
    }
  }

  JettyHeadParser(byte[] octets) {
    HttpConfiguration settings = new HttpConfiguration();
    parser = new HttpParser(head, settings.getRequestHeaderSize(), settings.getHttpCompliance());
    parser.setHeaderCacheSize(settings.getHeaderCacheSize());
    parser.setHeaderCacheCaseSensitive(settings.isHeaderCacheCaseSensitive());
    buffer = ByteBuffer.allocateDirect(octets.length).put(octets);
    length = octets.length;
    cut = length / 2;
  }

  @Override
  public Object whole() {
    begin();
    buffer.limit(length).position(0);
    return finish();
  }

  @Override
  public Object split() {
    begin();
    buffer.limit(cut).position(0);
    HeadParser.require(!parser.parseNext(buffer) && !head.isComplete);
    buffer.limit(length);
    return finish();
  }

  private void begin() {
    parser.reset();
    head.isComplete = false;
  }

  private Head finish() {
    HeadParser.require(parser.parseNext(buffer) && head.isComplete && !buffer.hasRemaining());
    return head;
  }

  @Override
  public String method() {
    return head.method;
  }

  @Override
  public String target() {
    return head.target;
  }

  @Override
  public int fieldLines() {
    return head.fields.size();
  }

  @Override
  public String value(String name) {
    String value = head.fields.get(name);
    return value == null ? "" : value;
  }
}
