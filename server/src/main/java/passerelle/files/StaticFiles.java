package passerelle.files;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.files.DocumentRoot.Found;
import passerelle.http.BytesBody;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.FieldName;
import passerelle.http.Handler;
import passerelle.http.Method;
import passerelle.http.Request;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.io.Ascii;
import passerelle.io.OctetPath;
import passerelle.io.Slice;

/**
 * Serves the files below a directory: GET and HEAD, conditions, one range, index pages, listings.
 *
 * <p>Confined to the loop thread.
 */
public final class StaticFiles implements Handler {
  private static final Logger log = LoggerFactory.getLogger(StaticFiles.class);
  private static final String ALLOW = "GET, HEAD, OPTIONS";
  private static final String INDEX = "index.html";
  private static final long LISTING_NANOS = TimeUnit.SECONDS.toNanos(30);

  /**
   * Files up to this size are kept in memory and leave with their head in one write; larger ones go
   * zero-copy from an open channel (decision D8).
   */
  private static final int INLINE_OCTETS = 32 * 1024;

  /** How many files are kept open at most, beside those that left the cache while being sent. */
  public static final int OPEN_FILES = FileCache.OPEN_CHANNELS;

  private final DocumentRoot root;
  private final MediaTypes types;
  private final Executor worker;
  private final LongSupplier nanoClock;
  private final FileCache cache = new FileCache();

  /**
   * A handler for the files below {@code root}.
   *
   * @param worker reads directories
   * @param nanoClock the loop's monotonic clock
   */
  public StaticFiles(DocumentRoot root, MediaTypes types, Executor worker, LongSupplier nanoClock) {
    this.root = root;
    this.types = types;
    this.worker = worker;
    this.nanoClock = nanoClock;
  }

  @Override
  public void handle(Exchange exchange) {
    if (!exchange.request().isGetOrHead()) {
      refuseMethod(exchange);
    } else if (!tryAnswer(exchange)) {
      CachedFile file = look(exchange, cache.get(exchange.request().target().path()));
      if (file != null) {
        send(exchange, file);
      }
    }
  }

  /**
   * Answers a GET or HEAD of a file that was asked for, and found to be one to send, within the
   * last second; returns false, having done nothing, for any other request.
   */
  public boolean tryAnswer(Exchange exchange) {
    CachedFile file = cache.get(exchange.request().target().path());
    if (file == null
        || !exchange.request().isGetOrHead()
        || !FileCache.isFresh(file, nanoClock.getAsLong())) {
      return false;
    }
    send(exchange, file);
    return true;
  }

  private static void refuseMethod(Exchange exchange) {
    exchange.response().field("Allow", ALLOW);
    if (exchange.request().method() == Method.OPTIONS) {
      exchange.response().status(Status.NO_CONTENT);
      exchange.send();
    } else {
      exchange.sendError(Status.METHOD_NOT_ALLOWED);
    }
  }

  /** Goes to the disk; returns a fresh file, or null when the exchange is taken care of. */
  private @Nullable CachedFile look(Exchange exchange, @Nullable CachedFile known) {
    Slice rawPath = exchange.request().target().path();
    String urlPath = exchange.request().target().decodedPath();
    if (urlPath == null) {
      exchange.sendError(Status.BAD_REQUEST);
      return null;
    }
    Found found = root.find(urlPath);
    if (isDirectory(found)) {
      if (!urlPath.endsWith("/")) {
        redirectToSlash(exchange, urlPath);
        return null;
      }
      Found index = root.find(urlPath + INDEX);
      if (index.attributes() != null && !isDirectory(index)) {
        found = index;
      }
    }
    BasicFileAttributes attributes = found.attributes();
    Path path = found.path();
    if (attributes == null || path == null) {
      cache.remove(rawPath);
      exchange.sendError(found.status());
      return null;
    }
    if (attributes.isDirectory()) {
      cache.remove(rawPath);
      list(exchange, path, urlPath);
      return null;
    }
    if (!attributes.isRegularFile()) {
      exchange.sendError(Status.FORBIDDEN);
      return null;
    }
    if (known != null && known.isSameAs(path, attributes)) {
      known.checkedNanos = nanoClock.getAsLong();
      return known;
    }
    return load(exchange, path, attributes);
  }

  private static boolean isDirectory(Found found) {
    return found.attributes() != null && found.attributes().isDirectory();
  }

  private @Nullable CachedFile load(Exchange exchange, Path path, BasicFileAttributes attributes) {
    Slice rawPath = exchange.request().target().path();
    String type = types.of(Objects.toString(path.getFileName(), ""));
    long second = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    CachedFile file = new CachedFile(path, attributes, type, second);
    file.checkedNanos = nanoClock.getAsLong();
    try {
      file.open(INLINE_OCTETS);
    } catch (IOException e) {
      cache.remove(rawPath);
      refuseToOpen(exchange, DocumentRoot.statusOfOpening(e));
      return null;
    }
    cache.put(rawPath, file);
    return file;
  }

  private static void refuseToOpen(Exchange exchange, Status status) {
    if (status.equals(Status.SERVICE_UNAVAILABLE)) {
      exchange.response().field("Retry-After", "1");
    }
    exchange.sendError(status);
  }

  /**
   * The path in the answer is made anew from the decoded one: it starts with exactly one slash, so
   * that no request can make it lead to another host.
   */
  private static void redirectToSlash(Exchange exchange, String urlPath) {
    StringBuilder location = new StringBuilder(OctetPath.percentEncode(urlPath)).append('/');
    if (exchange.request().target().hasQuery()) {
      // A client's query is clean; that of a script's local redirect may hold a space.
      String query = exchange.request().target().query();
      location.append('?').append(OctetPath.percentEncode(query, Ascii.TARGET));
    }
    exchange.response().field("Location", location.toString());
    exchange.sendError(Status.MOVED_PERMANENTLY);
  }

  private void list(Exchange exchange, Path directory, String urlPath) {
    Deferral deferral = exchange.defer(LISTING_NANOS, () -> log.debug("a listing was not awaited"));
    try {
      worker.execute(() -> deferral.answer(new Listing(directory, urlPath)));
    } catch (RejectedExecutionException e) {
      exchange.response().field("Retry-After", "1");
      exchange.sendError(Status.SERVICE_UNAVAILABLE);
    }
  }

  /** A listing on its way from the worker to the loop. */
  private static final class Listing implements Deferral.Answer {
    private final @Nullable String page;
    private final Status status;

    Listing(Path directory, String urlPath) {
      String made = null;
      Status outcome = Status.OK;
      try {
        made = DirectoryListing.page(directory, urlPath);
      } catch (IOException e) {
        outcome = DocumentRoot.statusOfOpening(e);
      }
      page = made;
      status = outcome;
    }

    @Override
    public void applyTo(Exchange exchange) {
      if (page == null) {
        refuseToOpen(exchange, status);
        return;
      }
      exchange
          .response()
          .field("Content-Type", "text/html; charset=utf-8")
          .field("Cache-Control", "no-cache")
          .field("X-Content-Type-Options", "nosniff")
          .body(BytesBody.ofText(page));
      exchange.send();
    }

    @Override
    public void discard() {
      log.debug("a listing came too late");
    }
  }

  private static void send(Exchange exchange, CachedFile file) {
    Request request = exchange.request();
    Response response = exchange.response();
    Status condition = Preconditions.evaluate(request, file);
    if (Status.NOT_MODIFIED.equals(condition)) {
      response.status(Status.NOT_MODIFIED).renderedFields(file.validatorFields());
      exchange.send();
      return;
    }
    if (condition != null) {
      exchange.sendError(condition);
      return;
    }
    Slice range = request.fields().first(FieldName.RANGE);
    if (range != null
        && request.method() == Method.GET
        && Preconditions.allowsRange(request, file)
        && sendRange(exchange, file, ByteRange.of(range.toString(), file.size()))) {
      return;
    }
    response.renderedFields(file.fields());
    if (request.method() == Method.HEAD) {
      response.representationLength(file.size());
    } else {
      file.sendPart(response, 0, file.size());
    }
    exchange.send();
  }

  /** Answers with a part, or with 416; returns false if the whole file is to be sent. */
  private static boolean sendRange(Exchange exchange, CachedFile file, ByteRange range) {
    if (range.isIgnored()) {
      return false;
    }
    Response response = exchange.response();
    if (range.isUnsatisfiable()) {
      response.field("Content-Range", "bytes */" + file.size());
      exchange.sendError(Status.RANGE_NOT_SATISFIABLE);
      return true;
    }
    long last = range.first() + range.length() - 1;
    response
        .status(Status.PARTIAL_CONTENT)
        .renderedFields(file.fields())
        .field("Content-Range", "bytes " + range.first() + '-' + last + '/' + file.size());
    file.sendPart(response, range.first(), range.length());
    exchange.send();
    return true;
  }

  /** Closes the files that the cache holds open. */
  public void close() {
    cache.clear();
  }
}
