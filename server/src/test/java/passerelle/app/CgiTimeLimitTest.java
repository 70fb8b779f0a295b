package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Scripts that run too long, or longer than somebody waits, and more of them than the server runs
 * at a time: each ends, with all that it started.
 */
final class CgiTimeLimitTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final String HEAD = "printf 'Content-Type: text/plain\\n\\n'";

  /** Adds the script's process id to a file in the folder above. */
  private static final String PID = "echo $$ >> ../pids";

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
    parent("child.sh", PID + "; exec sleep 1000");
    parent("stubbornchild.sh", "trap \"\" TERM; " + PID + "; while :; do sleep 0.05; done");
    site.script("endless.sh", PID, HEAD, "exec cat /dev/zero");
    site.script("ticks.sh", PID, HEAD, "while :; do echo tick; sleep 0.05; done");
  }

  /** Writes a script that answers when its child has said its process id, and ends. */
  private void parent(String name, String child) throws IOException {
    site.script(
        name,
        "rm -f ../pids",
        "sh -c '" + child + "' &",
        "while [ ! -s ../pids ]; do sleep 0.02; done",
        "printf 'Content-Type: text/plain\\n\\nparent'");
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private void start(Duration limit, int workers, int queue) throws IOException {
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .cgiTimeout(limit)
                .cgiWorkers(workers, queue)
                .cgiProcesses(workers)
                .cgiPerClient(workers, queue));
  }

  /** The process ids that scripts have said so far. */
  private List<Long> said() throws IOException {
    Path file = site.root.resolve("pids");
    return Files.exists(file)
        ? Files.readAllLines(file).stream().map(Long::valueOf).toList()
        : List.of();
  }

  /** Waits for so many process ids. */
  private List<Long> pids(int count) throws IOException {
    Site.await(count + " process ids").until(() -> said().size() == count);
    return said();
  }

  private long pid() throws IOException {
    return pids(1).get(0);
  }

  /** Whether one more request for a script would be taken: it says so before its content. */
  private boolean hasRoom() throws IOException {
    try (RawClient client = site.connect()) {
      String[] fields = {"Expect: 100-continue", "Content-Length: 1"};
      int status = client.ask("POST", "/cgi-bin/wait.sh", fields).readHead().status();
      assertTrue(status == 100 || status == 503, () -> "status " + status);
      return status == 100;
    }
  }

  private void assertEnds(long pid) {
    Site.await("the end of process " + pid).until(() -> !Site.isRunning(pid));
  }

  @Test
  void aScriptThatDoesNotAnswerGets504AndIsGone() throws IOException {
    List<String> scripts = List.of("sleep.sh", "exec.sh", "stubborn.sh");
    try (ServerLog log = new ServerLog()) {
      for (Duration limit : Site.LIMITS) {
        Files.deleteIfExists(site.root.resolve("pids"));
        start(limit, 4, 4);
        List<Reply> replies = answers(scripts);
        if (said().size() == scripts.size()) {
          replies.forEach(reply -> assertEquals(504, reply.status()));
          break;
        }
      }
      pids(scripts.size()).forEach(this::assertEnds);
      for (String script : scripts) {
        log.await("script /cgi-bin/" + script + " did not answer within the time limit");
      }
    }
  }

  /** Runs scripts at the same time, each on a connection that is of use after that. */
  private List<Reply> answers(List<String> scripts) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    List<Reply> replies = new ArrayList<>();
    try {
      for (String script : scripts) {
        RawClient client = site.connect();
        clients.add(client);
        client.ask("GET", "/cgi-bin/" + script);
      }
      for (RawClient client : clients) {
        replies.add(client.read());
        assertEquals("200 page", client.get("/page.txt").brief());
      }
    } finally {
      for (RawClient client : clients) {
        client.close();
      }
    }
    return replies;
  }

  @Test
  void anAnswerThatIsUnfinishedAtTheLimitIsCutSoThatTheClientCanTell() throws IOException {
    try (ServerLog log = new ServerLog();
        RawClient client = site.begin("cut.sh")) {
      assertEquals("begun", client.beginChunk());
      assertThrows(EOFException.class, () -> client.endChunk().readChunk());
      said().forEach(this::assertEnds);
      log.await("was stopped at the time limit");
    }
  }

  /** The README promises it: nothing of a script that has ended is ended with its answer. */
  @Test
  void aJobThatHoldsTheOutputGoesOnAndTheAnswerIsWholeAtTheLimit() throws IOException {
    for (String script : List.of("child.sh", "stubbornchild.sh")) {
      try (ServerLog log = new ServerLog();
          RawClient client = site.begin(script)) {
        assertEquals("parent", client.readChunk());
        assertEquals("", client.readChunk());
        assertEquals("200 page", client.get("/page.txt").brief());
        assertTrue(Site.isRunning(pid()));
        assertFalse(log.text().contains("time limit"), log::text);
      } finally {
        ProcessHandle.of(pid()).ifPresent(ProcessHandle::destroyForcibly);
      }
      assertEnds(pid());
    }
  }

  /** It is the client that takes its time, and keeps to the rate that it has to. */
  @Test
  void aDownloadTakesLongerThanTheLimitOfItsScript() throws IOException {
    site.script("much.sh", "printf 'Content-Type: text/plain\\n\\n'", "head -c 20000000 /dev/zero");
    try (RawClient client = site.begin("much.sh")) {
      long startNanos = System.nanoTime();
      Site.await("more than any limit")
          .until(() -> System.nanoTime() - startNanos > Site.LIMITS.get(0).toNanos() * 4);
      long octets = 0;
      for (String chunk = client.readChunk(); !chunk.isEmpty(); chunk = client.readChunk()) {
        octets += chunk.length();
      }
      assertEquals(20_000_000, octets);
    }
  }

  /** A reset is all that can tell it, where the end of the connection is that of the content. */
  @Test
  void aDeathAmidAnAnswerThatEndsWithTheConnectionIsAReset() throws IOException {
    site.script("dies.sh", HEAD, "printf part", "sleep 0.1", "kill -KILL $$");
    site.script(
        "nph-dies.sh", "printf 'HTTP/1.1 200 OK\\r\\n\\r\\npart'", "sleep 0.1", "kill -KILL $$");
    site.script("well.sh", HEAD, "printf part", "sleep 0.1");
    start(LONG, 4, 4);
    assertThrows(SocketException.class, () -> oldAnswer("dies.sh"));
    assertThrows(SocketException.class, () -> oldAnswer("nph-dies.sh"));
    assertTrue(oldAnswer("well.sh").endsWith("\r\n\r\npart"));
  }

  /** The answer to a request of HTTP/1.0, up to the end of the connection. */
  private String oldAnswer(String script) throws IOException {
    try (Socket socket =
        new Socket(InetAddress.getByAddress(RawClient.LOOPBACK), site.server().port())) {
      String request = "GET /cgi-bin/" + script + " HTTP/1.0\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }
  }

  @Test
  void aScriptEndsWhenItsClientIsGoneBeforeTheAnswer() throws IOException {
    start(LONG, 4, 4);
    try (RawClient first = site.connect().ask("GET", "/cgi-bin/sleep.sh");
        RawClient second = site.connect().ask("GET", "/cgi-bin/sleep.sh");
        RawClient third = site.connect().ask("GET", "/cgi-bin/stubborn.sh");
        RawClient fourth = site.connect().ask("GET", "/cgi-bin/stubborn.sh")) {
      List<Long> pids = pids(4);
      assertTrue(pids.stream().allMatch(Site::isRunning));
      first.reset();
      second.leave();
      third.reset();
      fourth.leave();
      pids.forEach(this::assertEnds);
    }
  }

  @Test
  void aScriptEndsWhenItsClientIsGoneAmidTheAnswer() throws IOException {
    start(LONG, 4, 4);
    try (ServerLog log = new ServerLog();
        RawClient first = site.connect().ask("GET", "/cgi-bin/endless.sh");
        RawClient second = site.connect().ask("GET", "/cgi-bin/endless.sh");
        RawClient third = site.connect().ask("GET", "/cgi-bin/ticks.sh");
        RawClient fourth = site.connect().ask("GET", "/cgi-bin/ticks.sh")) {
      for (RawClient client : List.of(first, second, third, fourth)) {
        assertEquals(200, client.readHead().status());
      }
      List<Long> pids = pids(4);
      first.reset();
      second.leave();
      third.reset();
      fourth.leave();
      pids.forEach(this::assertEnds);
      site.server().close(LONG);
      assertFalse(log.text().contains("killed"), log::text);
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
      Site.await("the other waits").until(() -> !hasRoom());
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
    List<Reply> replies = List.of();
    for (Duration limit : Site.LIMITS) {
      Files.deleteIfExists(site.root.resolve("pids"));
      start(limit, 1, 2);
      replies = answers(List.of("stubborn.sh", "stubborn.sh"));
      long ran = replies.stream().filter(reply -> reply.status() == 504).count();
      if (ran > 0 && said().size() == ran) {
        break; // what ran ignored SIGTERM in time, and so ran longer than the limit
      }
    }
    boolean isFirstLate = replies.get(0).status() == 503;
    Reply late = replies.get(isFirstLate ? 0 : 1);
    assertEquals(503, late.status());
    assertEquals("1", late.only("Retry-After"));
    assertEquals(504, replies.get(isFirstLate ? 1 : 0).status());
  }

  @Test
  void aClientThatLeavesTheQueueStartsNoScript() throws IOException {
    start(LONG, 1, 1);
    site.script("second.sh", "echo ran > ../second", HEAD);
    try (RawClient running = site.connect();
        RawClient waiting = site.connect()) {
      running.ask("GET", "/cgi-bin/wait.sh");
      pid();
      waiting.ask("GET", "/cgi-bin/second.sh");
      Site.await("the other waits").until(() -> !hasRoom());
      waiting.reset();
      Site.await("the other has left").until(this::hasRoom);
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
