package passerelle.site;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.files.CachedFile;
import passerelle.files.CrossOrigin;
import passerelle.files.DiskQueue;
import passerelle.files.FileAnswer;
import passerelle.files.OrderedFile;
import passerelle.files.Resource;
import passerelle.http.Allowed;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Method;
import passerelle.http.Refusal;
import passerelle.http.Status;
import passerelle.listing.DirectoryListing;
import passerelle.listing.ListingBudget;
import passerelle.listing.ListingRequest;

/**
 * Sends what is no script: files, lists of directories, and refusals; in the methods that pages
 * have, and to scripts of other origins if the settings say so.
 *
 * <p>Confined to the loop thread.
 */
final class Pages {
  private static final Logger log = LoggerFactory.getLogger(Pages.class);
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** The place on the disk of files that scripts name, for the queue. */
  private static final String NAMED = "named by scripts";

  private final Site.Plan plan;
  private final Finder finder;
  private final DiskQueue reads;
  private final FileAnswer answers;
  private final ListingBudget budget = ListingBudget.standard();
  private final Map<Place, DirectoryListing> listings = new HashMap<>();

  Pages(Site.Plan plan, Finder finder, DiskQueue reads) {
    this.plan = plan;
    this.finder = finder;
    this.reads = reads;
    this.answers = new FileAnswer(reads);
  }

  /**
   * Sends a file in the coding that suits the client best; returns false, having done nothing, if
   * that coding is still to be made, or the file gave way to others since it was looked up.
   */
  boolean trySend(Exchange exchange, Finding.PageFile page) {
    if (!exchange.request().isGetOrHead()) {
      refuseMethod(exchange);
      return true;
    }
    Resource resource = page.resource();
    CachedFile file = resource.in(resource.choose(exchange.request().fields()));
    if (file == null || !file.tryHold()) {
      return false;
    }
    try {
      Refusal refusal = answers.send(exchange, file, page.isStandIn());
      if (refusal != null) {
        refuse(exchange, refusal);
      }
    } finally {
      file.release();
    }
    return true;
  }

  /** Refuses a method that no page has, or answers OPTIONS. */
  void refuseMethod(Exchange exchange) {
    if (exchange.request().method() == Method.OTHER) {
      refuse(exchange, Refusal.of(Status.NOT_IMPLEMENTED)); // no file knows it (RFC 9110 §9.1)
      return;
    }
    if (exchange.request().method() != Method.OPTIONS) {
      refuse(exchange, Allowed.PAGES.refusal());
      return;
    }
    if (plan.files().isCrossOrigin()) {
      CrossOrigin.answerPreflight(exchange.request(), exchange.response());
    }
    Allowed.PAGES.answer(exchange);
  }

  /**
   * Whether a browser asks what a script of another origin may do, which depends on no file (the
   * Fetch Standard): it takes no answer but 2xx for one.
   */
  boolean isPreflight(Exchange exchange) {
    return plan.files().isCrossOrigin()
        && exchange.request().method() == Method.OPTIONS
        && CrossOrigin.isPreflight(exchange.request());
  }

  /** Refuses. */
  void refuse(Exchange exchange, Refusal refusal) {
    exchange.refuse(plan.files().isCrossOrigin() ? refusal.with(CrossOrigin.FIELDS) : refusal);
  }

  /** Lists the entries of a directory, which a worker reads. */
  void list(Exchange exchange, Finder.Subject subject, Path directory) {
    if (!exchange.request().isGetOrHead()) {
      refuseMethod(exchange);
      return;
    }
    String urlPath = subject.place().mount().prefix() + subject.rest();
    ListingRequest wanted = ListingRequest.of(exchange.request(), urlPath);
    DirectoryListing listing = listings.computeIfAbsent(subject.place(), this::listing);
    Deferral deferral = exchange.defer(WAIT_NANOS, () -> log.debug("a listing was not awaited"));
    DiskRead reading =
        new DiskRead(deferral) {
          @Override
          Deferral.Answer read() {
            return listing.answer(directory, wanted, this::isUnwanted);
          }
        };
    if (!reads.tryAdd(subject.diskArea(), subject.diskPlace(), reading)) {
      refuse(exchange, Refusal.of(Status.SERVICE_UNAVAILABLE));
    } else if (plan.files().isCrossOrigin()) {
      CrossOrigin.allow(exchange.response()); // the answer comes on this thread, later
    }
  }

  private DirectoryListing listing(Place place) {
    return new DirectoryListing(plan.types()::of, place.folder(), budget, DirectoryListing.ENTRIES);
  }

  /**
   * Sends a file of the pages by its absolute name, with the status and the fields that the
   * response has; the file's own fields stand back. A GET or HEAD has its conditions and ranges.
   *
   * @param onRefusal told in words why there is no such file to send; nothing was answered then
   */
  void sendFile(Exchange exchange, String name, Consumer<String> onRefusal) {
    Deferral deferral = exchange.defer(WAIT_NANOS, () -> log.debug("a file was not awaited"));
    OrderedFile.Way way = new OrderedFile.Way(answers, this::refuseOrder, onRefusal);
    DiskRead reading =
        new DiskRead(deferral) {
          @Override
          Deferral.Answer read() {
            return OrderedFile.load(() -> finder.load(name), way);
          }
        };
    String folder = name.substring(0, Math.max(0, name.lastIndexOf('/')));
    if (!reads.tryAdd(NAMED, folder, reading)) {
      refuseOrder(exchange, Refusal.of(Status.SERVICE_UNAVAILABLE));
    }
  }

  private void refuseOrder(Exchange exchange, Refusal refusal) {
    exchange.response().dropFields("Content-"); // they told of what is not sent now
    refuse(exchange, refusal);
  }

  /** Something that is read from the disk for one exchange, which is answered by it. */
  private abstract static class DiskRead implements DiskQueue.Task {
    private final Deferral deferral;

    /** Written by the worker alone. */
    private volatile long steps;

    private Deferral.@Nullable Answer answer;

    DiskRead(Deferral deferral) {
      this.deferral = deferral;
    }

    /** Asked by the worker before each step. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    final boolean isUnwanted() {
      steps++;
      return deferral.isCancelled();
    }

    @Override
    public long progress() {
      return steps;
    }

    /** Reads, on a worker. */
    abstract Deferral.Answer read();

    @Override
    public boolean isWanted() {
      return !deferral.isCancelled();
    }

    @Override
    public void run() {
      answer = read();
    }

    @Override
    public void end(boolean wasRun) {
      if (answer != null) {
        deferral.answerNow(answer);
      } else {
        Status status = wasRun ? Status.INTERNAL_SERVER_ERROR : Status.SERVICE_UNAVAILABLE;
        deferral.answerNow(Refusal.of(status));
      }
    }
  }
}
