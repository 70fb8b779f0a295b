package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.harness.Needs;

/** Whatever ends a script ends all that it started, and leaves no zombie. */
@Timeout(300)
final class CgiKillTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String HEAD = "printf 'X: y\\n\\n'";
  private static final String PID = "echo $$ >> ../pids";

  /** What the scripts write to the file of process ids, all together. */
  private static final int PROCESSES = 2 + 3 + 2 + 2 + 2 + 2 + 31;

  private final List<RawClient> clients = new ArrayList<>();
  private Site site;

  /** Without them nobody finds who left the group of a script, or was left behind by it. */
  @BeforeAll
  static void requireNativeCalls() {
    Needs.nativeCalls();
  }

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    String sleeper = "sh -c '" + PID + "; exec sleep 1000'";
    String stubborn = "sh -c 'trap \"\" TERM; " + PID + "; while :; do sleep 0.05; done'";
    site.script("child.sh", PID, sleeper + " & wait");
    site.script("grandchild.sh", PID, HEAD, "sh -c '" + PID + "; " + quoted(sleeper) + " & wait'");
    site.script("orphan.sh", PID, HEAD, "(" + sleeper + " &); exec sleep 1000");
    site.script("stubborn.sh", "trap '' TERM", PID, stubborn);
    site.script("stubbornchild.sh", PID, HEAD, stubborn + " & exec sleep 1000");
    // The program timeout leaves the group of its script, but not its session.
    site.script("owngroup.sh", PID, HEAD, "timeout 1000 " + stubborn + " & wait");
    site.script(
        "many.sh",
        PID,
        "for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30",
        "do sleep 1000 & echo $! >> ../pids",
        "done",
        "wait");
  }

  private static String quoted(String command) {
    return command.replace("'", "'\\''");
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.close();
    }
    site.close();
  }

  /** Runs all scripts. */
  private void begin(Duration limit) throws IOException {
    Files.deleteIfExists(file());
    clients.clear();
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .cgiTimeout(limit)
                .cgiWorkers(4, 8)
                .cgiProcesses(8)
                .cgiPerClient(8, 8));
    for (String script :
        List.of("child", "grandchild", "orphan", "stubborn", "stubbornchild", "owngroup", "many")) {
      RawClient client = site.connect();
      clients.add(client);
      client.ask("GET", "/cgi-bin/" + script + ".sh", "Connection: close");
    }
  }

  private Path file() {
    return site.root.resolve("pids");
  }

  /** The ids that the scripts have written so far. */
  private List<Long> pids() throws IOException {
    return Files.exists(file())
        ? Files.readAllLines(file()).stream().map(Long::valueOf).toList()
        : List.of();
  }

  /** Runs all scripts; returns the ids of all processes when all are there. */
  private List<Long> run() throws IOException {
    begin(LONG);
    Site.await("all processes").until(() -> pids().size() == PROCESSES);
    return pids();
  }

  /** Neither running nor a zombie. */
  private static void assertGone(List<Long> pids) {
    Site.await("the end of all")
        .untilAsserted(
            () ->
                assertEquals(
                    List.of(),
                    pids.stream().filter(p -> Files.exists(Path.of("/proc/" + p))).toList()));
    // Some of them start others again and again, which nobody has written down.
    Site.await("no others").untilAsserted(() -> assertEquals(List.of(), Site.processes()));
  }

  @Test
  void theTimeLimitEndsAll() throws IOException {
    List<String> answers = new ArrayList<>();
    List<Long> pids = List.of();
    for (Duration limit : Site.LIMITS) {
      begin(limit);
      answers.clear();
      for (RawClient client : clients) {
        answers.add(client.readToEnd());
      }
      pids = pids();
      assertGone(pids);
      if (pids.size() == PROCESSES) {
        break;
      }
    }
    assertEquals(PROCESSES, pids.size());
    for (String answer : answers) {
      assertTrue(answer.matches("(?s)HTTP/1.1 (504|200) .*"), answer);
      assertFalse(answer.endsWith("0\r\n\r\n"), answer);
    }
  }

  @Test
  void aClientThatLeavesEndsAll() throws IOException {
    List<Long> pids = run();
    assertTrue(pids.stream().filter(Site::isRunning).count() >= PROCESSES - 1);
    for (RawClient client : clients) {
      client.reset();
    }
    assertGone(pids);
  }

  @Test
  void closingTheServerEndsAll() throws IOException {
    List<Long> pids = run();
    site.server().close(Duration.ofMillis(10));
    assertGone(pids);
  }

  /** Out of the script's session, so that stopping it does not reach it; but it keeps the pipe. */
  @Test
  void aDaemonThatHoldsTheOutputHoldsItNoLongerThanTheTimeLimit() throws IOException {
    site.script(
        "daemon.sh",
        "setsid sh -c '" + PID + "; exec sleep 1000' &",
        "until grep -q ^sleep /proc/$!/cmdline; do sleep 0.02; done",
        HEAD + "; printf begun");
    List<Long> daemons = List.of();
    try (ServerLog log = new ServerLog();
        RawClient client = site.begin("daemon.sh")) {
      daemons = pids();
      long daemon = daemons.get(daemons.size() - 1);
      String rest = client.endOutput().readToEnd();
      assertEquals("5\r\nbegun\r\n0\r\n\r\n", rest);
      log.await(
          "script /cgi-bin/daemon.sh has left a process behind that goes on: "
              + daemon
              + " (sleep 1000)");
      assertTrue(Site.isRunning(daemon));
    } finally {
      pids().forEach(CgiKillTest::end);
    }
    assertGone(daemons);
  }

  @Test
  void whatGoesOnWithItsStreamsClosedHoldsNothing() throws IOException {
    String quiet = " </dev/null >/dev/null 2>&1 &";
    for (String script : List.of("job", "daemon")) {
      String command = script.equals("job") ? "sh" : "setsid sh";
      String pid = "echo $$ > ../pid-" + script;
      site.script(
          script + ".sh",
          command + " -c '" + pid + "; exec sleep 1000'" + quiet,
          HEAD + "; printf done");
    }
    site.start(s -> s.cgi("/cgi-bin").cgiTimeout(LONG).cgiProcesses(1));
    List<Long> left = new ArrayList<>();
    try (ServerLog log = new ServerLog()) {
      for (String script : List.of("job", "daemon")) {
        assertEquals("200 done", site.get("/cgi-bin/" + script + ".sh").brief());
        left.add(Long.parseLong(Site.awaitLine(site.root.resolve("pid-" + script))));
      }
      log.await("script /cgi-bin/job.sh has left a process behind that goes on: " + left.get(0));
      log.await("script /cgi-bin/daemon.sh has left a process behind that goes on: " + left.get(1));
      assertTrue(left.stream().allMatch(Site::isRunning));
    } finally {
      left.forEach(CgiKillTest::end);
    }
    assertGone(left);
  }

  private static void end(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
  }
}
