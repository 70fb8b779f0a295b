package passerelle.bench.peers;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.microhttp.EventLoop;
import org.microhttp.Handler;
import org.microhttp.Header;
import org.microhttp.NoopLogger;
import org.microhttp.Options;
import org.microhttp.Request;
import org.microhttp.Response;

/**
 * microhttp with a handler that answers from memory, on its one connection loop (accepting has a
 * thread of its own there).
 *
 * <p>It sends arrays, and puts head and content of each answer together in a new one. That is no
 * way to send files of many MiB to many clients, so those above 16 MiB are answered with 501, and a
 * comparison has to leave them out. HTTP/1.1 connections persist even if the client asks for their
 * end: a client that waits for that waits in vain.
 *
 * <p>Confined to the loop thread.
 */
public final class MicrohttpFiles implements Handler {
  private static final long MOST_OCTETS = 16L << 20;
  private static final int BACKLOG = 1024;
  private static final byte[] NOTHING = new byte[0];

  private final SiteFiles<byte[]> files;
  private final CurrentDate date = new CurrentDate();

  private MicrohttpFiles(SiteFiles<byte[]> files) {
    this.files = files;
  }

  /** Serves until the process is ended. */
  public static void main(String... arguments) {
    PeerCommand.serve("MicrohttpFiles", MicrohttpFiles::start, arguments);
  }

  static Peer start(Peer.Place place) throws IOException {
    Options options =
        Options.builder()
            .withHost(place.bindAddress())
            .withPort(place.port())
            .withConcurrency(1)
            .withAcceptLength(BACKLOG)
            // Idle connections are not to be ended: they are part of what is measured.
            .withRequestTimeout(Duration.ofHours(1))
            .build();
    SiteFiles<byte[]> files = new SiteFiles<>(place.root(), MOST_OCTETS, octets -> octets);
    EventLoop loop = new EventLoop(options, NoopLogger.instance(), new MicrohttpFiles(files));
    int port = loop.getPort();
    loop.start();
    return new Peer() {
      @Override
      public int port() {
        return port;
      }

      @Override
      public void close() {
        loop.stop();
      }
    };
  }

  @Override
  public void handle(Request request, Consumer<Response> answer) {
    answer.accept(response(request));
  }

  private Response response(Request request) {
    SiteFiles.Entry<byte[]> file;
    try {
      file = files.find(request.uri());
    } catch (IOException e) {
      return plain(500, "Internal Server Error");
    }
    if (!request.method().equals("GET")) {
      return plain(405, "Method Not Allowed");
    }
    if (file == null) {
      return plain(404, "Not Found");
    }
    byte[] content = file.content();
    if (content == null) {
      return plain(501, "Not Implemented");
    }
    Header tag = new Header("ETag", file.entityTag());
    Header modified = new Header("Last-Modified", file.lastModified());
    if (SiteFiles.matches(value(request, "If-None-Match"), file.entityTag())) {
      // It announces the length of what it is given, which for this status would be another's.
      Header length = new Header("Content-Length", Integer.toString(content.length));
      return new Response(304, "Not Modified", List.of(date(), tag, modified, length), NOTHING);
    }
    Header type = new Header("Content-Type", file.mediaType());
    return new Response(200, "OK", List.of(date(), type, tag, modified), content);
  }

  private static @Nullable String value(Request request, String name) {
    for (Header header : request.headers()) {
      if (header.name().equalsIgnoreCase(name)) {
        return header.value();
      }
    }
    return null;
  }

  private Header date() {
    return new Header("Date", date.value());
  }

  private Response plain(int status, String reason) {
    return new Response(status, reason, List.of(date()), NOTHING);
  }
}
