package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import passerelle.posix.Libc;

/**
 * A client leaves, in each phase of its request, in each way, in each version: its script gets
 * SIGTERM. One that only ends its side gets its answer.
 */
@Timeout(300)
final class CgiGoneTest {
  /** Behind the request, so that the input buffer is full and nobody reads on. */
  private static final String AHEAD = "GET /ahead HTTP/1.1\r\nHost: a\r\n\r\n".repeat(1000);

  private static final String HEAD = "printf 'Content-Type: text/plain\\n\\nhello'";
  private static final int FILE_OCTETS = 32 << 20;

  private Site site;

  /** Where a request stands when its client leaves. */
  private enum Stage {
    /** The script has said nothing. */
    SILENT("quiet"),
    IN_HEAD("printf 'Content-Type: text/plain\\n'", "quiet"),
    IN_STREAM(HEAD, "quiet"),
    IN_LENGTH("printf 'Content-Type: text/plain\\nContent-Length: 100\\n\\nhello'", "quiet"),
    VERBATIM("printf 'HTTP/1.1 200 OK\\r\\nConnection: close\\r\\n\\r\\nhello'", "quiet"),
    /** Nobody reads. */
    SOCKET_FULL(HEAD, "while :; do cat ../big; done"),
    /** The script goes on while a file is sent in place of its content. */
    SENDFILE("printf 'X-Sendfile: %s/../big\\n\\n' \"$PWD\"", "quiet"),
    /** Another script answers. */
    REDIRECTED("printf 'Location: /cgi-bin/silent.sh?%s\\n\\n' \"$QUERY_STRING\"");

    private final String text;

    Stage(String... lines) {
      this.text = String.join("\n", lines);
    }

    String script() {
      return (this == VERBATIM ? "nph-" : "") + name().toLowerCase(Locale.ROOT) + ".sh";
    }

    /** Whether octets that mean nothing fit in. */
    boolean hasRoomForQuestions() {
      return this == SILENT || this == IN_HEAD || this == IN_STREAM || this == REDIRECTED;
    }

    /** Whether the client has something to read before it leaves. */
    boolean hasBegun() {
      return this == IN_STREAM || this == IN_LENGTH || this == VERBATIM;
    }
  }

  private enum Way {
    CLOSES,
    RESETS,
    ENDS_ITS_SIDE_AND_CLOSES
  }

  private record Client(String id, RawClient raw) {}

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    Files.write(site.root.resolve("big"), new byte[FILE_OCTETS]);
    for (Stage stage : Stage.values()) {
      List<String> lines = new ArrayList<>();
      lines.add("trap '' PIPE");
      lines.add("trap 'echo > ../$QUERY_STRING.term; exit' TERM");
      lines.add("quiet() { sleep 1000 & wait; }");
      lines.add("echo > ../$QUERY_STRING.begun");
      lines.add(stage.text);
      site.script(stage.script(), lines.toArray(new String[0]));
    }
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private boolean isMarked(String id, String what) {
    return Files.exists(site.root.resolve(id + "." + what));
  }

  private Client begin(Stage stage, String version, boolean isPipelined, String id)
      throws IOException {
    RawClient raw = new RawClient(site.server(), 8 * 1024);
    String fields = version.endsWith("close") ? "Connection: close\r\n" : "";
    String line = "GET /cgi-bin/" + stage.script() + "?" + id + " " + version.substring(0, 8);
    raw.send(line + "\r\nHost: a\r\n" + fields + "\r\n" + (isPipelined ? AHEAD : ""));
    return new Client(id, raw);
  }

  private static void leave(Client client, Way way) throws IOException {
    switch (way) {
      case CLOSES -> client.raw.leave();
      case RESETS -> client.raw.reset();
      case ENDS_ITS_SIDE_AND_CLOSES -> client.raw.endOutput().leave();
    }
  }

  /** Whether the client's leaving can be seen, here where it is on this machine. */
  private static boolean isSeen(Stage stage, String version, boolean isPipelined, Way way) {
    boolean isOld = version.startsWith("HTTP/1.0");
    return Libc.isAvailable()
        || (stage.hasRoomForQuestions() && !isOld)
        || (way == Way.RESETS && !isPipelined)
        || stage == Stage.SOCKET_FULL
        || stage == Stage.SENDFILE;
  }

  @ParameterizedTest
  @EnumSource
  void aScriptWhoseClientLeavesIsAskedToEnd(Stage stage) throws IOException {
    site.start(s -> s.cgi("/cgi-bin").cgiSendfile(true).cgiWorkers(18, 64).cgiProcesses(64));
    List<Client> clients = new ArrayList<>();
    List<Way> ways = new ArrayList<>();
    for (Way way : Way.values()) {
      for (String version : List.of("HTTP/1.1", "HTTP/1.1 close", "HTTP/1.0")) {
        for (boolean isPipelined : new boolean[] {false, true}) {
          if (isSeen(stage, version, isPipelined, way)) {
            clients.add(begin(stage, version, isPipelined, "client" + clients.size()));
            ways.add(way);
          }
        }
      }
    }
    for (Client client : clients) {
      Site.await("the script").until(() -> isMarked(client.id, "begun"));
      if (stage.hasBegun()) {
        assertEquals(200, client.raw.readHead().status());
      }
    }
    for (int i = 0; i < clients.size(); i++) {
      leave(clients.get(i), ways.get(i));
    }
    for (int i = 0; i < clients.size(); i++) {
      String id = clients.get(i).id;
      Site.await("SIGTERM for number " + i + ", whose client " + ways.get(i))
          .until(() -> isMarked(id, "term"));
    }
  }

  /** Whoever waits for a place is never begun; nor is a script whose content is not whole. */
  @ParameterizedTest
  @EnumSource
  void aRunThatWaitsIsNeverBegun(Way way) throws IOException {
    site.start(s -> s.cgi("/cgi-bin").cgiWorkers(1, 8).cgiProcesses(1));
    try (RawClient holder = begin(Stage.SILENT, "HTTP/1.1", false, "holder").raw) {
      Site.await("the script that runs").until(() -> isMarked("holder", "begun"));
      leave(begin(Stage.SILENT, "HTTP/1.1", false, "waits"), way);
      RawClient sender = site.connect();
      String post = RawClient.request("POST", "/cgi-bin/silent.sh?sends", "Content-Length: 300000");
      leave(new Client("sends", sender.send(post + "x".repeat(200_000))), way);
      Site.await("nobody but the one that runs")
          .until(() -> site.server().outstandingBuffers() <= 1 && Site.spoolFiles().isEmpty());
      holder.reset();
      Site.await("its end").until(() -> isMarked("holder", "term"));
      Client last = begin(Stage.IN_STREAM, "HTTP/1.1", false, "last");
      assertEquals(200, last.raw.readHead().status());
      last.raw.close();
      Site.await("its end").until(() -> isMarked("last", "term"));
    }
    assertFalse(isMarked("waits", "begun"));
    assertFalse(isMarked("sends", "begun"));
  }

  /** To end one's side is no farewell: the answer comes, whatever was asked meanwhile. */
  @ParameterizedTest
  @EnumSource(names = {"SILENT", "IN_HEAD", "IN_STREAM", "IN_LENGTH", "VERBATIM"})
  void aClientThatOnlyEndsItsSideIsAnsweredToTheEnd(Stage stage) throws IOException {
    site.script("rest.sh", "while ! [ -e ../go ]; do sleep 0.02; done");
    Path script = site.root.resolve("cgi-bin").resolve(stage.script());
    String text = Files.readString(script).replace("sleep 1000 & wait", ". ./rest.sh");
    String end = stage == Stage.SILENT ? HEAD : stage == Stage.IN_HEAD ? "printf '\\nhello'" : "";
    String more = "printf '%095d' 7";
    Files.writeString(script, text + end + "\n" + more + "\n");
    site.start(s -> s.cgi("/cgi-bin"));
    List<Client> clients = new ArrayList<>();
    for (String version : List.of("HTTP/1.1", "HTTP/1.1 close", "HTTP/1.0")) {
      clients.add(begin(stage, version, false, "client" + clients.size()));
    }
    for (Client client : clients) {
      client.raw.endOutput();
      Site.await("the script").until(() -> isMarked(client.id, "begun"));
    }
    if (stage.hasRoomForQuestions() && !stage.hasBegun()) {
      Site.await("a question").until(() -> !clients.get(0).raw.isSilent());
    }
    site.file("go", "");
    for (Client client : clients) {
      String answer = client.raw.readToEnd();
      assertTrue(answer.contains("hello"), answer);
      assertTrue(answer.contains("0".repeat(94) + "7"), answer);
      assertFalse(isMarked(client.id, "term"));
    }
  }

  /** A script that has said all may go on with what is its own. */
  @Test
  void aScriptThatLeftTheRestToAFileIsLetBe() throws IOException {
    site.script(
        "goes-on.sh",
        "trap 'echo > ../goes.term; exit' TERM",
        "printf 'X-Sendfile: %s/../big\\n\\n' \"$PWD\"",
        "exec >&- 2>&-",
        "while ! [ -e ../go ]; do sleep 0.02; done",
        "echo > ../goes.done");
    site.start(s -> s.cgi("/cgi-bin").cgiSendfile(true));
    try (RawClient client = new RawClient(site.server(), 8 * 1024)) {
      client.ask("GET", "/cgi-bin/goes-on.sh");
      assertEquals(200, client.readHead().status());
      client.reset();
    }
    Site.await("the loop has seen it").until(() -> site.server().outstandingBuffers() == 0);
    site.file("go", "");
    Site.await("its end").until(() -> isMarked("goes", "done"));
    assertFalse(isMarked("goes", "term"));
  }
}
