package passerelle.cgi;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.cgi.ScriptFinder.Found;
import passerelle.cgi.ScriptFinder.Kind;
import passerelle.http.Deferral;
import passerelle.http.Exchange;

/**
 * The scripts that were asked for lately, by the raw path of the request, and the paths that
 * workers are looking up at the moment, with the exchanges that wait for each.
 *
 * <p>What was found is good for a second; only scripts are kept, so that one which is new, or may
 * be executed now, is seen at once.
 *
 * <p>Confined to the loop thread.
 */
final class ScriptLookups {
  private static final Logger log = LoggerFactory.getLogger(ScriptLookups.class);
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long WAIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** How many scripts are kept, the least recently used leaving first. */
  static final int ENTRIES = 1024;

  /** Longer paths are looked up each time, so that the memory of the entries is bounded. */
  static final int LONGEST_OCTETS = 1024;

  private record Entry(Found found, long askedNanos) {}

  private final ScriptFinder finder;
  private final Executor workers;
  private final LongSupplier nanoClock;
  private final BiConsumer<Exchange, Found> whenFound;
  private final Map<String, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private final Map<String, List<Deferral>> underWay = new HashMap<>();

  /**
   * Look-ups in one folder.
   *
   * @param workers ask the disk
   * @param nanoClock the loop's monotonic clock
   * @param whenFound goes on with an exchange that had to wait
   */
  ScriptLookups(
      ScriptFinder finder,
      Executor workers,
      LongSupplier nanoClock,
      BiConsumer<Exchange, Found> whenFound) {
    this.finder = finder;
    this.workers = workers;
    this.nanoClock = nanoClock;
    this.whenFound = whenFound;
  }

  /** What a raw path was found to lead to a moment ago, or null. */
  @Nullable Found fresh(CharSequence rawPath) {
    Entry entry = entries.get(rawPath.toString());
    if (entry == null || nanoClock.getAsLong() - entry.askedNanos >= FRESH_NANOS) {
      return null;
    }
    return entry.found;
  }

  /** Looks the path up on a worker; requests for one path are one look at the disk. */
  void await(Exchange exchange, String urlPath) {
    Deferral deferral = exchange.defer(WAIT_NANOS, () -> log.debug("a script was not awaited"));
    String rawPath = exchange.request().target().path().toString();
    List<Deferral> waiting = underWay.get(rawPath);
    if (waiting != null) {
      waiting.add(deferral);
      return;
    }
    Executor loop = exchange.loop();
    Look look = new Look(rawPath, urlPath, nanoClock.getAsLong(), loop);
    waiting = new ArrayList<>(1);
    waiting.add(deferral);
    underWay.put(rawPath, waiting);
    boolean isTaken = false;
    try {
      workers.execute(look);
      isTaken = true;
    } catch (RejectedExecutionException e) {
      deferral.answer(new Answer(Found.of(Kind.BUSY)));
    } finally {
      if (!isTaken) {
        underWay.remove(rawPath);
      }
    }
  }

  /** On its way to a worker and back: it tells of its end when memory has run out, too. */
  private final class Look implements Runnable {
    private final String rawPath;
    private final String urlPath;
    private final long askedNanos;
    private final Executor loop;
    private final Runnable finishTask = this::finish;
    private volatile Found found = Found.of(Kind.FAULT);

    Look(String rawPath, String urlPath, long askedNanos, Executor loop) {
      this.rawPath = rawPath;
      this.urlPath = urlPath;
      this.askedNanos = askedNanos;
      this.loop = loop;
    }

    @Override
    public void run() {
      try {
        found = finder.find(urlPath);
      } finally {
        loop.execute(finishTask);
      }
    }

    private void finish() {
      List<Deferral> waiting = underWay.remove(rawPath);
      try {
        keep(rawPath, new Entry(found, askedNanos));
      } finally {
        tell(waiting, found);
      }
    }
  }

  private void keep(String rawPath, Entry entry) {
    if (entry.found.kind() == Kind.SCRIPT && rawPath.length() <= LONGEST_OCTETS) {
      entries.put(rawPath, entry);
      if (entries.size() > ENTRIES) {
        Iterator<Entry> eldest = entries.values().iterator();
        eldest.next();
        eldest.remove();
      }
    } else {
      entries.remove(rawPath);
    }
  }

  /** Whatever fails, all hear of it. */
  private void tell(@Nullable List<Deferral> waiting, Found found) {
    Throwable fault = null;
    for (int i = 0; waiting != null && i < waiting.size(); i++) {
      try {
        waiting.get(i).answerNow(new Answer(found));
      } catch (RuntimeException | Error e) {
        fault = e;
        waiting.get(i).failNow();
      }
    }
    if (fault != null) {
      throw new IllegalStateException("an answer could not be given", fault);
    }
  }

  /** How many scripts are kept. */
  int size() {
    return entries.size();
  }

  /** What a worker found, on its way to an exchange that waits for it. */
  private final class Answer implements Deferral.Answer {
    private final Found found;

    Answer(Found found) {
      this.found = found;
    }

    @Override
    public void applyTo(Exchange exchange) {
      whenFound.accept(exchange, found);
    }

    @Override
    public void discard() {
      log.debug("nobody waits for a script any more");
    }
  }
}
