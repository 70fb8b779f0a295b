package passerelle.io;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Transport} over one non-blocking TCP socket, which it owns and closes.
 *
 * <p>Confined to the loop thread.
 */
public final class SocketTransport implements Transport {
  /** Fewer octets are sent sooner if the buffer leaves at once, with the first in it (D51). */
  private static final long LEAST_JOINED_OCTETS = 48 * 1024;

  /**
   * More octets than the first number, and fewer than the second, are not joined either: behind
   * full packets their rest would wait for a timer of congestion control that paces (D29).
   */
  private static final long MOST_OF_FEW_OCTETS = 80 * 1024;

  private static final long LEAST_OF_MANY_OCTETS = 256 * 1024;

  private final SocketChannel channel;
  private final PeerWatch watch;
  private final Cork cork;
  private ByteBuffer @Nullable [] pair; // most connections never write two at once
  private boolean isBreakingOff;

  /**
   * Takes ownership of a channel that is already in non-blocking mode.
   *
   * @param watch says whether its peer is gone
   * @param cork holds back a buffer that leaves together with what is transferred
   */
  public SocketTransport(SocketChannel channel, PeerWatch watch, Cork cork) {
    this.channel = channel;
    this.watch = watch;
    this.cork = cork;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return channel.read(target);
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    return channel.write(source);
  }

  @Override
  public long write(ByteBuffer first, ByteBuffer second) throws IOException {
    ByteBuffer[] both = pair == null ? new ByteBuffer[2] : pair;
    pair = both;
    both[0] = first;
    both[1] = second;
    try {
      return channel.write(both, 0, 2);
    } finally {
      both[0] = null;
      both[1] = null;
    }
  }

  @Override
  public boolean isJoined(long count) {
    boolean isFew = count >= LEAST_JOINED_OCTETS && count <= MOST_OF_FEW_OCTETS;
    return (isFew || count >= LEAST_OF_MANY_OCTETS) && cork.isAvailable();
  }

  @Override
  public long transferFrom(ByteBuffer head, FileChannel file, long position, long count)
      throws IOException {
    if (!isJoined(count)) {
      return Transport.super.transferFrom(head, file, position, count);
    }
    cork.set(channel, true);
    try {
      return Transport.super.transferFrom(head, file, position, count);
    } finally {
      cork.set(channel, false);
    }
  }

  @Override
  public long transferFrom(FileChannel file, long position, long count) throws IOException {
    return file.transferTo(position, count, channel);
  }

  @Override
  public boolean isPeerGone() {
    try {
      return watch.isGone(channel.getLocalAddress(), channel.getRemoteAddress());
    } catch (IOException e) {
      return true; // closed
    }
  }

  @Override
  public void breaksOff(boolean isOn) throws IOException {
    if (isOn != isBreakingOff) {
      // So the system does it at every close, also of a process that is killed.
      channel.setOption(StandardSocketOptions.SO_LINGER, isOn ? 0 : -1);
      isBreakingOff = isOn;
    }
  }

  @Override
  public void shutdownOutput() throws IOException {
    channel.shutdownOutput();
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The descriptor is released even when the kernel reports an error on close, and nobody is
      // left to tell.
      return;
    }
  }
}
