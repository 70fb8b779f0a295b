package passerelle.files;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import passerelle.files.Finder.Outcome;
import passerelle.http.Deferral;
import passerelle.http.Status;

/**
 * The paths that workers are looking up at the moment, and the exchanges that wait for each: a
 * thousand requests for one cold file are one look at the disk.
 *
 * <p>Confined to the loop thread.
 */
final class Lookups {
  private final Finder finder;
  private final FileCache cache;
  private final FileWorkers workers;
  private final LongSupplier nanoClock;
  private final Map<String, Lookup> underWay = new HashMap<>();
  private boolean isClosed;

  Lookups(Finder finder, FileCache cache, FileWorkers workers, LongSupplier nanoClock) {
    this.finder = finder;
    this.cache = cache;
    this.workers = workers;
    this.nanoClock = nanoClock;
  }

  /** How an exchange goes on when its path has been looked up. */
  interface Waiter {
    /** The resource is in the cache now, if there is one. */
    Deferral.Answer answer(Outcome outcome, @Nullable Resource resource);
  }

  /**
   * What is looked up.
   *
   * <p>Immutable.
   *
   * @param rawPath the path as it was sent, the key of the cache
   * @param urlPath the decoded path
   * @param loop runs tasks on the loop
   */
  record Subject(String rawPath, String urlPath, Executor loop) {}

  /**
   * Answers the deferral when the path has been looked up, together with all others that wait for
   * it.
   */
  void await(Subject subject, boolean wantsGzip, Deferral deferral, Waiter waiter) {
    Lookup lookup = underWay.get(subject.rawPath);
    if (lookup == null) {
      lookup = new Lookup(subject, cache.get(subject.rawPath));
      underWay.put(subject.rawPath, lookup);
      lookup.find(wantsGzip);
    }
    lookup.add(deferral, waiter);
  }

  /** Compares a resource with the disk while it is still being sent. */
  void check(Subject subject, Resource known) {
    if (!underWay.containsKey(subject.rawPath)) {
      Lookup lookup = new Lookup(subject, known);
      underWay.put(subject.rawPath, lookup);
      known.isBeingChecked = true;
      lookup.check(known);
    }
  }

  /** From now on what workers find is closed at once. */
  void close() {
    isClosed = true;
  }

  /** One path that is being looked up. */
  private final class Lookup {
    // Made before a worker is asked: it must be able to tell of its end when memory has run out.
    private final Runnable finishTask = this::finish;
    private final Runnable findTask = this::findAgain;
    private final Subject subject;
    private final @Nullable Resource known;
    private final long askedNanos = nanoClock.getAsLong();
    private final List<Runnable> waiting = new ArrayList<>(1);
    private final Outcome failure = Outcome.of(Status.INTERNAL_SERVER_ERROR);
    private volatile Outcome found = failure;
    private Outcome outcome = Outcome.of(Status.SERVICE_UNAVAILABLE);
    private @Nullable Resource resource;
    private boolean isDone;
    private @Nullable Throwable fault;

    Lookup(Subject subject, @Nullable Resource known) {
      this.subject = subject;
      this.known = known;
    }

    void add(Deferral deferral, Waiter waiter) {
      Runnable answer = () -> tell(deferral, waiter);
      if (isDone) {
        subject.loop.execute(answer); // no worker took it; the exchange is not ready for that yet
      } else {
        waiting.add(answer);
      }
    }

    /** Throws nothing, so that the others hear of the end as well. */
    private void tell(Deferral deferral, Waiter waiter) {
      try {
        deferral.answerNow(waiter.answer(outcome, resource));
      } catch (RuntimeException | Error e) {
        fault = e;
        deferral.failNow();
      }
    }

    private void findAgain() {
      find(false);
    }

    void find(boolean wantsGzip) {
      boolean keepsGzip = known != null && known.in(Coding.GZIP) != null;
      run(workers.reads(), () -> findOnWorker(wantsGzip || keepsGzip));
    }

    /** However it ends, those who wait hear of it. */
    private void findOnWorker(boolean wantsGzip) {
      found = failure;
      try {
        found = finder.find(subject.urlPath, known, wantsGzip);
      } finally {
        subject.loop.execute(finishTask);
      }
    }

    void check(Resource current) {
      run(workers.checks(), () -> checkOnWorker(current));
    }

    private void checkOnWorker(Resource current) {
      boolean isCurrent = false;
      found = Outcome.UNCHANGED;
      try {
        isCurrent = finder.isCurrent(subject.urlPath, current);
      } finally {
        subject.loop.execute(isCurrent ? finishTask : findTask);
      }
    }

    private void run(Executor worker, Runnable task) {
      try {
        worker.execute(task);
      } catch (RejectedExecutionException e) {
        found = outcome; // too much to do
        finish();
      } catch (Error e) {
        finish();
        throw e;
      }
    }

    private void finish() {
      underWay.remove(subject.rawPath);
      if (known != null) {
        known.isBeingChecked = false;
      }
      isDone = true;
      outcome = failure;
      try {
        Outcome result = found;
        resource = kept(result);
        outcome = result;
      } finally {
        for (int i = 0; i < waiting.size(); i++) {
          waiting.get(i).run();
        }
      }
      if (fault != null) {
        throw new IllegalStateException("an answer could not be given", fault);
      }
    }

    /** The resource as it stands in the cache now. */
    private @Nullable Resource kept(Outcome found) {
      if (found.isUnchanged()) {
        // If it left the cache meanwhile, its files may be closed: whoever waits asks again.
        boolean isKept = known != null && cache.get(subject.rawPath) == known;
        if (known != null) {
          known.checkedNanos = askedNanos;
        }
        return isKept ? known : null;
      }
      Resource fresh = found.resource();
      if (fresh == null) {
        cache.remove(subject.rawPath);
        return null;
      }
      if (isClosed) {
        fresh.retire();
        return null;
      }
      fresh.checkedNanos = askedNanos;
      cache.put(subject.rawPath, fresh);
      return fresh;
    }
  }
}
