package passerelle.files;

import java.nio.file.Path;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.files.Finder.Outcome;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Method;
import passerelle.http.Refusal;
import passerelle.http.Status;
import passerelle.listing.DirectoryListing;
import passerelle.listing.ListingBudget;
import passerelle.listing.ListingRequest;

/**
 * Serves the files below a directory: GET and HEAD, conditions, ranges, codings, index pages,
 * listings.
 *
 * <p>What was looked up within the last second is sent at once, from the cache. What was looked up
 * a little earlier is sent too, while a worker compares it with the disk. What the system knows to
 * be missing is 404 at once (decision D50). Everything else waits for a worker: the loop itself
 * never asks the disk, which may be slow or far away.
 *
 * <p>Confined to the loop thread.
 */
public final class StaticFiles implements Handler {
  private static final Logger log = LoggerFactory.getLogger(StaticFiles.class);
  private static final String ALLOW = "GET, HEAD, OPTIONS";
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Until then a resource is sent while it is being checked: a change shows within 2 s. */
  private static final long USABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1800);

  /**
   * How many descriptors the cache holds, beside those of files that left it and are being sent.
   */
  public static final int DESCRIPTORS = 2 * FileCache.OPEN_FILES;

  /** How many checks are under way at most: one for each resource in the cache. */
  public static final int MOST_CHECKS = FileCache.ENTRIES;

  private final FileSettings settings;
  private final FileWorkers workers;
  private final LongSupplier nanoClock;
  private final FileCache cache = new FileCache();
  private final Finder finder;
  private final Lookups lookups;
  private final FileAnswer answers;
  private final DirectoryListing listing;

  /**
   * A handler for the files below {@code root}.
   *
   * @param nanoClock the loop's monotonic clock
   */
  public StaticFiles(
      DocumentRoot root,
      MediaTypes types,
      FileSettings settings,
      FileWorkers workers,
      LongSupplier nanoClock) {
    this.settings = settings;
    this.workers = workers;
    this.nanoClock = nanoClock;
    this.finder = new Finder(root, types, settings);
    this.lookups = new Lookups(finder, cache, workers, nanoClock);
    this.answers = new FileAnswer(workers.reads());
    this.listing =
        new DirectoryListing(types::of, root, ListingBudget.standard(), DirectoryListing.ENTRIES);
  }

  @Override
  public void handle(Exchange exchange) {
    if (!exchange.request().isGetOrHead()) {
      refuseMethod(exchange);
    } else if (!tryAnswer(exchange)) {
      String urlPath = exchange.request().target().decodedPath();
      if (urlPath == null) {
        refuse(exchange, Status.BAD_REQUEST);
      } else if (exchange.request().target().hasEncodedSlash()) {
        refuse(exchange, Status.NOT_FOUND); // no file's name holds a slash
      } else if (finder.isSurelyMissing(urlPath)) {
        cache.remove(exchange.request().target().path());
        refuse(exchange, Status.NOT_FOUND);
      } else {
        lookUp(exchange, urlPath, false);
      }
    }
  }

  /**
   * Answers a GET or HEAD of a file, or of a directory without its slash, that was asked for, and
   * found to be one to send, a moment ago; returns false, having done nothing, for any other
   * request.
   */
  public boolean tryAnswer(Exchange exchange) {
    Resource known = cache.get(exchange.request().target().path());
    if (known == null || !exchange.request().isGetOrHead()) {
      return false;
    }
    long ageNanos = nanoClock.getAsLong() - known.checkedNanos;
    if (ageNanos >= USABLE_NANOS) {
      return false;
    }
    CachedFile file = known.in(known.choose(exchange.request().fields()));
    if (file == null && !known.isDirectory()) {
      return false;
    }
    Lookups.Subject due = null;
    if (ageNanos >= FRESH_NANOS && !known.isBeingChecked) {
      due = subject(exchange, String.valueOf(exchange.request().target().decodedPath()));
    }
    if (file == null) {
      addSlash(exchange);
    } else {
      send(exchange, file);
    }
    if (due != null) {
      lookups.check(due, known); // not before: it might drop what is to be sent
    }
    return true;
  }

  /**
   * Sends a file below the root by its absolute name, with the status and the fields that the
   * response has; the file's own fields stand back. A GET or HEAD has its conditions and ranges.
   *
   * @param onRefusal told in words why there is no such file to send; nothing was answered then
   */
  public void sendFile(Exchange exchange, String name, Consumer<String> onRefusal) {
    Deferral deferral = exchange.defer(WAIT_NANOS, () -> log.debug("a file was not awaited"));
    OrderedFile.Way way = new OrderedFile.Way(answers, this::refuseOrder, onRefusal);
    try {
      workers.reads().execute(deferral.answering(() -> OrderedFile.load(finder, name, way)));
    } catch (RejectedExecutionException e) {
      refuseOrder(exchange, Refusal.of(Status.SERVICE_UNAVAILABLE));
    }
  }

  private void refuseOrder(Exchange exchange, Refusal refusal) {
    exchange.response().dropFields("Content-"); // they told of what is not sent now
    refuse(exchange, refusal);
  }

  private static Lookups.Subject subject(Exchange exchange, String urlPath) {
    String rawPath = exchange.request().target().path().toString();
    return new Lookups.Subject(rawPath, urlPath, exchange.loop());
  }

  private void refuseMethod(Exchange exchange) {
    if (exchange.request().method() == Method.OTHER) {
      refuse(exchange, Status.NOT_IMPLEMENTED); // no file knows it (RFC 9110 §9.1)
      return;
    }
    if (exchange.request().method() != Method.OPTIONS) {
      refuse(exchange, Refusal.notAllowed(ALLOW));
      return;
    }
    exchange.response().field("Allow", ALLOW);
    if (settings.isCrossOrigin()) {
      CrossOrigin.answerPreflight(exchange.request(), exchange.response());
    }
    exchange.response().status(Status.NO_CONTENT);
    exchange.send();
  }

  private void refuse(Exchange exchange, Status status) {
    refuse(exchange, Refusal.of(status));
  }

  private void refuse(Exchange exchange, Refusal refusal) {
    exchange.refuse(settings.isCrossOrigin() ? refusal.with(CrossOrigin.FIELDS) : refusal);
  }

  private void lookUp(Exchange exchange, String urlPath, boolean wantsGzip) {
    Deferral deferral = exchange.defer(WAIT_NANOS, () -> log.debug("a file was not awaited"));
    lookups.await(
        subject(exchange, urlPath),
        wantsGzip,
        deferral,
        (outcome, resource) -> new Looked(urlPath, outcome, resource));
  }

  /** What a worker found, on its way to an exchange that waits for it. */
  private final class Looked implements Deferral.Answer {
    private final String urlPath;
    private final Outcome outcome;
    private final @Nullable Resource resource;

    Looked(String urlPath, Outcome outcome, @Nullable Resource resource) {
      this.urlPath = urlPath;
      this.outcome = outcome;
      this.resource = resource;
    }

    @Override
    public void applyTo(Exchange exchange) {
      Path directory = outcome.directory();
      if (resource != null) {
        serve(exchange, urlPath, resource);
      } else if (outcome.isUnchanged()) {
        lookUp(exchange, urlPath, false);
      } else if (directory != null) {
        list(exchange, directory, urlPath);
      } else {
        refuse(exchange, outcome.status());
      }
    }

    @Override
    public void discard() {
      log.debug("nobody waits for {} any more", urlPath);
    }
  }

  private void serve(Exchange exchange, String urlPath, Resource resource) {
    CachedFile file = resource.in(resource.choose(exchange.request().fields()));
    if (file != null) {
      send(exchange, file);
    } else if (resource.isDirectory()) {
      addSlash(exchange);
    } else {
      lookUp(exchange, urlPath, true); // it is to be compressed first
    }
  }

  private void addSlash(Exchange exchange) {
    refuse(exchange, Refusal.moved(exchange.request().target().withSlash()));
  }

  private void send(Exchange exchange, CachedFile file) {
    Refusal refusal = answers.send(exchange, file);
    if (refusal != null) {
      refuse(exchange, refusal);
    }
  }

  private void list(Exchange exchange, Path directory, String urlPath) {
    ListingRequest wanted = ListingRequest.of(exchange.request(), urlPath);
    Deferral deferral = exchange.defer(WAIT_NANOS, () -> log.debug("a listing was not awaited"));
    try {
      workers
          .reads()
          .execute(
              deferral.answering(() -> listing.answer(directory, wanted, deferral::isCancelled)));
      if (settings.isCrossOrigin()) {
        CrossOrigin.allow(exchange.response()); // the answer comes on this thread, later
      }
    } catch (RejectedExecutionException e) {
      refuse(exchange, Status.SERVICE_UNAVAILABLE);
    }
  }

  /** Closes the files that the cache holds open. */
  public void close() {
    lookups.close();
    cache.clear();
  }
}
