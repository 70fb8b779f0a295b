package passerelle.cgi;

import com.sun.jna.Memory;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
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
  private static final char ZOMBIE = 'Z';

  /** What marks a process that a script started: its environment. */
  private static final String MARK = "GATEWAY_INTERFACE=";

  private static final String NAME = "SCRIPT_NAME=";

  private final LongPredicate isScript;
  private final ScheduledExecutorService reaper;
  private final AtomicBoolean isDue = new AtomicBoolean();
  private final @Nullable Path children;

  /** Those that go on, by process id, with what started them. Confined to the reaper. */
  private final Map<Long, String> known = new HashMap<>();

  /** Zombies of the last look. Confined to the reaper. */
  private Set<Long> dead = new HashSet<>();

  private volatile int count;

  /**
   * Nobody yet; from now on orphans come to this process.
   *
   * @param isScript whether a process is a script that runs, which others reap
   */
  Leftovers(LongPredicate isScript, ScheduledExecutorService reaper) {
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

  /** How many go on, as of the last look. */
  int count() {
    return count;
  }

  /** A script has ended: has the reaper look, within a second, whom it left behind. */
  void lookSoon() {
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
    Set<Long> nowDead = new HashSet<>();
    for (long pid : there) {
      char state = state(pid);
      if (state == ZOMBIE) {
        // Whoever else starts processes here reaps them at once; one that is still there a second
        // later is nobody's.
        if (known.containsKey(pid) || dead.contains(pid)) {
          reap(pid);
        } else {
          nowDead.add(pid);
        }
      } else if (!known.containsKey(pid)) {
        meet(pid);
      }
    }
    known.keySet().removeIf(pid -> !there.contains(pid) || state(pid) == ZOMBIE);
    dead = nowDead;
    count = known.size();
    if (!there.isEmpty()) {
      lookSoon();
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

  /** The letter behind the last parenthesis of its status, or a blank if it is gone. */
  private static char state(long pid) {
    String status = text(Path.of("/proc", Long.toString(pid), "stat"));
    int end = status.lastIndexOf(')');
    return end < 0 || end + 2 >= status.length() ? ' ' : status.charAt(end + 2);
  }

  private void meet(long pid) {
    Path folder = Path.of("/proc", Long.toString(pid));
    String script = "";
    boolean isOfScript = false;
    for (String variable : text(folder.resolve("environ")).split("\0", -1)) {
      isOfScript |= variable.startsWith(MARK);
      script = variable.startsWith(NAME) ? variable.substring(NAME.length()) : script;
    }
    if (isOfScript) {
      known.put(pid, script);
      log.warn(
          "script {} has left a process behind that goes on: {} ({}); {} such in all",
          OctetPath.display(script),
          pid,
          ErrorTail.visible(
                  text(folder.resolve("cmdline"))
                      .replace('\0', ' ')
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
