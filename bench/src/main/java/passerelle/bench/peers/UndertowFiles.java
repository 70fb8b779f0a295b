package passerelle.bench.peers;

import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.attribute.ExchangeAttributes;
import io.undertow.predicate.Predicates;
import io.undertow.server.HttpHandler;
import io.undertow.server.handlers.cache.CacheHandler;
import io.undertow.server.handlers.cache.DirectBufferCache;
import io.undertow.server.handlers.resource.CachingResourceManager;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.server.handlers.resource.ResourceManager;
import io.undertow.util.ETag;
import io.undertow.util.Headers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.xnio.Options;

/**
 * Undertow with its resource handler behind its cache of responses, on one I/O thread.
 *
 * <p>What the cache holds is answered on the I/O thread and never compared with the disk again,
 * which is kind to Undertow. What it does not hold, such as large files and those that do not
 * exist, goes to a worker thread. A file enters the cache when it has been asked for a few times;
 * its answer then lacks the ETag field, and has its value in Content-Language instead, but still
 * honours If-None-Match. Requests for ranges pass the cache by, for it would answer them whole.
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
    ResourceManager known =
        new CachingResourceManager(FILES, CACHED_FILE_OCTETS, null, onDisk, KNOWN_MILLIS);
    ResourceHandler files =
        new ResourceHandler(known)
            .setCachable(
                Predicates.not(Predicates.exists(ExchangeAttributes.requestHeader(Headers.RANGE))));
    return new CacheHandler(new DirectBufferCache(SLICE_OCTETS, SLICES, CACHE_OCTETS), files);
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
