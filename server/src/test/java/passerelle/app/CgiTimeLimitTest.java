package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Scripts that run too long, or longer than somebody waits, and more of them than the server runs
 * at a time: each ends, with all that it started.
 */
final class CgiTimeLimitTest {
  private static final Duration SHORT = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String HEAD = "printf 'Content-Type: text/plain\\n\\n'";

  /** Says the script's process id to a file in the folder above. */
  private static final String PID = "echo $$ > ../pid";

  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    site.file("page.txt", "page");
    site.script("sleep.sh", PID, "sleep 1000");
    site.script("exec.sh", PID, "exec sleep 1000");
    site.script("stubborn.sh", "trap '' TERM", PID, "while :; do sleep 0.05; done");
    site.script("cut.sh", PID, HEAD, "printf begun", "exec sleep 1000");
    site.script("wait.sh", PID, "while [ ! -e ../go ]; do sleep 0.02; done", HEAD, "printf done");
    site.script("child.sh", HEAD, "sh -c '" + PID + "; exec sleep 1000' & printf parent");
    site.script(
        "stubbornchild.sh",
        HEAD,
        "sh -c 'trap \"\" TERM; " + PID + "; while :; do sleep 0.05; done' & printf parent");
    site.script("endless.sh", PID, HEAD, "exec cat /dev/zero");
    site.script("ticks.sh", PID, HEAD, "while :; do echo tick; sleep 0.05; done");
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private void start(Duration limit, int workers, int queue) throws IOException {
    site.start(
        s -> s.cgi("/cgi-bin").cgiTimeout(limit).cgiWorkers(workers, queue).cgiProcesses(workers));
  }

  private Path pidFile() {
    return site.root.resolve("pid");
  }

  private long pid() {
    return Long.parseLong(Site.awaitLine(pidFile()));
  }

  private void assertEnds(long pid) {
    Site.await("the end of process " + pid).until(() -> !Site.isRunning(pid));
  }

  @Test
  void aScriptThatDoesNotAnswerGets504AndIsGone() throws IOException {
    start(SHORT, 4, 4);
    for (String script : List.of("sleep.sh", "exec.sh", "stubborn.sh")) {
      try (ServerLog log = new ServerLog();
          RawClient client = site.connect()) {
        Reply reply = client.get("/cgi-bin/" + script);
        assertEquals(504, reply.status());
        assertEnds(pid());
        log.await("did not answer within the time limit");
        assertEquals("200 page", client.get("/page.txt").brief());
      }
    }
  }

  @Test
  void anAnswerThatIsUnfinishedAtTheLimitIsCutSoThatTheClientCanTell() throws IOException {
    start(SHORT, 4, 4);
    try (ServerLog log = new ServerLog();
        RawClient client = site.connect()) {
      assertEquals(200, client.ask("GET", "/cgi-bin/cut.sh").readHead().status());
      assertEquals("begun", client.beginChunk());
      assertThrows(EOFException.class, () -> client.endChunk().readChunk());
      assertEnds(pid());
      log.await("was stopped at the time limit");
    }
  }

  @Test
  void aChildThatHoldsTheOutputIsEndedWithItsScript() throws IOException {
    start(SHORT, 4, 4);
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/child.sh").readHead();
      assertEquals("parent", client.beginChunk());
      long child = pid();
      assertTrue(Site.isRunning(child));
      assertThrows(EOFException.class, () -> client.endChunk().readChunk());
      assertEnds(child);
    }
  }

  @Test
  void aChildThatIgnoresSigtermIsKilledEvenWhenItsScriptHasEnded() throws IOException {
    start(SHORT, 4, 4);
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/stubbornchild.sh").readHead();
      long child = pid();
      client.readToEnd();
      try {
        assertEnds(child);
      } finally {
        ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly);
      }
    }
  }

  @Test
  void aScriptEndsWhenItsClientIsGoneBeforeTheAnswer() throws IOException {
    start(LONG, 4, 4);
    for (boolean isReset : new boolean[] {true, false}) {
      for (String script : List.of("sleep.sh", "stubborn.sh")) {
        assertTrue(!pidFile().toFile().exists() || pidFile().toFile().delete());
        try (RawClient client = site.connect()) {
          client.ask("GET", "/cgi-bin/" + script);
          long pid = pid();
          assertTrue(Site.isRunning(pid));
          if (isReset) {
            client.reset();
          } else {
            client.leave();
          }
          assertEnds(pid);
        }
      }
    }
  }

  @Test
  void aScriptEndsWhenItsClientIsGoneAmidTheAnswer() throws IOException {
    start(LONG, 4, 4);
    for (boolean isReset : new boolean[] {true, false}) {
      for (String script : List.of("endless.sh", "ticks.sh")) {
        assertTrue(!pidFile().toFile().exists() || pidFile().toFile().delete());
        try (RawClient client = site.connect()) {
          client.ask("GET", "/cgi-bin/" + script).readHead();
          long pid = pid();
          if (isReset) {
            client.reset();
          } else {
            client.leave();
          }
          assertEnds(pid);
        }
      }
    }
  }

  @Test
  void aClientThatOnlyEndedItsSideStillGetsItsAnswer() throws IOException {
    start(LONG, 4, 4);
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/wait.sh").endOutput();
      pid();
      Reply reply = client.readHead();
      assertEquals(102, reply.status());
      site.file("go", "");
      while (reply.status() == 102) {
        reply = client.read();
      }
      assertEquals("200 done", reply.brief());
    }
  }

  @Test
  void whenAllIsBusyMoreGets503AndFilesAreServedAsEver() throws IOException {
    start(LONG, 1, 1);
    try (RawClient running = site.connect();
        RawClient waiting = site.connect()) {
      running.ask("GET", "/cgi-bin/wait.sh");
      pid();
      waiting.ask("GET", "/cgi-bin/wait.sh");
      Reply refused = site.get("/cgi-bin/wait.sh");
      assertEquals(503, refused.status());
      assertEquals("1", refused.only("Retry-After"));
      try (RawClient upload = site.connect()) {
        // Before the content is sent, for nothing would come of it.
        upload.send(RawClient.request("POST", "/cgi-bin/wait.sh", "Content-Length: 1000000"));
        assertEquals(503, upload.read().status());
      }
      assertEquals("200 page", site.get("/page.txt").brief());
      site.file("go", "");
      assertEquals("200 done", running.read().brief());
      assertEquals("200 done", waiting.read().brief());
      assertEquals("200 done", running.get("/cgi-bin/wait.sh").brief());
    }
  }

  @Test
  void aRequestThatWaitsTooLongForAWorkerGets503() throws IOException {
    start(SHORT, 1, 2);
    try (RawClient running = site.connect();
        RawClient waiting = site.connect()) {
      running.ask("GET", "/cgi-bin/stubborn.sh");
      pid();
      Reply late = waiting.get("/cgi-bin/wait.sh");
      assertEquals(503, late.status());
      assertEquals("1", late.only("Retry-After"));
      assertEquals(504, running.read().status());
    }
  }

  @Test
  void aClientThatLeavesTheQueueStartsNoScript() throws IOException {
    start(LONG, 1, 2);
    site.script("second.sh", "echo ran > ../second", HEAD);
    try (RawClient running = site.connect();
        RawClient waiting = site.connect()) {
      running.ask("GET", "/cgi-bin/wait.sh");
      pid();
      waiting.ask("GET", "/cgi-bin/second.sh").reset();
      assertEquals("200 page", site.get("/page.txt").brief());
      site.file("go", "");
      assertEquals("200 done", running.read().brief());
      assertEquals("200 done", running.get("/cgi-bin/wait.sh").brief());
      assertFalse(site.root.resolve("second").toFile().exists());
    }
  }

  @Test
  void closingTheServerLeavesNoScriptBehind() throws IOException {
    start(LONG, 4, 4);
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/stubborn.sh");
      long pid = pid();
      site.server().close(Duration.ofMillis(100));
      assertEnds(pid);
    }
  }
}
