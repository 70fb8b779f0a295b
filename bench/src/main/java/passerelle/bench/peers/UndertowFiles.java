package passerelle.bench.peers;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.cache.DirectBufferCache;
import io.undertow.server.handlers.resource.CachingResourceManager;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.server.handlers.resource.ResourceManager;
import io.undertow.util.ETag;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.xnio.Options;

/**
 * Undertow with its resource handler over its caching resource manager and nothing around it: one
 * I/O thread, and the eight workers that come with it, to which the handler gives every request.
 * The content of files up to 64 KiB is kept in direct buffers after a few requests and compared
 * with the disk once a second; entity tags are switched on.
 *
 * <p>Undertow also has a cache in front of handlers, which would answer on the I/O thread. It is
 * not used here, for it never finds an answer that has an entity tag, a date or a media type: it
 * looks for what it keeps by these fields before the handler has set them.
 *
 * <p>Safe from any thread.
 */
public final class UndertowFiles {
  private static final int SLICE_OCTETS = 1024;
  private static final int SLICES = 1024;
  private static final int CACHE_OCTETS = 64 << 20;
  private static final int FILES = 4096;
  private static final int CACHED_FILE_OCTETS = 64 * 1024;
  private static final int KNOWN_MILLIS = 1000;
  private static final int BACKLOG = 1024;

  private UndertowFiles() {}

  /** Serves until the process is ended. */
  public static void main(String... arguments) {
    PeerCommand.serve("UndertowFiles", UndertowFiles::start, arguments);
  }

  static Peer start(Peer.Place place) throws IOException {
    Undertow server =
        Undertow.builder()
            .addHttpListener(place.port(), place.bindAddress())
            .setIoThreads(1)
            .setSocketOption(Options.BACKLOG, BACKLOG)
            // Idle connections are not to be ended: they are part of what is measured.
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, -1)
            .setHandler(files(place.root().toRealPath()))
            .build();
    try {
      server.start();
    } catch (RuntimeException e) {
      throw new IOException("Undertow did not start", e);
    }
    var address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
    return new Running(server, address.getPort());
  }

  private static HttpHandler files(Path root) {
    ResourceManager onDisk =
        PathResourceManager.builder()
            .setBase(root)
            .setTransferMinSize(CACHED_FILE_OCTETS)
            .setETagFunction(UndertowFiles::tag)
            .build();
    DirectBufferCache contents = new DirectBufferCache(SLICE_OCTETS, SLICES, CACHE_OCTETS);
    return new ResourceHandler(
        new CachingResourceManager(FILES, CACHED_FILE_OCTETS, contents, onDisk, KNOWN_MILLIS));
  }

  private static ETag tag(Path file) {
    try {
      long modified = Files.getLastModifiedTime(file).toMillis();
      return new ETag(false, Long.toHexString(modified) + '-' + Long.toHexString(Files.size(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private record Running(Undertow server, int port) implements Peer {
    @Override
    public void close() {
      server.stop();
    }
  }
}
