package passerelle.site;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import passerelle.files.Coding;
import passerelle.files.DiskQueue;
import passerelle.files.FileWorkers;
import passerelle.http.Deferral;
import passerelle.http.Refusal;
import passerelle.http.Status;
import passerelle.site.PathCache.Entry;

/**
 * The paths that workers are looking up at the moment, and the exchanges that wait for each: a
 * thousand requests for one cold path are one look at the disk. If all who waited have left before
 * a worker has time for it, nobody looks.
 *
 * <p>Confined to the loop thread.
 */
final class Lookups {
  /** From so many on it is looked who of those that wait has left. */
  private static final int PRUNE_AT = 16;

  private final Finder finder;
  private final PathCache cache;
  private final FileWorkers workers;
  private final LongSupplier nanoClock;
  private final Map<String, Lookup> underWay = new HashMap<>();
  private boolean isClosed;

  Lookups(Finder finder, PathCache cache, FileWorkers workers, LongSupplier nanoClock) {
    this.finder = finder;
    this.cache = cache;
    this.workers = workers;
    this.nanoClock = nanoClock;
  }

  /** How an exchange goes on when its path has been looked up. */
  interface Waiter {
    /** The answer for a finding; a page is the cache's, and is to be used at once. */
    Deferral.Answer answer(Finding finding);
  }

  /** An exchange that waits. */
  private record Waiting(Deferral deferral, Waiter waiter) {}

  /**
   * Answers the deferral when the path has been looked up, together with all others that wait for
   * it.
   *
   * @param rawPath the path as it was sent, the key of the cache
   */
  void await(
      String rawPath, Finder.Subject subject, boolean wantsGzip, Deferral deferral, Waiter waiter) {
    Lookup lookup = underWay.get(rawPath);
    if (lookup != null) {
      lookup.add(new Waiting(deferral, waiter));
      return;
    }
    lookup = new Lookup(rawPath, subject, cache.get(rawPath));
    lookup.add(new Waiting(deferral, waiter));
    boolean isBegun = false;
    try {
      underWay.put(rawPath, lookup);
      isBegun = lookup.tryFind(wantsGzip);
    } finally {
      if (!isBegun) {
        underWay.remove(rawPath); // or all who come later would wait for it
      }
    }
    if (!isBegun) {
      deferral.answer(Refusal.of(Status.SERVICE_UNAVAILABLE));
    }
  }

  /** Compares what is in the cache with the disk while it is still being used. */
  void check(String rawPath, Entry known) {
    if (underWay.containsKey(rawPath)) {
      return;
    }
    Lookup lookup = new Lookup(rawPath, known.subject, known);
    boolean isBegun = false;
    try {
      underWay.put(rawPath, lookup);
      known.isBeingChecked = true;
      Check check = new Check(lookup);
      isBegun = workers.checks().tryAdd(known.subject.diskArea(), known.subject.diskPlace(), check);
    } finally {
      if (!isBegun) { // later, perhaps: it is not used for long
        underWay.remove(rawPath);
        known.isBeingChecked = false;
      }
    }
  }

  /** From now on what workers find is closed at once. */
  void close() {
    isClosed = true;
  }

  /** One path that is being looked up. */
  private final class Lookup {
    private final String rawPath;
    private final Finder.Subject subject;
    private final @Nullable Entry known;
    private final long askedNanos = nanoClock.getAsLong();
    private final List<Waiting> waiting = new ArrayList<>(1);
    private int pruneAt = PRUNE_AT;

    Lookup(String rawPath, Finder.Subject subject, @Nullable Entry known) {
      this.rawPath = rawPath;
      this.subject = subject;
      this.known = known;
    }

    void add(Waiting one) {
      if (waiting.size() >= pruneAt) {
        waiting.removeIf(other -> other.deferral.isCancelled()); // they are to be forgotten
        pruneAt = 2 * waiting.size() + PRUNE_AT;
      }
      waiting.add(one);
    }

    private boolean isAwaited() {
      for (Waiting one : waiting) {
        if (!one.deferral.isCancelled()) {
          return true;
        }
      }
      return false;
    }

    boolean tryFind(boolean wantsGzip) {
      boolean keepsGzip =
          known != null
              && known.finding instanceof Finding.PageFile page
              && page.resource().in(Coding.GZIP) != null;
      Find task = new Find(this, wantsGzip || keepsGzip);
      return workers.reads().tryAdd(subject.diskArea(), subject.diskPlace(), task);
    }

    private Entry known() {
      if (known == null) {
        throw new IllegalStateException("nothing is known");
      }
      return known;
    }

    /** All is as it was. */
    void confirm() {
      known().checkedNanos = askedNanos;
      finish(known().finding);
    }

    void finish(Finding found) {
      underWay.remove(rawPath);
      if (known != null) {
        known.isBeingChecked = false;
      }
      try {
        Finding usable = keep(found);
        waiting.forEach(one -> answer(one, usable));
      } catch (RuntimeException | Error e) {
        waiting.forEach(one -> one.deferral.failNow());
        throw e;
      } finally {
        if (found instanceof Finding.PageFile page) {
          page.resource().retire(); // until here its files gave way to nobody
        }
      }
    }

    /** One that cannot be answered, for whatever reason, keeps no other from its answer. */
    private void answer(Waiting one, Finding usable) {
      try {
        one.deferral.answerNow(one.waiter.answer(usable));
      } catch (RuntimeException | Error e) {
        one.deferral.failNow();
      }
    }

    private boolean isInCache(Finding found) {
      Entry entry = cache.get(rawPath);
      return entry != null && entry.finding == found;
    }

    /** Puts into the cache what belongs there. */
    private Finding keep(Finding found) {
      if (known != null && found == known.finding) {
        // If it left the cache meanwhile, its files may be closed: whoever waits asks again.
        return isInCache(found) ? found : new Finding.Again();
      }
      if (isClosed || !found.isKept() || !cache.tryPut(rawPath, entry(found))) {
        cache.remove(rawPath);
      }
      return found;
    }

    private Entry entry(Finding found) {
      return new Entry(subject, found, askedNanos);
    }
  }

  /** Looks at the disk, and opens what is to be sent. */
  private final class Find implements DiskQueue.Task {
    private final Lookup lookup;
    private final boolean wantsGzip;
    private Finding found = Finding.of(Status.INTERNAL_SERVER_ERROR);

    Find(Lookup lookup, boolean wantsGzip) {
      this.lookup = lookup;
      this.wantsGzip = wantsGzip;
    }

    @Override
    public boolean isWanted() {
      boolean isForTheCache = lookup.known != null && lookup.known.isBeingChecked;
      return isForTheCache || lookup.isAwaited();
    }

    @Override
    public void run() {
      Finding known = lookup.known == null ? null : lookup.known.finding;
      found = finder.find(lookup.subject, known, wantsGzip);
    }

    @Override
    public void end(boolean wasRun) {
      Entry known = lookup.known;
      if (wasRun && known != null && found == known.finding) {
        lookup.confirm();
      } else {
        lookup.finish(wasRun ? found : Finding.of(Status.SERVICE_UNAVAILABLE));
      }
    }
  }

  /** Looks whether what is known still holds. */
  private final class Check implements DiskQueue.Task {
    private final Lookup lookup;
    private boolean isCurrent;

    Check(Lookup lookup) {
      this.lookup = lookup;
    }

    @Override
    public boolean isWanted() {
      return true;
    }

    @Override
    public void run() {
      isCurrent = finder.isCurrent(lookup.subject, lookup.known().finding);
    }

    @Override
    public void end(boolean wasRun) {
      if (isCurrent) {
        lookup.confirm();
        return;
      }
      boolean isBegun = false;
      try {
        isBegun = lookup.tryFind(false);
      } finally {
        if (!isBegun) {
          lookup.finish(Finding.of(Status.SERVICE_UNAVAILABLE));
        }
      }
    }
  }
}
