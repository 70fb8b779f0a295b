package passerelle.bench.peers;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/**
 * Netty with its HTTP codec and a handler for files of our own, for Netty brings none but an
 * example: one event loop, over the native epoll transport where that can be loaded, otherwise over
 * NIO. Files up to 64 KiB are kept in memory, larger ones go as file regions, which the kernel
 * sends.
 *
 * <p>Safe from any thread.
 */
public final class NettyFiles {
  private static final int BACKLOG = 1024;
  private static final int END_SECONDS = 5;

  private NettyFiles() {}

  /** Serves until the process is ended. */
  public static void main(String... arguments) {
    PeerCommand.serve("NettyFiles", NettyFiles::start, arguments);
  }

  static Peer start(Peer.Place place) throws IOException {
    boolean isNative = Epoll.isAvailable();
    EventLoopGroup loop =
        new MultiThreadIoEventLoopGroup(
            1, isNative ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
    boolean isStarted = false;
    try {
      Channel listener =
          new ServerBootstrap()
              .group(loop)
              .channel(isNative ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
              .option(ChannelOption.SO_BACKLOG, BACKLOG)
              .childOption(ChannelOption.TCP_NODELAY, true)
              .childHandler(new Pipeline(place.root()))
              .bind(place.bindAddress(), place.port())
              .syncUninterruptibly()
              .channel();
      isStarted = true;
      return new Running(loop, ((InetSocketAddress) listener.localAddress()).getPort());
    } finally {
      if (!isStarted) {
        end(loop);
      }
    }
  }

  private static void end(EventLoopGroup loop) {
    loop.shutdownGracefully(0, END_SECONDS, TimeUnit.SECONDS)
        .awaitUninterruptibly(END_SECONDS, TimeUnit.SECONDS);
  }

  /** What every connection consists of. All share the cache, for all are on one loop. */
  private static final class Pipeline extends ChannelInitializer<SocketChannel> {
    private final NettyFileHandler files;

    Pipeline(Path root) throws IOException {
      this.files = new NettyFileHandler(root);
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      channel.pipeline().addLast(new HttpServerCodec(), files);
    }
  }

  private record Running(EventLoopGroup loop, int port) implements Peer {
    @Override
    public void close() {
      end(loop);
    }
  }
}
