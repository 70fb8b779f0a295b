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
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.harness.Needs;
import passerelle.wire.Limits;
import passerelle.wire.Patience;

/** Many scripts and clients at the same time: slow ones hold up nobody, and there are bounds. */
@Timeout(300)
final class CgiManyTest {
  private static final String HEAD = "printf 'Content-Type: text/plain\\n\\n'";
  private static final Duration LONG = Duration.ofMinutes(5);

  private final List<RawClient> clients = new ArrayList<>();
  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    site.script("fast.sh", HEAD, "printf fast");
    site.script("echo.sh", HEAD, "cat");
    site.script("endless.sh", HEAD, "exec cat /dev/zero");
    site.script("silent.sh", "echo $$ >> ../begun", "exec sleep 1000");
    site.script(
        "gate.sh",
        "echo $QUERY_STRING >> ../begun",
        "while [ ! -e ../go-$QUERY_STRING ]; do sleep 0.02; done",
        HEAD,
        "printf $QUERY_STRING");
  }

  @AfterEach
  void stop() throws IOException {
    for (RawClient client : clients) {
      client.reset();
    }
    site.close();
  }

  private RawClient client(int receiveOctets) throws IOException {
    RawClient client = new RawClient(site.server(), receiveOctets);
    clients.add(client);
    return client;
  }

  private List<String> begun() throws IOException {
    Path file = site.root.resolve("begun");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private void assertOthersAreAnswered() throws IOException {
    for (int i = 0; i < 10; i++) {
      assertEquals("200 fast", site.get("/cgi-bin/fast.sh").brief());
      assertEquals("200 content", site.post("/cgi-bin/echo.sh", "content").brief());
    }
  }

  /** Neither a silent script nor a slow client holds one of the two workers. */
  @Test
  void slowReadersSlowUploadersAndSilentScriptsHoldUpNobody() throws IOException {
    Needs.nativeCalls(); // else each run holds its worker
    Limits limits =
        Limits.standard().withPatience(new Patience(LONG, LONG, LONG, 0, 0, Duration.ofSeconds(5)));
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .limits(limits)
                .cgiTimeout(LONG)
                .cgiWorkers(2, 64)
                .cgiProcesses(200)
                .cgiPerClient(200, 64));
    List<RawClient> readers = new ArrayList<>();
    List<RawClient> uploaders = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      readers.add(client(4096).ask("GET", "/cgi-bin/endless.sh"));
      uploaders.add(
          client(0)
              .send(RawClient.request("POST", "/cgi-bin/echo.sh", "Content-Length: 100000"))
              .send(Site.letters(70_000)));
    }
    for (RawClient reader : readers) {
      assertEquals(200, reader.readHead().status());
    }
    for (int i = 0; i < 40; i++) {
      client(0).ask("GET", "/cgi-bin/silent.sh");
    }
    assertOthersAreAnswered();
    Site.await("all silent scripts").until(() -> begun().size() == 40);
    for (int i = 0; i < 64; i++) {
      readers.get(i).beginChunk();
      uploaders.get(i).send(Site.letters(100_000).substring(70_000, 80_000));
    }
    assertOthersAreAnswered();
    String rest = Site.letters(100_000).substring(80_000);
    for (RawClient uploader : uploaders) {
      assertEquals("200 " + Site.letters(100_000), uploader.send(rest).read().brief());
    }
    assertTrue(Site.processes().size() >= 64 + 40, () -> "ended: " + Site.processes());
  }

  /** Half of the places and of the queue, unless somebody says otherwise. */
  @Test
  void whatOneClientDoesCostsAnotherNoPlace() throws IOException {
    site.start(s -> s.cgi("/cgi-bin").cgiTimeout(LONG).cgiWorkers(4, 4).cgiProcesses(4));
    try (ServerLog log = new ServerLog();
        RawClient other = new RawClient(site.server(), 0, new byte[] {127, 0, 0, 2})) {
      for (int i = 0; i < 4; i++) {
        client(0).ask("GET", "/cgi-bin/silent.sh");
      }
      Site.await("half of the places").until(() -> begun().size() == 2);
      Reply refused = site.get("/cgi-bin/fast.sh");
      assertEquals(429, refused.status());
      assertEquals("1", refused.only("Retry-After"));
      for (int i = 0; i < 3; i++) {
        assertEquals("200 fast", other.get("/cgi-bin/fast.sh").brief());
      }
      assertEquals(2, begun().size());
      log.await("requests for scripts refused");
    }
  }

  /** The workers are many, so what bounds the scripts is their own number. */
  @Test
  void scriptsAndThoseThatWaitForOneAreBounded() throws IOException {
    site.start(
        s ->
            s.cgi("/cgi-bin").cgiTimeout(LONG).cgiWorkers(4, 1).cgiProcesses(2).cgiPerClient(2, 1));
    RawClient first = client(0).ask("GET", "/cgi-bin/gate.sh?first");
    RawClient second = client(0).ask("GET", "/cgi-bin/gate.sh?second");
    Site.await("both run").until(() -> begun().size() == 2);
    RawClient third = client(0).ask("GET", "/cgi-bin/gate.sh?more");
    RawClient fourth = client(0).ask("GET", "/cgi-bin/gate.sh?more");
    Site.await("one is refused").until(() -> !third.isSilent() || !fourth.isSilent());
    RawClient refused = third.isSilent() ? fourth : third;
    RawClient waiting = third.isSilent() ? third : fourth;
    Reply refusal = refused.read();
    assertEquals(503, refusal.status());
    assertEquals("1", refusal.only("Retry-After"));
    assertEquals(Set.of("first", "second"), Set.copyOf(begun()));
    site.file("go-second", "");
    assertEquals("200 second", second.read().brief());
    Site.await("the one that waited runs").until(() -> begun().contains("more"));
    assertTrue(waiting.isSilent() && first.isSilent());
    site.file("go-more", "");
    assertEquals("200 more", waiting.read().brief());
    site.file("go-first", "");
    assertEquals("200 first", first.read().brief());
    assertEquals("200 more", refused.get("/cgi-bin/gate.sh?more").brief());
  }

  @Test
  void whatAScriptSaysReachesItsClientBeforeItEnds() throws IOException {
    site.script(
        "events.sh",
        "printf 'Content-Type: text/event-stream\\n\\ndata: 1\\n\\n'",
        "while [ ! -e ../go ]; do sleep 0.02; done",
        "printf 'data: 2\\n\\n'");
    site.startWithScripts();
    RawClient client = client(0).ask("GET", "/cgi-bin/events.sh");
    assertEquals("text/event-stream", client.readHead().only("Content-Type"));
    assertEquals("data: 1\n\n", readEvent(client));
    site.file("go", "");
    assertEquals("data: 2\n\n", readEvent(client));
    assertEquals("", client.readChunk());
  }

  /** Reads chunks up to the end of an event; some shells write each line for itself. */
  private static String readEvent(RawClient client) throws IOException {
    String event = client.readChunk();
    while (!event.endsWith("\n\n")) {
      String more = client.readChunk();
      assertFalse(more.isEmpty(), event);
      event += more;
    }
    return event;
  }
}
