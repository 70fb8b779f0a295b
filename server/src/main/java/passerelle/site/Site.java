package passerelle.site;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.files.DiskQueue;
import passerelle.files.FileSettings;
import passerelle.files.FileWorkers;
import passerelle.files.MediaTypes;
import passerelle.gateway.Elsewhere;
import passerelle.gateway.Script;
import passerelle.gateway.ScriptGateway;
import passerelle.http.Allowed;
import passerelle.http.Deferral;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Refusal;
import passerelle.http.RequestTarget;
import passerelle.http.Status;
import passerelle.posix.OpenFile;
import passerelle.site.PathCache.Entry;

/**
 * All that a server has: files, directories and scripts, each below the URL prefix of its mount,
 * the longest prefix winning.
 *
 * <p>What was looked up within the last second is answered at once, from the cache. What was looked
 * up a little earlier is used too, while a worker compares it with the disk. What the system knows
 * to be missing is 404 at once (decision D50). Everything else waits for a worker: the loop itself
 * never asks the disk, which may be slow or far away.
 *
 * <p>Confined to the loop thread.
 */
public final class Site implements Handler {
  private static final Logger log = LoggerFactory.getLogger(Site.class);
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Until then a finding is used while it is being checked: a change shows within 2 s. */
  private static final long USABLE_NANOS = TimeUnit.MILLISECONDS.toNanos(1800);

  /** How often a worker looks for one exchange, if what it finds gives way before it is sent. */
  private static final int MOST_LOOKS = 5;

  /** How many paths that lead nowhere are remembered, from one turn of the loop to the next. */
  private static final int MOST_MISSES = 256;

  private static final Finding NOTHING = new Finding.Nothing();
  private static final Refusal NOT_FOUND = Refusal.of(Status.NOT_FOUND);

  /** How many checks are under way at most: one for each entry of the cache. */
  public static final int MOST_CHECKS = PathCache.ENTRIES;

  /**
   * What a site is made of.
   *
   * @param directory the served directory, of which scripts may have files sent
   * @param mounts what stands below which prefix; one of them is the root
   * @param files how files are sent
   * @param rule tells scripts from pages where they are mixed
   * @param types the media types of files
   */
  public record Plan(
      Path directory, List<Mount> mounts, FileSettings files, ScriptRule rule, MediaTypes types) {}

  /**
   * What a site works with.
   *
   * @param workers wait for the disk
   * @param gateway has scripts answer; null if there are none
   * @param sendsFiles whether scripts may have files sent
   * @param nanoClock the loop's monotonic clock
   */
  public record Instruments(
      FileWorkers workers,
      @Nullable ScriptGateway gateway,
      boolean sendsFiles,
      LongSupplier nanoClock) {}

  private final Plan plan;
  private final Instruments instruments;
  private final List<Place> places = new ArrayList<>();
  private final Place served;
  private final PathCache cache = new PathCache(PathCache.ENTRIES);
  private final PathCache misses = new PathCache(MOST_MISSES);
  private final Finder finder;
  private final Lookups lookups;
  private final Pages pages;
  private final Elsewhere elsewhere;

  /**
   * A site.
   *
   * @throws IOException if the folder or the program of a mount does not exist
   */
  public Site(Plan plan, Instruments instruments) throws IOException {
    this.plan = plan;
    this.instruments = instruments;
    for (Mount mount : plan.mounts) {
      places.add(new Place(mount, plan.files, System::nanoTime));
    }
    places.sort((a, b) -> b.mount().prefix().length() - a.mount().prefix().length());
    if (places.isEmpty() || !places.get(places.size() - 1).mount().isRoot()) {
      throw new IllegalArgumentException("no mount is the root");
    }
    Mount directory = new Mount("", Mount.Kind.FILES, plan.directory);
    this.served = new Place(directory, plan.files, System::nanoTime);
    this.finder = new Finder(places, served, plan, instruments.workers.store());
    this.lookups = new Lookups(finder, cache, instruments.workers, instruments.nanoClock);
    this.pages = new Pages(plan, finder, instruments.workers.reads());
    this.elsewhere = new Elsewhere(this, instruments.sendsFiles ? pages::sendFile : null);
  }

  /**
   * A site of nothing but the files of a directory.
   *
   * @param nanoClock the loop's monotonic clock
   * @throws IOException if the directory does not exist
   */
  public static Site ofFiles(
      Path directory, FileSettings settings, FileWorkers workers, LongSupplier nanoClock)
      throws IOException {
    MediaTypes types = MediaTypes.standard();
    Mount root = new Mount("", Mount.Kind.FILES, directory);
    ScriptRule rule = new ScriptRule(Set.of(), types::isKnown);
    Plan plan = new Plan(directory, List.of(root), settings, rule, types);
    return new Site(plan, new Instruments(workers, null, false, nanoClock));
  }

  @Override
  public void handle(Exchange exchange) {
    RequestTarget target = exchange.request().target();
    Entry known = cache.get(target.path());
    if (known != null && tryAnswer(exchange, known)) {
      return;
    }
    Entry missing = misses.get(target.path());
    if (missing != null && tryRefuse(exchange, missing)) {
      return;
    }
    if (target.isAsterisk()) {
      answerForAll(exchange);
      return;
    }
    String names = target.decodedNames();
    if (names == null) {
      exchange.refuse(Status.BAD_REQUEST);
      return;
    }
    Place place = placeOf(names);
    Mount.Kind kind = place.mount().kind();
    String rest = place.rest(names);
    Anchor.Base program = place.knownProgram();
    if (program != null) {
      runProgram(exchange, place.script(program, rest));
    } else if (kind == Mount.Kind.FILES && isForNoFile(exchange)) {
      pages.refuseMethod(exchange);
    } else if (isSurelyMissing(place, rest)) {
      cache.remove(target.path());
      Entry missed = new Entry(new Finder.Subject(place, rest), NOTHING, now());
      misses.tryPut(target.path(), missed);
      answer(exchange, missed.subject, NOTHING, 0);
    } else {
      lookUp(exchange, new Finder.Subject(place, rest), false, 0);
    }
  }

  /** Whether the answer to a method is the same whatever file is there, or none. */
  private boolean isForNoFile(Exchange exchange) {
    return switch (exchange.request().method()) {
      case GET, HEAD -> false;
      case OPTIONS -> pages.isPreflight(exchange);
      default -> true;
    };
  }

  /** The mount with the longest prefix, by whole names. */
  private Place placeOf(String names) {
    for (Place place : places) {
      String prefix = place.mount().prefix();
      boolean isBelow =
          names.startsWith(prefix)
              && (prefix.isEmpty()
                  || names.length() == prefix.length()
                  || names.charAt(prefix.length()) == '/');
      if (isBelow) {
        return place;
      }
    }
    throw new IllegalStateException("no mount is the root");
  }

  private boolean isSurelyMissing(Place place, String rest) {
    boolean mayBeStartPage =
        plan.files.isSinglePage() && place.mount().kind().hasPages() && Finder.isNavigation(rest);
    return !mayBeStartPage && place.isSurelyMissing(rest);
  }

  /** {@code OPTIONS *}: what some resource of this server takes (RFC 9110 §9.3.7). */
  private void answerForAll(Exchange exchange) {
    if (instruments.gateway == null) {
      pages.refuseMethod(exchange);
      return;
    }
    Allowed.SCRIPTS.answer(exchange);
  }

  private void runProgram(Exchange exchange, @Nullable Script script) {
    if (script == null) {
      exchange.refuse(Status.BAD_REQUEST);
    } else {
      gateway().run(exchange, script, elsewhere);
    }
  }

  private ScriptGateway gateway() {
    if (instruments.gateway == null) {
      throw new IllegalStateException("scripts are mounted, but nobody runs them");
    }
    return instruments.gateway;
  }

  /**
   * Answers by what was found a moment ago; returns false, having done nothing, if it is too old.
   */
  private boolean tryAnswer(Exchange exchange, Entry known) {
    long nowNanos = now();
    long ageNanos = nowNanos - known.checkedNanos;
    if (ageNanos >= USABLE_NANOS) {
      return false;
    }
    if (known.finding instanceof Finding.Active run
        && OpenFile.isSurelyMissing(run.script().fileOctets())) {
      return false; // deleted since
    }
    if (known.finding instanceof Finding.PageFile page && known.askedNanos != nowNanos) {
      if (page.resource().isOutdated()) {
        return false; // an open file tells without being looked for
      }
      known.askedNanos = nowNanos;
    }
    String due = null;
    if (ageNanos >= FRESH_NANOS && !known.isBeingChecked) {
      due = exchange.request().target().path().toString();
    }
    answer(exchange, known.subject, known.finding, 0);
    if (due != null) {
      lookups.check(due, known); // not before: it might drop what is to be sent
    }
    return true;
  }

  /**
   * Answers for a path that led nowhere; returns false, having done nothing, if that is not so any
   * more. The system is asked once in a turn of the loop: what is answered in a turn had come
   * before the turn began, so nobody could tell if it were asked for each (decision D50).
   */
  private boolean tryRefuse(Exchange exchange, Entry missing) {
    Place place = missing.subject.place();
    if (place.mount().kind() == Mount.Kind.FILES && isForNoFile(exchange)) {
      return false;
    }
    if (missing.checkedNanos != now()) {
      if (!isSurelyMissing(place, missing.subject.rest())) {
        misses.remove(exchange.request().target().path());
        return false;
      }
      missing.checkedNanos = now();
    }
    answer(exchange, missing.subject, missing.finding, 0);
    return true;
  }

  private long now() {
    return instruments.nanoClock.getAsLong();
  }

  private void lookUp(Exchange exchange, Finder.Subject subject, boolean wantsGzip, int looks) {
    if (looks == MOST_LOOKS) {
      refuse(exchange, subject, Refusal.of(Status.SERVICE_UNAVAILABLE)); // it gives way each time
      return;
    }
    refreshOthers(subject.place());
    String rawPath = exchange.request().target().path().toString();
    Deferral deferral = exchange.defer(WAIT_NANOS, () -> log.debug("a path was not awaited"));
    lookups.await(
        rawPath, subject, wantsGzip, deferral, found -> new Looked(subject, found, looks + 1));
  }

  /**
   * Has it found out where the other mounts are by now: what may be sent depends on that, but must
   * not wait for it.
   */
  private void refreshOthers(Place place) {
    for (Place other : places) {
      if (other != place) {
        refresh(other);
      }
    }
    if (instruments.sendsFiles) {
      refresh(served);
    }
  }

  private void refresh(Place place) {
    if (place.isStale()) {
      instruments.workers.reads().tryAdd(place.mount().prefix() + '/', "", new Refresh(place));
    }
  }

  /** Finds out where a mount is. */
  private record Refresh(Place place) implements DiskQueue.Task {
    @Override
    public boolean isWanted() {
      return place.isStale();
    }

    @Override
    public void run() {
      place.refresh();
    }

    @Override
    public void end(boolean wasRun) {
      log.debug("{} was asked for: {}", place.mount().path(), wasRun);
    }
  }

  /** What a worker found, on its way to an exchange that waits for it. */
  private final class Looked implements Deferral.Answer {
    private final Finder.Subject subject;
    private final Finding found;
    private final int looks;

    Looked(Finder.Subject subject, Finding found, int looks) {
      this.subject = subject;
      this.found = found;
      this.looks = looks;
    }

    @Override
    public void applyTo(Exchange exchange) {
      answer(exchange, subject, found, looks);
    }

    @Override
    public void discard() {
      log.debug("nobody waits for {} any more", subject.rest());
    }
  }

  /**
   * Answers by what was found.
   *
   * @param looks how often a worker has looked for this exchange
   */
  private void answer(Exchange exchange, Finder.Subject subject, Finding found, int looks) {
    if (found instanceof Finding.PageFile page) {
      if (!pages.trySend(exchange, page)) {
        // It is to be compressed first, or has given way to others.
        boolean isToBeMade = page.resource().isToBeMade(exchange.request().fields());
        lookUp(exchange, subject, isToBeMade, looks);
      }
    } else if (found instanceof Finding.Active run) {
      gateway().run(exchange, run.script(), elsewhere);
    } else if (found instanceof Finding.LacksSlash) {
      addSlash(exchange, subject);
    } else if (found instanceof Finding.Directory directory) {
      pages.list(exchange, subject, directory.path());
    } else if (found instanceof Finding.Nothing) {
      refuseNothing(exchange, subject);
    } else if (found instanceof Finding.Inert inert) {
      gateway().refuseInert(exchange, inert.script(), inert.trouble(), inert.advice());
    } else if (found instanceof Finding.Forbidden forbidden) {
      refuseForbidden(exchange, subject, forbidden.reason());
    } else if (found instanceof Finding.Failed failed) {
      refuse(exchange, subject, Refusal.of(failed.status()));
    } else {
      lookUp(exchange, subject, false, looks);
    }
  }

  private void addSlash(Exchange exchange, Finder.Subject subject) {
    if (subject.kind() == Mount.Kind.FILES && !exchange.request().isGetOrHead()) {
      pages.refuseMethod(exchange);
    } else {
      Refusal moved = Refusal.moved(exchange.request().target().withSlash());
      refuse(exchange, subject, moved);
    }
  }

  /**
   * Refuses a path. Where there are pages, scripts of other origins may see that, too, and what
   * their browser asks before is answered whatever is there.
   */
  private void refuse(Exchange exchange, Finder.Subject subject, Refusal refusal) {
    if (subject.kind().hasPages() && pages.isPreflight(exchange)) {
      pages.refuseMethod(exchange);
    } else if (subject.kind().hasPages()) {
      pages.refuse(exchange, refusal);
    } else {
      exchange.refuse(refusal);
    }
  }

  private void refuseNothing(Exchange exchange, Finder.Subject subject) {
    boolean isForNobody =
        switch (exchange.request().method()) {
          case GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS -> false;
          default -> subject.kind() == Mount.Kind.MIXED; // neither page nor script has this method
        };
    if (isForNobody) {
      pages.refuseMethod(exchange);
    } else {
      refuse(exchange, subject, NOT_FOUND);
    }
  }

  private void refuseForbidden(Exchange exchange, Finder.Subject subject, String reason) {
    if (!reason.isEmpty()) {
      log.warn("{} is 403: it {}", subject.displayName(), reason);
    }
    refuse(exchange, subject, Refusal.of(Status.FORBIDDEN));
  }

  /** Closes the files that the cache holds open. */
  public void close() {
    lookups.close();
    cache.clear();
  }
}
