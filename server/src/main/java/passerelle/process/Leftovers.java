package passerelle.process;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
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
import passerelle.io.SafeText;
import passerelle.posix.ProcessCalls;

/**
 * Processes that are there when the program that started them has ended: jobs in the background,
 * daemons that left the program's session so that stopping it does not reach them, and what was
 * killed with its program and takes its time to die. Those that go on are counted and logged, not
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

  private static final int SESSIONS = 4096;

  /** How long those that were killed are awaited; who lives on after that cannot be killed. */
  private static final long DEATH_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** How long a zombie of whom nothing is known is left to those who may know it. */
  private static final long STRANGERS_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** The programs of all servers in this process that run: their runs reap them. */
  private static final Set<Long> PROGRAMS = ConcurrentHashMap.newKeySet();

  private final ScheduledExecutorService reaper;
  private final boolean isAlone;
  private final LongSupplier nanoClock;
  private final Origin origin;
  private final AtomicBoolean isSubreaper = new AtomicBoolean();
  private final CountDownLatch killedAreGone = new CountDownLatch(1);
  private volatile @Nullable Path children;
  private volatile boolean isEnding;

  /** The next look. Guarded by this. */
  private @Nullable ScheduledFuture<?> due;

  /** Tells by the environment of a process what started it. */
  public interface Origin {
    /**
     * What started it, as the log calls it, one character per octet; null if that was no program of
     * ours.
     *
     * @param environment {@code NAME=value} each
     */
    @Nullable String of(List<String> environment);
  }

  /** How a program ended: whether all of its session was killed with it, and when that was. */
  private record End(boolean isSessionKilled, long nanos) {}

  /** The latest programs of all servers that have ended. Their ids are the sessions of orphans. */
  private static final Map<Long, End> ENDED =
      Collections.synchronizedMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Long, End> eldest) {
              return size() > SESSIONS;
            }
          });

  /** Programs whose end nobody else awaits any more. The list of orphans may not have them. */
  private static final Set<Long> GIVEN_UP = ConcurrentHashMap.newKeySet();

  /** Of the servers in this process those that are not closing: one of them looks after all. */
  private static final Set<Leftovers> OPEN = ConcurrentHashMap.newKeySet();

  /** The session of this process. A program's daemon is in another. */
  private static final long OWN_SESSION = ProcessStatus.of(ProcessHandle.current().pid()).session();

  // All confined to the reaper:

  /** Those that go on, by process id, with what started them. */
  private final Map<Long, String> known = new HashMap<>();

  /** Those that are no program's. */
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
   * @param origin tells what started a process
   */
  Leftovers(
      ScheduledExecutorService reaper, boolean isAlone, LongSupplier nanoClock, Origin origin) {
    this.reaper = reaper;
    this.isAlone = isAlone;
    this.nanoClock = nanoClock;
    this.origin = origin;
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

  /** A program has been started; its run will reap it. */
  void began(long pid) {
    ENDED.remove(pid); // another one, long ago
    GIVEN_UP.remove(pid);
    PROGRAMS.add(pid);
  }

  /**
   * A program has been reaped: has the reaper look, within a second, whom it left behind.
   *
   * @param isSessionKilled whether all of its session was killed with it
   */
  void ended(long pid, boolean isSessionKilled) {
    ENDED.put(pid, new End(isSessionKilled, nanoClock.getAsLong()));
    PROGRAMS.remove(pid);
    lookWithin(BETWEEN_NANOS);
  }

  /** A program was killed with its group, but its run cannot await its end: the reaper does. */
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
      due = reaper.schedule(Children.doing(this::look), nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("no look at what programs left behind: the server has ended", e);
    }
  }

  /**
   * From now on orphans go where they went before. When this returns, those that were killed with
   * their program are reaped, unless they take longer to die than the wait. What goes on is reaped
   * when it ends, by another server if there is one; else the reaper stays until then. After the
   * last program.
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
        log.warn("what a program started was killed, but has not ended yet");
      }
    } finally {
      if (isSubreaper.compareAndSet(true, false)) {
        Subreaper.end();
      }
    }
  }

  private static final Set<Fate> GOES_ON = Set.of(Fate.GOES_ON);

  /** What is to be done next for an orphan. */
  private enum Fate {
    /** It is dying: it is to be looked at again soon, and those that it leaves to us. */
    DYING,
    /** It will be reaped at a later look. */
    GOES_ON,
    /** It is alive, and no program's, or nobody can tell yet. */
    UNKNOWN
  }

  /** On the reaper. */
  private void look() {
    synchronized (this) {
      due = null;
    }
    boolean isLast = isEnding; // read before anybody is looked at: another look follows otherwise
    Set<Fate> fates = lookAtAllOrAgain(isLast);
    if (fates.contains(Fate.DYING)) {
      lookWithin(DYING_NANOS);
      return;
    }
    if (isLast) {
      killedAreGone.countDown();
    }
    boolean isAnyLeft = fates.contains(Fate.GOES_ON) || (!isLast && fates.contains(Fate.UNKNOWN));
    if (isLast && (!isAnyLeft || isLeftToOthers())) {
      reaper.shutdownNow();
    } else if (isAnyLeft) {
      lookWithin(BETWEEN_NANOS);
    }
  }

  /** A look that fails is taken again later. */
  private Set<Fate> lookAtAllOrAgain(boolean isLast) {
    try {
      return lookAtAll(isLast);
    } catch (RuntimeException | Error e) {
      report(e);
      return GOES_ON;
    }
  }

  private static void report(Throwable problem) {
    try {
      log.error("what programs left behind could not be looked at", problem);
    } catch (RuntimeException | Error e) {
      // There is nobody to tell.
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
    // A program that was started this moment leads a session, and its run is about to say so.
    boolean isNoProgram = isLast || seen.contains(pid) || status.session() != pid;
    boolean isOfProgram =
        PROGRAMS.contains(status.session()) || ENDED.containsKey(status.session());
    boolean isOurs = known.containsKey(pid) || (isNoProgram && isOfProgram);
    if (status.isZombie()) {
      long since = zombies.computeIfAbsent(pid, zombie -> nanoClock.getAsLong());
      // A program that embeds the server may want to reap what it started itself.
      boolean isUnwanted = nanoClock.getAsLong() - since >= STRANGERS_NANOS;
      boolean isReaped = (isOurs || (isNoProgram && isAlone) || isUnwanted) && reap(pid);
      return isReaped ? Fate.DYING : Fate.GOES_ON;
    }
    if (isDying(status)) {
      return Fate.DYING;
    }
    if (isNoProgram && !PROGRAMS.contains(status.session())) {
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
      if (!pid.isBlank() && !PROGRAMS.contains(Long.parseLong(pid.strip()))) {
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
    String environment = ProcessStatus.text(folder.resolve("environ"));
    String program = origin.of(List.of(environment.split("\0", -1)));
    if (program == null) {
      strangers.add(pid);
      return;
    }
    known.put(pid, program);
    if (killedAreGone.getCount() > 0) { // a server that has been closed says nothing any more
      String command = ProcessStatus.text(folder.resolve("cmdline")).replace('\0', ' ');
      log.warn(
          "{} has left a process behind that goes on: {} ({}); {} such in all",
          OctetPath.display(program),
          pid,
          SafeText.of(command.replace('\n', ' ').getBytes(StandardCharsets.ISO_8859_1)).strip(),
          known.size());
    }
  }

  /** Whether it was reaped; a zombie whose other threads go on is not yet to be. */
  private static boolean reap(long pid) {
    return ProcessCalls.tryReap((int) pid) > 0;
  }
}
