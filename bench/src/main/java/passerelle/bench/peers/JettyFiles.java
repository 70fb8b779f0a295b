package passerelle.bench.peers;

import java.io.IOException;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * Jetty with its resource handler and nothing around it, no access log either: one selector, which
 * also accepts, and a small pool of threads, for Jetty has no mode with a single one. The handler
 * keeps the content of small files and compares them with the disk once a second, as it does unless
 * told otherwise; entity tags are switched on.
 *
 * <p>Safe from any thread.
 */
public final class JettyFiles {
  private static final int THREADS = 8;
  private static final int BACKLOG = 1024;

  /** Idle connections are not to be ended: they are part of what is measured. */
  private static final long IDLE_MILLIS = 3_600_000;

  private JettyFiles() {}

  /** Serves until the process is ended. */
  public static void main(String... arguments) {
    PeerCommand.serve("JettyFiles", JettyFiles::start, arguments);
  }

  static Peer start(Peer.Place place) throws IOException {
    Server server = new Server(new QueuedThreadPool(THREADS, 2));
    HttpConnectionFactory http = new HttpConnectionFactory(new HttpConfiguration());
    ServerConnector connector = new ServerConnector(server, 0, 1, http);
    connector.setHost(place.bindAddress());
    connector.setPort(place.port());
    connector.setAcceptQueueSize(BACKLOG);
    connector.setIdleTimeout(IDLE_MILLIS);
    server.addConnector(connector);
    ResourceHandler files = new ResourceHandler();
    files.setBaseResource(ResourceFactory.of(files).newResource(place.root().toRealPath()));
    files.setEtags(true);
    files.setDirAllowed(false);
    server.setHandler(files);
    try {
      server.start();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
    return new Running(server, connector.getLocalPort());
  }

  private record Running(Server server, int port) implements Peer {
    @Override
    public void close() {
      try {
        server.stop();
      } catch (Exception e) {
        throw new IllegalStateException("Jetty did not stop", e);
      }
    }
  }
}
