package passerelle.cgi;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.OctetPath;

/**
 * Processes that go on when the script that started them has ended: jobs in the background, and
 * daemons that left the script's session so that stopping it does not reach them. They are counted
 * and logged, not stopped; when they end they are reaped, so that no zombie stays.
 *
 * <p>The system gives such orphans to this process, as a "child subreaper" (Linux 3.4), and lists
 * them as children of its first thread, which starts none itself. Where it does neither, there is
 * nothing to see, and nothing to reap.
 *
 * <p>Safe from any thread.
 */
final class Leftovers {
  private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
  private static final long SECONDS_BETWEEN = 1;
  private static final int RUSAGE_OCTETS = 144;
  private static final int SESSIONS = 4096;

  /** How often a zombie of whom nothing is known is looked at before it is reaped. */
  private static final int LOOKS = 30;

  private static final String ZOMBIE = "Z";
  private static final int STATE = 0;
  private static final int SESSION = 3;
  private static final String[] GONE = {"", "0", "0", "0"};

  /** What marks a process that a script started: its environment. */
  private static final String MARK = "GATEWAY_INTERFACE=";

  private static final String NAME = "SCRIPT_NAME=";

  private final LongPredicate isScript;
  private final ScheduledExecutorService reaper;
  private final boolean isAlone;
  private final AtomicBoolean isDue = new AtomicBoolean();
  private final @Nullable Path children;

  /** Those that go on, by process id, with what started them. Confined to the reaper. */
  private final Map<Long, String> known = new HashMap<>();

  /** Those that are no script's. Confined to the reaper. */
  private final Set<Long> strangers = new HashSet<>();

  /** Zombies of whom nothing is known, with the number of looks. Confined to the reaper. */
  private Map<Long, Integer> dead = new HashMap<>();

  /** The latest scripts that have ended: their process ids are the sessions of their orphans. */
  private final Set<Long> sessions = Collections.synchronizedSet(new LinkedHashSet<>());

  /**
   * Nobody yet; from now on orphans come to this process.
   *
   * @param isScript whether a process is a script that runs, which others reap
   * @param isAlone whether nobody else in this process starts others
   */
  Leftovers(LongPredicate isScript, ScheduledExecutorService reaper, boolean isAlone) {
    this.isAlone = isAlone;
    this.isScript = isScript;
    this.reaper = reaper;
    this.children = list();
  }

  private static @Nullable Path list() {
    try {
      String pid = Long.toString(ProcessHandle.current().pid());
      Path list = Path.of("/proc/self/task", pid, "children");
      boolean isOurs = Posix.prctl(Posix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0;
      return isOurs && Files.isReadable(list) ? list : null;
    } catch (LinkageError | UnsupportedOperationException e) {
      return null; // no native calls
    }
  }

  /** A script has ended: has the reaper look, within a second, whom it left behind. */
  void ended(long pid) {
    synchronized (sessions) {
      sessions.add(pid);
      if (sessions.size() > SESSIONS) {
        Iterator<Long> eldest = sessions.iterator();
        eldest.next();
        eldest.remove();
      }
    }
    lookSoon();
  }

  private void lookSoon() {
    if (children != null && isDue.compareAndSet(false, true)) {
      try {
        Future<?> unused = reaper.schedule(this::look, SECONDS_BETWEEN, TimeUnit.SECONDS);
      } catch (RejectedExecutionException e) {
        log.debug("no look at what scripts left behind: the server is shutting down", e);
      }
    }
  }

  /** On the reaper. */
  private void look() {
    isDue.set(false);
    Set<Long> there = orphans();
    Map<Long, Integer> nowDead = new HashMap<>();
    for (long pid : there) {
      String[] status = status(pid);
      if (!status[STATE].equals(ZOMBIE)) {
        meet(pid);
      } else if (isOurs(pid, status[SESSION]) || dead.getOrDefault(pid, 0) >= LOOKS) {
        reap(pid);
      } else {
        nowDead.put(pid, dead.getOrDefault(pid, 0) + 1);
      }
    }
    known.keySet().retainAll(there);
    strangers.retainAll(there);
    dead = nowDead;
    if (!there.isEmpty()) {
      lookSoon();
    }
  }

  /**
   * Whether a zombie was a script's. Others are reaped much later: a program that embeds the server
   * may want to do that itself.
   */
  private boolean isOurs(long pid, String session) {
    return isAlone || known.containsKey(pid) || sessions.contains(Long.parseLong(session));
  }

  /** From now on orphans go where they went before. */
  void close() {
    if (children != null) {
      Posix.prctl(Posix.PR_SET_CHILD_SUBREAPER, 0, 0, 0, 0);
    }
  }

  private Set<Long> orphans() {
    Set<Long> found = new HashSet<>();
    for (String pid : text(children).split(" ", -1)) {
      if (!pid.isBlank() && !isScript.test(Long.parseLong(pid.strip()))) {
        found.add(Long.parseLong(pid.strip()));
      }
    }
    return found;
  }

  /** The fields behind the name in its status: the state, its parent, group and session. */
  private static String[] status(long pid) {
    String status = text(Path.of("/proc", Long.toString(pid), "stat"));
    String[] fields = status.substring(status.lastIndexOf(')') + 1).strip().split(" ", -1);
    return fields.length > SESSION ? fields : GONE;
  }

  private void meet(long pid) {
    if (known.containsKey(pid) || strangers.contains(pid)) {
      return;
    }
    Path folder = Path.of("/proc", Long.toString(pid));
    String script = "";
    boolean isOfScript = false;
    for (String variable : text(folder.resolve("environ")).split("\0", -1)) {
      isOfScript |= variable.startsWith(MARK);
      script = variable.startsWith(NAME) ? variable.substring(NAME.length()) : script;
    }
    if (!isOfScript) {
      strangers.add(pid);
    } else {
      known.put(pid, script);
      log.warn(
          "script {} has left a process behind that goes on: {} ({}); {} such in all",
          OctetPath.display(script),
          pid,
          ErrorTail.visible(
                  text(folder.resolve("cmdline"))
                      .replace('\0', ' ')
                      .replace('\n', ' ')
                      .getBytes(StandardCharsets.ISO_8859_1))
              .strip(),
          known.size());
    }
  }

  private static void reap(long pid) {
    try (Memory status = new Memory(4);
        Memory usage = new Memory(RUSAGE_OCTETS)) {
      Posix.wait4((int) pid, status, Posix.WNOHANG, usage);
    }
  }

  /** What a file of /proc says, one character per octet; empty if it is gone or hidden. */
  private static String text(@Nullable Path file) {
    try {
      return file == null ? "" : new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
