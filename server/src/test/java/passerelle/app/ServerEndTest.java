package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.Field;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.reactor.Reactor;

/** When {@code close} has returned, nothing of the server is left. */
@Timeout(120)
final class ServerEndTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private Set<Thread> before;
  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    before = Site.threads();
    site = new Site();
    site.script(
        "slow.sh",
        "echo $$ > ../pid",
        "while [ ! -e ../go ]; do sleep 0.02; done",
        "printf 'X: y\\n\\ndone\\n'");
    site.script("stuck.sh", "(exec sleep 1000) & echo $$ > ../pid; wait");
  }

  @AfterEach
  void end() throws IOException {
    site.close();
  }

  private long begin(RawClient client, String script) throws IOException {
    client.ask("GET", "/cgi-bin/" + script, "Connection: close");
    return Long.parseLong(Site.awaitLine(site.root.resolve("pid")));
  }

  private boolean hasLoop() {
    return Site.threadsBeside(before).stream()
        .anyMatch(thread -> thread.getName().equals("passerelle-loop"));
  }

  private Thread closing(Duration wait) {
    Thread thread = new Thread(() -> site.server().close(wait));
    thread.start();
    return thread;
  }

  @Test
  void whoClosesSecondWaitsForTheFirst() throws Exception {
    site.startWithScripts();
    try (RawClient client = site.connect()) {
      begin(client, "slow.sh");
      Thread first = closing(LONG);
      Site.await("nobody listens")
          .untilAsserted(() -> assertThrows(ConnectException.class, site::connect));
      Thread second = closing(LONG);
      Site.await("it waits").until(() -> second.getState() != Thread.State.RUNNABLE);
      assertTrue(first.isAlive());
      assertTrue(second.isAlive());
      Files.createFile(site.root.resolve("go"));
      assertTrue(client.readToEnd().contains("done\n"));
      second.join();
      assertFalse(hasLoop());
      first.join();
    }
  }

  @Test
  void anInterruptionCutsTheDrainShortAndNothingElse() throws Exception {
    site.startWithScripts();
    try (RawClient client = site.connect();
        ServerLog log = new ServerLog()) {
      long script = begin(client, "stuck.sh");
      Thread.currentThread().interrupt();
      site.server().close(LONG);
      assertTrue(Thread.interrupted(), "the interruption is passed on");
      assertFalse(Files.exists(Path.of("/proc/" + script)));
      assertEquals(List.of(), Site.processes());
      assertFalse(hasLoop());
      log.await("requests were still in progress");
    }
  }

  /** The loop ends, and nobody asked for it: clients are let go, and whoever embeds it is told. */
  @Test
  void anEndThatNobodyAskedForIsTold() throws Exception {
    site.startWithScripts();
    Server server = site.server();
    assertNull(server.failure());
    try (RawClient client = site.connect();
        ServerLog log = new ServerLog()) {
      long script = begin(client, "stuck.sh");
      Field reactor = Server.class.getDeclaredField("reactor");
      reactor.setAccessible(true);
      ((Reactor) reactor.get(server)).close(); // what the loop cannot go on without
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      assertEquals(1, Main.await(server, new PrintStream(said, true, StandardCharsets.UTF_8)));
      assertTrue(said.toString(StandardCharsets.UTF_8).startsWith("passerelle: the server has"));
      assertNotNull(server.failure());
      log.await("serves nobody any more");
      assertThrows(IOException.class, () -> client.get("/"));
      assertThrows(ConnectException.class, site::connect);
      server.close(LONG); // which waits for no loop
      assertFalse(Files.exists(Path.of("/proc/" + script)));
      assertFalse(hasLoop());
    }
  }

  @Test
  void anEndThatWasAskedForIsNoFailure() throws Exception {
    site.startWithScripts();
    Server server = site.server();
    server.close(LONG);
    server.awaitEnd();
    assertNull(server.failure());
    assertEquals(-1, Main.await(server, System.err));
  }

  @Test
  void aStepThatFailsKeepsNoOtherFromBeingTaken() {
    StringBuilder taken = new StringBuilder();
    try (ServerLog log = new ServerLog();
        Closing closing = new Closing()) {
      closing.step(
          () -> {
            throw new IllegalStateException("a bug, for the test");
          });
      closing.step(() -> taken.append("second"));
      log.await("a bug, for the test");
    }
    assertEquals("second", taken.toString());
  }

  @Test
  void aStepThatIsInterruptedIsTakenOnceMore() {
    StringBuilder taken = new StringBuilder();
    try (Closing closing = new Closing()) {
      closing.step(
          () -> {
            taken.append("first ");
            if (taken.length() == "first ".length()) {
              throw new InterruptedException();
            }
          });
      closing.step(() -> taken.append("second"));
    }
    assertTrue(Thread.interrupted());
    assertEquals("first first second", taken.toString());
  }
}
