package passerelle.http;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.io.Slice;

/**
 * A request (RFC 9110 §3.4) as its handler sees it. One object serves all requests of a connection,
 * one after the other; whoever needs something later copies it.
 *
 * <p>Confined to the loop thread.
 */
public final class Request {
  /** The content's length is not known: it comes in chunks. */
  public static final long UNKNOWN_LENGTH = -1;

  private final InetSocketAddress remoteAddress;
  private final InetSocketAddress localAddress;
  private final RequestTarget target = new RequestTarget();
  private final Fields fields = new Fields();
  private final Slice targetAsSent = new Slice();
  private final Slice authority = new Slice();
  private final Slice otherMethod = new Slice();
  private Method method = Method.GET;
  private @Nullable Method turnedFrom;
  private int minorVersion = 1;
  private long contentLength;

  /** A request from one address to another. */
  public Request(InetSocketAddress remoteAddress, InetSocketAddress localAddress) {
    this.remoteAddress = remoteAddress;
    this.localAddress = localAddress;
  }

  /**
   * Lets go of the buffer that the head lies in. A connection does so when it gives that buffer
   * back, for a buffer that somebody still points at cannot be freed.
   */
  public void forget() {
    target.forget();
    targetAsSent.forget();
    otherMethod.forget();
    authority.forget();
    fields.forget();
  }

  /** The method. */
  public Method method() {
    return method;
  }

  /** Sets the method. */
  public void method(Method value) {
    method = value;
    turnedFrom = null;
  }

  /** The method's name, also if it is {@link Method#OTHER}. */
  public String methodName() {
    return method == Method.OTHER ? otherMethod.toString() : method.name();
  }

  /** Sets a method that the server does not know, by a place in a buffer. */
  public void otherMethod(ByteBuffer buffer, int start, int length) {
    method(Method.OTHER);
    otherMethod.set(buffer, start, length);
  }

  /**
   * Has the request go on as a GET, or as the HEAD that it is, without its content and without the
   * fields that told of that (RFC 9110 §15.4, step 5).
   */
  public void becomeGet() {
    if (!isGetOrHead()) {
      fields.drop("range"); // it was ignored, and must not count now (RFC 9110 §14.2)
    }
    Method sent = turnedFrom == null ? method : turnedFrom;
    method(method == Method.HEAD ? Method.HEAD : Method.GET);
    turnedFrom = sent;
    contentLength = 0;
    fields.dropOfContent();
  }

  /** Whether the method is GET or HEAD. */
  public boolean isGetOrHead() {
    return method == Method.GET || method == Method.HEAD;
  }

  /** The method's name as the request line had it, for the log. */
  public String methodAsSent() {
    return turnedFrom == null
        ? methodName()
        : turnedFrom == Method.OTHER ? otherMethod.toString() : turnedFrom.name();
  }

  /** The resource asked for. */
  public RequestTarget target() {
    return target;
  }

  /** The target exactly as the request line had it, for the log. */
  public Slice targetAsSent() {
    return targetAsSent;
  }

  /** The host and perhaps port that the client asked for, as sent; empty if it named none. */
  public Slice authority() {
    return authority;
  }

  /** The fields of the head. */
  public Fields fields() {
    return fields;
  }

  /** 0 for HTTP/1.0, 1 for HTTP/1.1 and whatever 1.x follows. */
  public int minorVersion() {
    return minorVersion;
  }

  /** Sets the minor version. */
  public void minorVersion(int value) {
    minorVersion = value;
  }

  /** The content's length in octets, 0 for none, {@link #UNKNOWN_LENGTH} for chunked content. */
  public long contentLength() {
    return contentLength;
  }

  /** Sets the content's length. */
  public void contentLength(long octets) {
    contentLength = octets;
  }

  /** Whether there is, or may be, content. */
  public boolean hasContent() {
    return contentLength != 0;
  }

  /** The client's address. */
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** The address that the client connected to. */
  public InetSocketAddress localAddress() {
    return localAddress;
  }
}
