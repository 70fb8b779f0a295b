package passerelle.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.posix.Descriptor;
import passerelle.posix.PollSet;
import passerelle.posix.WakeUp;

/**
 * The thread that looks after silent programs, so that they hold no worker: it calls those back
 * that have something to say, or have ended.
 *
 * <p>It goes on after any failure until it is closed. When it cannot look, it calls all back, so
 * that each looks for itself, and waits for a moment.
 *
 * <p>Safe from any thread.
 */
final class PipePoller implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PipePoller.class);

  /** Between two looks of which the first failed. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /** One watched program: what to look at, and whom to call when there is something. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Watched(int[] descriptors, Runnable onReady) {}

  /** How a round looks at many descriptors. Tests look otherwise. */
  interface Look {
    void poll(PollSet polls) throws IOException;
  }

  private final Look look;
  // All guarded by this:
  private final Map<Object, Watched> watched = new HashMap<>();
  private @Nullable WakeUp wakeUp;
  private boolean isClosed;
  private @Nullable Thread thread;

  PipePoller() {
    this(polls -> polls.poll(-1));
  }

  PipePoller(Look look) {
    this.look = look;
  }

  /**
   * Calls back once, when one of the descriptors is ready, or when nobody can tell. They must stay
   * open until then, or until {@link #forget}.
   *
   * @param key whatever stands for the program
   * @param descriptors those that are open; the others are {@link Descriptor#NONE}
   */
  synchronized void add(Object key, int[] descriptors, Runnable onReady) throws IOException {
    if (wakeUp == null || isClosed) {
      throw new IOException("the server is shutting down");
    }
    watched.put(key, new Watched(open(descriptors), onReady));
    wakeUp.call();
  }

  /** Those that are open: the system counts the others, too. */
  private static int[] open(int[] descriptors) {
    return Arrays.stream(descriptors).filter(one -> one != Descriptor.NONE).toArray();
  }

  /** Starts the thread. Once. */
  synchronized void open() throws IOException {
    WakeUp opened = WakeUp.open();
    Thread caller = new Thread(() -> run(opened), "passerelle-poller");
    caller.setDaemon(true);
    try {
      caller.start();
    } catch (Error e) {
      opened.close(); // the system has no thread left
      throw e;
    }
    wakeUp = opened;
    thread = caller;
  }

  /** Does not call back any more; returns false if it has, or is about to. */
  synchronized boolean forget(Object key) {
    return watched.remove(key) != null;
  }

  private void run(WakeUp opened) {
    try {
      boolean hasFailed = false;
      while (goesOn()) {
        hasFailed = !lookOnce(opened, hasFailed);
      }
    } finally {
      synchronized (this) {
        wakeUp = null;
      }
      opened.close();
    }
  }

  private synchronized boolean goesOn() {
    return !isClosed;
  }

  /** Looks, and calls back; returns false if any of that failed. */
  private boolean lookOnce(WakeUp opened, boolean hasFailed) {
    boolean isWell = true;
    try {
      Round round = nextRound(opened);
      look.poll(round.polls);
      opened.clear();
      for (Map.Entry<Object, Watched> program : round.programs.entrySet()) {
        isWell &= !round.isReady(program.getValue()) || callBack(program.getKey(), hasFailed);
      }
    } catch (IOException | RuntimeException | Error e) {
      isWell = false;
      recover(hasFailed, e);
    }
    if (!isWell) {
      LockSupport.parkNanos(this, PAUSE_NANOS);
    }
    return isWell;
  }

  /** What fails here as well is tried again after the next look. */
  private void recover(boolean hasFailed, Throwable problem) {
    try {
      report(hasFailed, "silent programs cannot be looked after, and look for themselves", problem);
      List<Object> all;
      synchronized (this) {
        all = new ArrayList<>(watched.keySet());
      }
      all.forEach(key -> callBack(key, hasFailed));
    } catch (RuntimeException | Error e) {
      // Nobody is forgotten who was not called.
    }
  }

  /** One line for any number of failures in a row. Throws nothing. */
  private static void report(boolean hasFailed, String what, Throwable problem) {
    try {
      if (!hasFailed) {
        log.error(what, problem);
      }
    } catch (RuntimeException | Error e) {
      // There is nobody to tell.
    }
  }

  /** What one poll looks at, with the wake-up last. */
  private static final class Round {
    private final PollSet polls;
    private final Map<Object, Watched> programs;
    private int next;

    Round(PollSet polls, Map<Object, Watched> programs) {
      this.polls = polls;
      this.programs = programs;
    }

    /** Asked of each program once, in the order of the map. */
    boolean isReady(Watched program) {
      boolean isReady = false;
      for (int i = 0; i < program.descriptors.length; i++) {
        isReady |= polls.isReady(next++);
      }
      return isReady;
    }
  }

  private synchronized Round nextRound(WakeUp opened) {
    Map<Object, Watched> programs = new HashMap<>(watched);
    int count = programs.values().stream().mapToInt(one -> one.descriptors.length).sum();
    PollSet polls = new PollSet(count + 1);
    int index = 0;
    for (Watched program : programs.values()) {
      for (int descriptor : program.descriptors) {
        polls.set(index++, descriptor);
      }
    }
    polls.set(index, opened.descriptor());
    return new Round(polls, programs);
  }

  /** Whoever could not be called stays, and is found again by the next look; returns false. */
  private boolean callBack(Object key, boolean hasFailed) {
    Watched program;
    synchronized (this) {
      program = watched.remove(key);
    }
    if (program == null) {
      return true; // forgotten meanwhile
    }
    try {
      program.onReady.run();
      return true;
    } catch (RuntimeException | Error e) {
      synchronized (this) {
        if (!isClosed) {
          watched.putIfAbsent(key, program);
        }
      }
      report(hasFailed, "a program could not be attended to", e);
      return false;
    }
  }

  /** Ends the thread; nobody is called back any more. */
  @Override
  public synchronized void close() {
    isClosed = true;
    watched.clear();
    if (wakeUp != null) {
      wakeUp.call();
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
