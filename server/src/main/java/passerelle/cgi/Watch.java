package passerelle.cgi;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.posix.Libc;
import passerelle.posix.PollSet;

/**
 * The thread that looks after silent scripts, so that they hold no worker: it calls those back that
 * have something to say, or have ended.
 *
 * <p>Safe from any thread.
 */
final class Watch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Watch.class);
  private static final int NOT_OPEN = -1;
  private static final long EVENT_OCTETS = 8;
  private static final int PER_SCRIPT = 3;

  /** One watched script: what to look at, and whom to call when there is something. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Watched(int[] descriptors, Runnable onReady) {}

  // All guarded by this:
  private final Map<Object, Watched> watched = new HashMap<>();
  private int event = NOT_OPEN;
  private boolean isClosed;
  private @Nullable Thread thread;

  /**
   * Calls back once, when one of the descriptors is ready. They must stay open until then, or until
   * {@link #forget}.
   *
   * @param key whatever stands for the script
   */
  synchronized void add(Object key, int[] descriptors, Runnable onReady) throws IOException {
    if (event == NOT_OPEN || isClosed) {
      throw new IOException("the server is shutting down");
    }
    watched.put(key, new Watched(descriptors, onReady));
    wake();
  }

  /** Starts the thread. Once. */
  synchronized void open() throws IOException {
    event = Libc.eventfd(0, Libc.EFD_CLOEXEC | Libc.EFD_NONBLOCK);
    if (event < 0) {
      Libc.check(Native.getLastError(), "eventfd");
    }
    Thread caller = new Thread(this::run, "passerelle-watch");
    caller.setDaemon(true);
    caller.start();
    thread = caller;
  }

  /** Does not call back any more; returns false if it has, or is about to. */
  synchronized boolean forget(Object key) {
    return watched.remove(key) != null;
  }

  private void wake() {
    try (Memory one = new Memory(EVENT_OCTETS)) {
      one.setLong(0, 1);
      Libc.write(event, one, EVENT_OCTETS);
    }
  }

  private void run() {
    try (Memory counter = new Memory(EVENT_OCTETS)) {
      Round round = nextRound();
      while (round != null) {
        round.polls.poll(-1);
        Libc.read(event, counter, EVENT_OCTETS); // does not wait
        callBack(round);
        round.polls.close();
        round = nextRound();
      }
    } catch (IOException e) {
      log.error("silent scripts are not looked after any more", e);
    } finally {
      close();
      synchronized (this) {
        Libc.close(event);
        event = NOT_OPEN;
      }
    }
  }

  /** What one poll looks at, with the event last. */
  private record Round(PollSet polls, Map<Object, Watched> scripts) {}

  private synchronized @Nullable Round nextRound() {
    if (isClosed) {
      return null;
    }
    Map<Object, Watched> scripts = new HashMap<>(watched);
    PollSet polls = new PollSet(scripts.size() * PER_SCRIPT + 1);
    int index = 0;
    for (Watched script : scripts.values()) {
      for (int descriptor : script.descriptors) {
        polls.set(index++, descriptor);
      }
    }
    polls.set(polls.size() - 1, event);
    return new Round(polls, scripts);
  }

  private void callBack(Round round) {
    int index = 0;
    Iterator<Map.Entry<Object, Watched>> all = round.scripts.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Object, Watched> next = all.next();
      boolean isReady = false;
      for (int i = 0; i < next.getValue().descriptors.length; i++) {
        isReady |= round.polls.isReady(index++);
      }
      if (isReady && forget(next.getKey())) {
        callBack(next.getValue());
      }
    }
  }

  /** Whatever goes wrong with one script, the others are looked after. */
  private void callBack(Watched script) {
    try {
      script.onReady.run();
    } catch (RuntimeException | Error e) {
      log.error("a script could not be attended to", e);
    }
  }

  /** Ends the thread; nobody is called back any more. */
  @Override
  public synchronized void close() {
    isClosed = true;
    watched.clear();
    if (event != NOT_OPEN) {
      wake();
    }
  }

  /** Waits for the end of the thread. After {@link #close}. */
  void awaitEnd(long waitMillis) throws InterruptedException {
    Thread ending;
    synchronized (this) {
      ending = thread;
    }
    if (ending != null) {
      ending.join(waitMillis);
    }
  }
}
