package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import passerelle.harness.Needs;

/**
 * Clients that break off in every phase of a connection, and files that change while they are sent:
 * nothing hangs, nothing is left over, and nobody gets another's answer.
 */
final class FaultTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static final Duration SHORT = Duration.ofMillis(500);

  /** For a script that never says anything. */
  private static final Duration SCRIPT_TIME = Duration.ofSeconds(1);

  private static final int LARGE = 50_000_000;

  /** As much as a socket takes while nobody reads it. */
  private static final int FIRST_OCTETS = 30_000;

  private Site site;

  /** What a client has done when it breaks off. */
  enum Moment {
    NOTHING_SENT(""),
    EMPTY_LINE_SENT("\r\n"),
    PART_OF_A_HEAD("GET /large.bin HTTP/1.1\r\nHo"),
    PART_OF_SHORT_CONTENT(post("echo.sh", 1000) + "x".repeat(500)),
    PART_OF_SPOOLED_CONTENT(post("echo.sh", 400_000) + "x".repeat(300_000)),
    PART_OF_A_CHUNK(
        RawClient.request("POST", "/cgi-bin/echo.sh", "Transfer-Encoding: chunked") + "5\r\nab"),
    PART_OF_UNWANTED_CONTENT(RawClient.request("POST", "/small.txt", "Content-Length: 1000") + "x"),
    SILENT_SCRIPT(RawClient.request("GET", "/cgi-bin/silent.sh")),
    SILENT_SCRIPT_WITH_A_REQUEST_BEHIND(
        RawClient.request("GET", "/cgi-bin/silent.sh") + RawClient.request("GET", "/small.txt")),
    ENDLESS_SCRIPT(RawClient.request("GET", "/cgi-bin/endless.sh")),
    LARGE_FILE(RawClient.request("GET", "/large.bin")),
    PIPELINE(RawClient.request("GET", "/small.txt").repeat(500)),
    PIPELINE_OF_LARGE_FILES(RawClient.request("GET", "/large.bin").repeat(20)),
    REFUSED_AND_STILL_SENDING("nonsense\r\n\r\n" + "x".repeat(10_000));

    final String octets;

    Moment(String octets) {
      this.octets = octets;
    }

    boolean isOfSilentScript() {
      return octets.contains("silent.sh");
    }

    private static String post(String script, int length) {
      return RawClient.request("POST", "/cgi-bin/" + script, "Content-Length: " + length);
    }
  }

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    site.file("small.txt", "small");
    sparse("large.bin", LARGE);
    site.script("echo.sh", "printf 'Content-Type: text/plain\\n\\n'", "cat");
    site.script("silent.sh", "sleep 600");
    site.script("endless.sh", "printf 'X: y\\n\\n'", "yes");
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private Path sparse(String name, long size) throws IOException {
    Path path = site.file(name, "");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
    }
    return path;
  }

  /** A client that has come to a moment, as far as the server is concerned. */
  private RawClient at(Moment moment, RawClient bystander) throws IOException {
    int first = Math.min(moment.octets.length(), FIRST_OCTETS);
    RawClient client =
        HeldLoop.during(
            site.server(),
            () -> new RawClient(site.server(), 4096).send(moment.octets.substring(0, first)));
    client.send(moment.octets.substring(first));
    // Answers on another connection show that the loop has accepted this one, and then read it.
    for (int i = 0; i < 3; i++) {
      assertEquals("200 small", bystander.get("/small.txt").brief());
    }
    return client;
  }

  /** A connection that is not new any more: there is no limit on how soon it has to ask. */
  private RawClient bystander() throws IOException {
    RawClient client =
        HeldLoop.during(site.server(), () -> site.connect().ask("GET", "/small.txt"));
    assertEquals("200 small", client.read().brief());
    return client;
  }

  /** A script's answer. One that was too slow for the short limit of a test is asked again. */
  private static void assertScriptsAnswer(RawClient bystander) {
    Site.await("an answer of a script in time")
        .until(
            () -> {
              Reply reply = bystander.post("/cgi-bin/echo.sh", "mine");
              assertEquals(reply.status() == 504 ? reply.brief() : "200 mine", reply.brief());
              return reply.status() == 200;
            });
  }

  private void assertNothingIsLeft(RawClient bystander, int descriptorsBefore) throws IOException {
    assertEquals("200 small", bystander.get("/small.txt").brief());
    assertScriptsAnswer(bystander);
    Site.await("no buffers on loan").until(() -> site.server().outstandingBuffers() == 0);
    Site.await("no scripts").until(() -> Site.processes().isEmpty());
    Site.await("no more descriptors than before")
        .until(() -> Site.descriptors() <= descriptorsBefore);
  }

  private int descriptorsOfAWarmSite(RawClient bystander) throws IOException {
    assertEquals("200 small", bystander.get("/small.txt").brief());
    assertEquals(Integer.toString(LARGE), bystander.head("/large.bin").only("Content-Length"));
    String large = "x".repeat(100_000); // the first of its size has a folder made, which stays
    Site.await("an answer to large content in time")
        .until(() -> bystander.post("/cgi-bin/echo.sh", large).status() == 200);
    Site.await("no scripts").until(() -> Site.processes().isEmpty());
    return Site.descriptors();
  }

  @ParameterizedTest
  @EnumSource
  void aResetLeavesNothing(Moment moment) throws IOException {
    site.startWithScripts();
    try (RawClient bystander = bystander()) {
      int before = descriptorsOfAWarmSite(bystander);
      for (int i = 0; i < 3; i++) {
        at(moment, bystander).reset();
      }
      assertNothingIsLeft(bystander, before);
    }
  }

  @ParameterizedTest
  @EnumSource
  void aCloseLeavesNothing(Moment moment) throws IOException {
    site.startWithScripts();
    try (RawClient bystander = bystander()) {
      int before = descriptorsOfAWarmSite(bystander);
      for (int i = 0; i < 3; i++) {
        at(moment, bystander).leave();
      }
      assertNothingIsLeft(bystander, before);
    }
  }

  /** So it looks when a client loses its network: nothing comes any more, not even an end. */
  @ParameterizedTest
  @EnumSource
  void aClientThatVanishesIsGivenUp(Moment moment) throws IOException {
    if (moment.isOfSilentScript()) {
      Needs.nativeCalls(); // else what the script has started lives on, and is heard
    }
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .limits(Site.times(SHORT, LONG, SHORT))
                .cgiTimeout(moment.isOfSilentScript() ? SCRIPT_TIME : LONG));
    try (RawClient bystander = bystander()) {
      int before = descriptorsOfAWarmSite(bystander);
      try (RawClient silent = at(moment, bystander)) {
        Site.await("it is given up").until(() -> site.server().outstandingBuffers() == 0);
        Site.await("its scripts are").until(() -> Site.processes().isEmpty());
        assertScriptsAnswer(bystander);
        silent.reset();
      }
      assertNothingIsLeft(bystander, before);
    }
  }

  @Test
  void aFileThatGrowsWhileItIsSentEndsWhereItsLengthSaid() throws IOException {
    Path file = sparse("grows.bin", LARGE);
    site.start(s -> s);
    try (RawClient client = new RawClient(site.server(), 4096)) {
      assertEquals(200, client.ask("GET", "/grows.bin").readHead().status());
      client.readOctets(1000);
      Files.writeString(file, "more".repeat(1000), StandardOpenOption.APPEND);
      client.assertOctets(LARGE - 1000, i -> 0);
      assertEquals("200 small", client.get("/small.txt").brief());
    }
  }

  @Test
  void aFileThatIsDeletedWhileItIsSentIsSentToItsEnd() throws IOException {
    Path file = sparse("goes.bin", LARGE);
    site.start(s -> s);
    try (RawClient client = new RawClient(site.server(), 4096)) {
      assertEquals(200, client.ask("GET", "/goes.bin").readHead().status());
      client.readOctets(1000);
      Files.delete(file);
      client.assertOctets(LARGE - 1000, i -> 0);
      Site.await("404").until(() -> client.get("/goes.bin").status() == 404);
    }
  }

  @Test
  void aFileThatShrinksWhileItIsSentBreaksOffThatConnectionOnly() throws IOException {
    Path file = sparse("shrinks.bin", LARGE);
    site.start(s -> s);
    try (RawClient client = new RawClient(site.server(), 4096);
        RawClient behind = site.connect()) {
      client.send(
          RawClient.request("GET", "/shrinks.bin") + RawClient.request("GET", "/small.txt"));
      assertEquals(200, client.readHead().status());
      client.readOctets(1000);
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.setLength(2000);
      }
      assertThrows(EOFException.class, () -> client.assertOctets(LARGE - 1000, i -> 0));
      assertEquals("200 small", behind.get("/small.txt").brief());
      Site.await("no buffers on loan").until(() -> site.server().outstandingBuffers() == 0);
    }
  }
}
