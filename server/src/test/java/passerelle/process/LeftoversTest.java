package passerelle.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.app.ServerLog;
import passerelle.harness.Needs;

/** Whoever is there when its script has ended is reaped in the end, whatever has been closed. */
@Timeout(120)
final class LeftoversTest {
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final List<Orphan> orphans = new ArrayList<>();
  private final List<ScheduledThreadPoolExecutor> reapers = new ArrayList<>();
  private final AtomicLong clockNanos = new AtomicLong();
  private final ServerLog log = new ServerLog();

  /** A process whose parent, a script that led its session, has ended. */
  private record Orphan(long script, long pid) {
    void kill() {
      ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    }

    /** Neither running nor a zombie. */
    boolean isGone() {
      return !Files.exists(Path.of("/proc/" + pid));
    }

    boolean isZombie() throws IOException {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) == 'Z';
    }
  }

  /** Nothing is seen of orphans without them, and nothing reaped. */
  @BeforeEach
  void requireNativeCalls() {
    Needs.nativeCalls();
  }

  private Leftovers opened(boolean isAlone) {
    ScheduledThreadPoolExecutor reaper = new ScheduledThreadPoolExecutor(1);
    reapers.add(reaper);
    Leftovers leftovers = new Leftovers(reaper, isAlone, clockNanos::get, environment -> null);
    leftovers.open();
    return leftovers;
  }

  private Orphan orphan() throws IOException {
    Process script =
        new ProcessBuilder("setsid", "sh", "-c", "sleep 1000 >/dev/null & echo $$ $!").start();
    try (BufferedReader said = script.inputReader(StandardCharsets.US_ASCII)) {
      String[] pids = said.readLine().split(" ", -1);
      Orphan orphan = new Orphan(Long.parseLong(pids[0]), Long.parseLong(pids[1]));
      orphans.add(orphan);
      await("its parent has ended").until(() -> !script.isAlive());
      return orphan;
    }
  }

  private static ConditionFactory await(String what) {
    return Awaitility.await(what)
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(5, TimeUnit.MILLISECONDS);
  }

  @AfterEach
  void end() {
    clockNanos.addAndGet(LONG_NANOS); // nobody is left to others any more
    orphans.forEach(Orphan::kill);
    await("all are reaped").until(() -> orphans.stream().allMatch(Orphan::isGone));
    await("nobody looks any more")
        .until(() -> reapers.stream().allMatch(ScheduledThreadPoolExecutor::isTerminated));
    log.close();
  }

  private static Thread closing(Leftovers leftovers) {
    Thread thread =
        new Thread(
            () -> {
              try {
                leftovers.close(LONG_NANOS);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    thread.start();
    return thread;
  }

  @Test
  void closingWaitsForThoseThatWereKilled() throws Exception {
    Leftovers leftovers = opened(false);
    Orphan dying = orphan();
    leftovers.ended(dying.script, true);
    Thread closing = closing(leftovers);
    await("it waits").until(() -> closing.getState() != Thread.State.RUNNABLE);
    assertFalse(dying.isGone());
    assertTrue(closing.isAlive());
    dying.kill(); // as if the system had taken its time
    closing.join();
    assertTrue(dying.isGone());
  }

  @Test
  void whoGoesOnAfterTheCloseIsReapedWhenItEnds() throws Exception {
    Leftovers leftovers = opened(false);
    Orphan goesOn = orphan();
    leftovers.ended(goesOn.script, false);
    leftovers.close(LONG_NANOS);
    assertFalse(goesOn.isGone());
    assertFalse(goesOn.isZombie());
    assertFalse(reapers.get(0).isShutdown());
    goesOn.kill();
    await("it is reaped").until(goesOn::isGone);
    await("the reaper ends").until(() -> reapers.get(0).isTerminated());
  }

  @Test
  void theScriptOfAnotherServerIsLeftToIt() throws Exception {
    Leftovers one = opened(true);
    Leftovers other = opened(true);
    Orphan script = orphan(); // a child of this process, as those that the other starts
    other.began(script.pid);
    script.kill();
    await("its end").until(script::isZombie);
    one.close(LONG_NANOS);
    assertTrue(script.isZombie());
    other.ended(script.pid, false);
    other.close(LONG_NANOS);
    assertTrue(script.isGone());
  }

  @Test
  void orphansComeUntilTheLastServerHasBeenClosed() throws Exception {
    boolean before = Subreaper.isOn();
    Leftovers one = opened(false);
    Leftovers other = opened(false);
    one.close(LONG_NANOS);
    assertTrue(Subreaper.isOn());
    other.close(LONG_NANOS);
    assertEquals(before, Subreaper.isOn());
  }

  /** It may be the child of a program that embeds the server, which wants to know how it ended. */
  @Test
  void aZombieOfWhomNothingIsKnownIsLeftAloneForHalfAMinute() throws Exception {
    Leftovers leftovers = opened(false);
    Orphan stranger = orphan();
    stranger.kill();
    await("its end").until(stranger::isZombie);
    leftovers.close(LONG_NANOS);
    assertTrue(stranger.isZombie());
    clockNanos.addAndGet(TimeUnit.SECONDS.toNanos(30));
    await("it is reaped").until(stranger::isGone);
  }

  /** Another account's, for example: nothing is to wait for it for ever. */
  @Test
  void whoLivesOnThoughKilledCountsAsOneWhoGoesOn() throws Exception {
    Leftovers leftovers = opened(false);
    Orphan livesOn = orphan();
    leftovers.ended(livesOn.script, true);
    clockNanos.addAndGet(TimeUnit.SECONDS.toNanos(5));
    leftovers.close(LONG_NANOS);
    assertFalse(livesOn.isZombie());
    livesOn.kill();
    await("it is reaped").until(livesOn::isGone);
  }

  @Test
  void whoGoesOnIsLeftToAServerThatIsStillOpen() throws Exception {
    Leftovers one = opened(false);
    Leftovers other = opened(false);
    Orphan goesOn = orphan();
    one.ended(goesOn.script, false);
    one.close(LONG_NANOS);
    await("the first has nothing to do").until(() -> reapers.get(0).isTerminated());
    goesOn.kill();
    await("the other reaps it").until(goesOn::isGone);
    other.close(LONG_NANOS);
  }
}
