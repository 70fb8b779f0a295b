package passerelle.http1;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import passerelle.io.Transport;
import passerelle.wire.Port;

/**
 * A connection without a socket: the same requests come again and again, and what is sent goes into
 * a buffer that has room for all of it. Copying in and out is what the kernel would have to do too.
 *
 * <p>Confined to one worker.
 */
final class MemoryConnection implements Port, Transport {
  private static final InetSocketAddress NOBODY =
      new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);

  private final ByteBuffer requests;
  private final ByteBuffer sent = ByteBuffer.allocateDirect(256 * 1024);
  private boolean isAgainWanted;
  private boolean isClosed;

  /** A connection on which these octets will come. */
  MemoryConnection(byte[] octets) {
    requests = ByteBuffer.allocateDirect(octets.length).put(octets);
  }

  /** The requests come, and what was sent before is gone. */
  void arrive() {
    requests.rewind();
    sent.clear();
  }

  /** Whether {@code onAgain} was asked for since this was last asked. */
  boolean takeAgain() {
    boolean was = isAgainWanted;
    isAgainWanted = false;
    return was;
  }

  /** How many octets were sent since the requests came. */
  int sentOctets() {
    return sent.position();
  }

  /** A view of what was sent since the requests came. */
  ByteBuffer sent() {
    return sent.duplicate().flip();
  }

  boolean isClosed() {
    return isClosed;
  }

  @Override
  public Transport transport() {
    return this;
  }

  @Override
  public void breaksOff(boolean isOn) {
    // Nobody sees the end.
  }

  @Override
  public InetSocketAddress remoteAddress() {
    return NOBODY;
  }

  @Override
  public InetSocketAddress localAddress() {
    return NOBODY;
  }

  @Override
  public void interest(boolean read, boolean write) {}

  @Override
  public void deadline(long nanos) {}

  @Override
  public void again() {
    isAgainWanted = true;
  }

  @Override
  public int read(ByteBuffer target) {
    int count = Math.min(requests.remaining(), target.remaining());
    target.put(target.position(), requests, requests.position(), count);
    target.position(target.position() + count);
    requests.position(requests.position() + count);
    return count;
  }

  @Override
  public int write(ByteBuffer source) {
    int count = source.remaining();
    sent.put(source);
    return count;
  }

  @Override
  public long write(ByteBuffer first, ByteBuffer second) {
    return (long) write(first) + write(second);
  }

  @Override
  public long transferFrom(FileChannel file, long position, long count) {
    throw new UnsupportedOperationException("only files that are kept in memory are measured");
  }

  @Override
  public void shutdownOutput() {
    isClosed = true;
  }

  @Override
  public void close() {
    isClosed = true;
  }

  @Override
  public void fail(Throwable fault) {
    throw new IllegalStateException("the connection failed", fault);
  }
}
