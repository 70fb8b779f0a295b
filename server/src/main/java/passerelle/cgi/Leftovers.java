package passerelle.cgi;

import com.sun.jna.Memory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.OctetPath;
import passerelle.posix.Libc;

/**
 * Processes that are there when the script that started them has ended: jobs in the background,
 * daemons that left the script's session so that stopping it does not reach them, and what was
 * killed with its script and takes its time to die. Those that go on are counted and logged, not
 * stopped. All are reaped when they end, so that no zombie stays, not even of a closed server.
 *
 * <p>The system gives such orphans to this process, as a "child subreaper" (Linux 3.4), and lists
 * them as children of its first thread, which starts none itself. Where it does neither, there is
 * nothing to see, and nothing to reap.
 *
 * <p>Safe from any thread.
 */
final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
  private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** Between looks at those that are dying. */
  private static final long DYING_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final int RUSAGE_OCTETS = 144;
  private static final int SESSIONS = 4096;

  /** How long those that were killed are awaited; who lives on after that cannot be killed. */
  private static final long DEATH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** How long a zombie of whom nothing is known is left to those who may know it. */
  private static final long STRANGERS_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** What marks a process that a script started: its environment. */
  private static final String MARK = "GATEWAY_INTERFACE=";

  private static final String NAME = "SCRIPT_NAME=";

  /** The scripts of all servers in this process that run: their runs reap them. */
  private static final Set<Long> SCRIPTS = ConcurrentHashMap.newKeySet();

  private final ScheduledExecutorService reaper;
  private final boolean isAlone;
  private final LongSupplier nanoClock;
  private final AtomicBoolean isSubreaper = new AtomicBoolean();
  private final CountDownLatch killedAreGone = new CountDownLatch(1);
  private volatile @Nullable Path children;
  private volatile boolean isEnding;

  /** The next look. Guarded by this. */
  private @Nullable ScheduledFuture<?> due;

  /** How a script ended: whether all of its session was killed with it, and when that was. */
  private record End(boolean isSessionKilled, long nanos) {}

  /** The latest scripts of all servers that have ended. Their ids are the sessions of orphans. */
  private static final Map<Long, End> ENDED =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, End> eldest) {
              return size() > SESSIONS;
            }
          });

  /** Scripts whose end nobody else awaits any more. The list of orphans may not have them. */
  private static final Set<Long> GIVEN_UP = ConcurrentHashMap.newKeySet();

  /** Of the servers in this process those that are not closing: one of them looks after all. */
  private static final Set<Leftovers> OPEN = ConcurrentHashMap.newKeySet();

  /** The session of this process. A script's daemon is in another. */
  private static final long OWN_SESSION = ProcessStatus.of(ProcessHandle.current().pid()).session();

  // All confined to the reaper:

  /** Those that go on, by process id, with what started them. */
  private final Map<Long, String> known = new HashMap<>();

  /** Those that are no script's. */
  private final Set<Long> strangers = new HashSet<>();

  /** Who was there at the last look. */
  private Set<Long> seen = new HashSet<>();

  /** Since when zombies of whom nothing is known are there. */
  private final Map<Long, Long> zombies = new HashMap<>();

  /**
   * Nobody yet.
   *
   * @param reaper looks after them, and is shut down when nobody is left after {@link #close}
   * @param isAlone whether nobody else in this process starts others
   * @param nanoClock tells how long ago something was
   */
  Leftovers(ScheduledExecutorService reaper, boolean isAlone, LongSupplier nanoClock) {
    this.reaper = reaper;
    this.isAlone = isAlone;
    this.nanoClock = nanoClock;
  }

  /** From now on orphans come to this process. Once. */
  void open() {
    String pid = Long.toString(ProcessHandle.current().pid());
    Path list = Path.of("/proc/self/task", pid, "children");
    if (Files.isReadable(list) && Subreaper.begin()) {
      isSubreaper.set(true);
      children = list;
      OPEN.add(this);
    }
  }

  /** A script has been started; its run will reap it. */
  void began(long pid) {
    ENDED.remove(pid); // another one, long ago
    SCRIPTS.add(pid);
  }

  /**
   * A script has been reaped: has the reaper look, within a second, whom it left behind.
   *
   * @param isSessionKilled whether all of its session was killed with it
   */
  void ended(long pid, boolean isSessionKilled) {
    ENDED.put(pid, new End(isSessionKilled, nanoClock.getAsLong()));
    SCRIPTS.remove(pid);
    lookWithin(BETWEEN_NANOS);
  }

  /** A script was killed with its group, but its run cannot await its end: the reaper does. */
  void giveUp(long pid) {
    GIVEN_UP.add(pid);
    ended(pid, true);
  }

  private synchronized void lookWithin(long nanos) {
    if (children == null || (due != null && due.getDelay(TimeUnit.NANOSECONDS) <= nanos)) {
      return;
    }
    if (due != null) {
      due.cancel(false);
    }
    try {
      due = reaper.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("no look at what scripts left behind: the server has ended", e);
    }
  }

  /**
   * From now on orphans go where they went before. When this returns, those that were killed with
   * their script are reaped, unless they take longer to die than the wait. What goes on is reaped
   * when it ends, by another server if there is one; else the reaper stays until then. After the
   * last script.
   */
  void close(long waitNanos) throws InterruptedException {
    OPEN.remove(this);
    isEnding = true;
    if (children == null) {
      reaper.shutdownNow();
      return;
    }
    try {
      lookWithin(0);
      if (!killedAreGone.await(waitNanos, TimeUnit.NANOSECONDS)) {
        log.warn("what a script started was killed, but has not ended yet");
      }
    } finally {
      if (isSubreaper.compareAndSet(true, false)) {
        Subreaper.end();
      }
    }
  }

  /** What is to be done next for an orphan. */
  private enum Fate {
    /** It is dying: it is to be looked at again soon, and those that it leaves to us. */
    DYING,
    /** It will be reaped at a later look. */
    GOES_ON,
    /** It is alive, and no script's, or nobody can tell yet. */
    UNKNOWN
  }

  /** On the reaper. */
  private void look() {
    synchronized (this) {
      due = null;
    }
    boolean isLast = isEnding; // read before anybody is looked at: another look follows otherwise
    Set<Fate> fates = EnumSet.of(Fate.GOES_ON); // looks go on after a failure
    try {
      fates = lookAtAll(isLast);
    } catch (RuntimeException | Error e) {
      log.error("what scripts left behind could not be looked at", e);
    }
    if (fates.contains(Fate.DYING)) {
      lookWithin(DYING_NANOS);
      return;
    }
    if (isLast) {
      fates.remove(Fate.UNKNOWN);
      killedAreGone.countDown();
    }
    if (isLast && (fates.isEmpty() || isLeftToOthers())) {
      reaper.shutdownNow();
    } else if (!fates.isEmpty()) {
      lookWithin(BETWEEN_NANOS);
    }
  }

  /** Whether another server looks after those that go on. */
  private static boolean isLeftToOthers() {
    for (Leftovers other : OPEN) {
      other.lookWithin(BETWEEN_NANOS);
      return true;
    }
    return false;
  }

  private Set<Fate> lookAtAll(boolean isLast) {
    Set<Long> there = orphans();
    known.keySet().retainAll(there);
    strangers.retainAll(there);
    zombies.keySet().retainAll(there);
    Set<Fate> fates = EnumSet.noneOf(Fate.class);
    for (long pid : there) {
      fates.add(lookAt(pid, ProcessStatus.of(pid), isLast));
    }
    seen = there;
    return fates;
  }

  private Fate lookAt(long pid, ProcessStatus status, boolean isLast) {
    // A script that was started this moment leads a session, and its run is about to say so.
    boolean isNoScript = isLast || seen.contains(pid) || status.session() != pid;
    boolean isOfScript = SCRIPTS.contains(status.session()) || ENDED.containsKey(status.session());
    boolean isOurs = known.containsKey(pid) || (isNoScript && isOfScript);
    if (status.isZombie()) {
      long since = zombies.computeIfAbsent(pid, zombie -> nanoClock.getAsLong());
      // A program that embeds the server may want to reap what it started itself.
      boolean isUnwanted = nanoClock.getAsLong() - since >= STRANGERS_NANOS;
      boolean isReaped = (isOurs || (isNoScript && isAlone) || isUnwanted) && reap(pid);
      return isReaped ? Fate.DYING : Fate.GOES_ON;
    }
    if (isDying(status)) {
      return Fate.DYING;
    }
    if (isNoScript && !SCRIPTS.contains(status.session())) {
      meet(pid);
    }
    boolean mayBeOurs = isLast && status.session() != OWN_SESSION; // a daemon that hides its origin
    return isOurs || mayBeOurs || known.containsKey(pid) ? Fate.GOES_ON : Fate.UNKNOWN;
  }

  private boolean isDying(ProcessStatus status) {
    End end = ENDED.get(status.session());
    return end != null && end.isSessionKilled && nanoClock.getAsLong() - end.nanos < DEATH_NANOS;
  }

  private Set<Long> orphans() {
    Set<Long> found = new HashSet<>();
    for (String pid : ProcessStatus.text(children).split(" ", -1)) {
      if (!pid.isBlank() && !SCRIPTS.contains(Long.parseLong(pid.strip()))) {
        found.add(Long.parseLong(pid.strip()));
      }
    }
    GIVEN_UP.removeIf(pid -> !Files.exists(Path.of("/proc", Long.toString(pid))));
    found.addAll(GIVEN_UP);
    return found;
  }

  private void meet(long pid) {
    if (known.containsKey(pid) || strangers.contains(pid)) {
      return;
    }
    Path folder = Path.of("/proc", Long.toString(pid));
    String script = "";
    boolean isOfScript = false;
    for (String variable : ProcessStatus.text(folder.resolve("environ")).split("\0", -1)) {
      isOfScript |= variable.startsWith(MARK);
      script = variable.startsWith(NAME) ? variable.substring(NAME.length()) : script;
    }
    if (!isOfScript) {
      strangers.add(pid);
      return;
    }
    known.put(pid, script);
    if (killedAreGone.getCount() > 0) { // a server that has been closed says nothing any more
      log.warn(
          "script {} has left a process behind that goes on: {} ({}); {} such in all",
          OctetPath.display(script),
          pid,
          ErrorTail.visible(
                  ProcessStatus.text(folder.resolve("cmdline"))
                      .replace('\0', ' ')
                      .replace('\n', ' ')
                      .getBytes(StandardCharsets.ISO_8859_1))
              .strip(),
          known.size());
    }
  }

  /** Whether it was reaped; a zombie whose other threads go on is not yet to be. */
  private static boolean reap(long pid) {
    try (Memory status = new Memory(4);
        Memory usage = new Memory(RUSAGE_OCTETS)) {
      return Libc.wait4((int) pid, status, Libc.WNOHANG, usage) > 0;
    }
  }
}
