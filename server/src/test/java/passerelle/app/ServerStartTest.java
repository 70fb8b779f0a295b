package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.io.OctetPath;
import passerelle.posix.Libc;
import passerelle.posix.ProcessCalls;

/** How a server starts, or says why not, and how it ends. */
final class ServerStartTest {
  private static final Duration LONG = Duration.ofMinutes(5);

  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    site.file("page.txt", "page");
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private String failure(Path directory, UnaryOperator<Settings.Builder> choices) {
    Settings.Builder settings = choices.apply(Settings.serve(directory).port(0));
    StartFailure failure =
        assertThrows(StartFailure.class, () -> Server.start(settings.build()).close());
    return String.valueOf(failure.getMessage());
  }

  @Test
  void theAddressInUseIsTold() throws IOException {
    site.start(s -> s);
    assertEquals("http://127.0.0.1:" + site.server().port() + "/", site.server().uri().toString());
    assertFalse(site.server().isOpenToAll());
    assertEquals("200 page", site.get("/page.txt").brief());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "0.0.0.0", "::"})
  void everyInterfaceIsAsked(String all) throws IOException {
    assumeTrue(!all.equals("::") || hasIpv6(), "there is no IPv6 on this machine");
    Settings settings = Settings.serve(site.root).port(0).bind(all).build();
    try (Server server = Server.start(settings);
        RawClient client = new RawClient(server)) {
      assertTrue(server.isOpenToAll());
      assertEquals("127.0.0.1", server.uri().getHost());
      assertEquals("200 page", client.get("/page.txt", "Connection: close").brief());
    }
  }

  @Test
  void anAddressInIpv6IsExplainedWhereThereIsNone() throws IOException {
    assumeFalse(hasIpv6(), "there is IPv6 on this machine");
    String message = failure(site.root, s -> s.bind("::1"));
    assertEquals(
        "Cannot listen on 0:0:0:0:0:0:0:1: there is no IPv6 here. Choose another --bind.", message);
  }

  private static boolean hasIpv6() throws IOException {
    try (ServerSocketChannel channel = ServerSocketChannel.open()) {
      channel.bind(new InetSocketAddress("::", 0));
      return true;
    } catch (UnsupportedAddressTypeException | SocketException e) {
      return false;
    }
  }

  @Test
  void aHostNameIsAnAddressToo() throws IOException {
    InetAddress local = addressOf("localhost");
    assumeTrue(local.isLoopbackAddress(), "localhost is not this machine");
    site.start(s -> s.bind("localhost"));
    String host = local instanceof Inet6Address ? "[::1]" : local.getHostAddress();
    assertEquals("http://" + host + ":" + site.server().port() + "/", site.server().uri() + "");
  }

  /** Of a machine that knows no such name: one that is not its own. */
  private static InetAddress addressOf(String host) throws IOException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException e) {
      return InetAddress.getByName("192.0.2.1");
    }
  }

  @Test
  void aPortInUseIsExplained() throws IOException {
    site.start(s -> s);
    int port = site.server().port();
    String message = failure(site.root, s -> s.port(port));
    assertEquals(
        "Cannot listen on port "
            + port
            + " of 127.0.0.1: another program does. Stop it, or choose a --port.",
        message);
  }

  @Test
  void aPortCanBeSharedByThoseWhoSaySo() throws IOException {
    site.start(Settings.Builder::sharePort);
    int port = site.server().port();
    Settings settings = Settings.serve(site.root).port(port).sharePort().build();
    try (Server other = Server.start(settings)) {
      assertEquals(port, other.port());
      site.server().close();
      try (RawClient client = new RawClient(other)) {
        assertEquals("200 page", client.get("/page.txt", "Connection: close").brief());
      }
    }
  }

  @Test
  void anAddressOfAnotherMachineIsExplained() {
    String message = failure(site.root, s -> s.bind("192.0.2.1"));
    assertTrue(message.startsWith("Cannot listen on port 0 of 192.0.2.1: "), message);
    assertTrue(message.endsWith("Choose another --port or --bind."), message);
  }

  @Test
  void aDirectoryThatIsNoneIsExplained() {
    Path missing = site.root.resolve("missing");
    assertEquals(
        "There is no directory " + missing + ": create it, or name another.",
        failure(missing, s -> s));
    Path file = site.root.resolve("page.txt");
    assertEquals(
        file + " is not a directory: name the folder that holds your pages.",
        failure(file, s -> s));
  }

  @Test
  void aFolderThatMayNotBeEnteredIsExplained() throws IOException {
    Path closed = Files.createDirectory(site.root.resolve("closed"));
    Path within = Files.createDirectory(closed.resolve("within"));
    Files.setPosixFilePermissions(closed, Set.of());
    try {
      assumeFalse(Files.isExecutable(closed), "this user may enter every folder");
      String message = "This user may not enter the folder " + closed + ": chmod +rx it";
      assertTrue(failure(closed, s -> s).startsWith(message));
      assertTrue(failure(site.root, s -> s.cgi("/closed")).startsWith(message));
      assertTrue(failure(site.root, s -> s.files("/x", closed)).startsWith(message));
      message = "This user may not enter the folder " + within + ": chmod +rx it and those it lies";
      assertTrue(failure(within, s -> s).startsWith(message));
      assertTrue(failure(site.root, s -> s.cgiMixed("/x", within)).startsWith(message));
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void anInterpreterThatIsNotThereHasALine() throws IOException {
    Files.createDirectory(site.root.resolve("cgi-bin"));
    try (ServerLog log = new ServerLog()) {
      site.start(s -> s.cgi("/cgi-bin").interpreter(".x", List.of("no-such", "-y")));
      assertTrue(log.text().contains("--interpreter .x=no-such -y: there is no such program"));
      assertFalse(log.text().contains(".php"), "nobody asked for that");
    }
  }

  @Test
  void aScriptFolderThatIsNoneIsExplained() {
    String missing = failure(site.root, s -> s.cgi("/x", site.root.resolve("missing")));
    assertTrue(missing.contains(site.root.resolve("missing") + " for the scripts"), missing);
    assertTrue(missing.contains("--cgi /x=DIR"), missing);
    String file = failure(site.root, s -> s.cgi("/x", site.root.resolve("page.txt")));
    assertTrue(file.contains(site.root.resolve("page.txt") + " is not a folder"), file);
    assertTrue(file.contains("--cgi-mount"), file);
  }

  @Test
  void aFailedStartLeavesNothingOpen() throws IOException {
    site.start(s -> s);
    int port = site.server().port();
    String log = site.folder.resolve("log").toString();
    Files.createDirectory(site.root.resolve("cgi-bin"));
    UnaryOperator<Settings.Builder> choices = s -> s.port(port).accessLog(log).cgi("/cgi-bin");
    boolean takesOrphans = takesOrphans();
    assertFalse(failure(site.root, choices).isEmpty());
    int before = Site.descriptors();
    Set<Thread> threads = Site.threads();
    for (int i = 0; i < 5; i++) {
      assertFalse(failure(site.root, choices).isEmpty());
    }
    Site.await("no more threads")
        .untilAsserted(() -> assertEquals(Set.of(), Site.threadsBeside(threads)));
    Site.await("no more descriptors").until(() -> Site.descriptors() <= before);
    assertEquals(takesOrphans, takesOrphans());
  }

  @Test
  void aStartThatFailsAtALogLeavesNothingOpen() throws IOException {
    String log = site.folder.resolve("log").toString();
    String none = site.folder.resolve("none/log").toString();
    UnaryOperator<Settings.Builder> choices = s -> s.accessLog(log).cgi("/cgi-bin").cgiLog(none);
    Files.createDirectory(site.root.resolve("cgi-bin"));
    assertFalse(failure(site.root, choices).isEmpty());
    int before = Site.descriptors();
    for (int i = 0; i < 5; i++) {
      assertTrue(failure(site.root, choices).contains("--cgi-log"));
    }
    Site.await("no more descriptors").until(() -> Site.descriptors() <= before);
  }

  /** Whether processes that lost their parent come to this one, which a program may not want. */
  private static boolean takesOrphans() {
    return Libc.isAvailable() && ProcessCalls.isSubreaper();
  }

  @Test
  void aServerWithoutScriptsStartsNone() throws IOException {
    site.script("x.sh", "printf 'X: y\\n\\n'; touch ../ran");
    site.executable("program", "#!/bin/sh", "touch ran");
    Set<Thread> before = Site.threads();
    site.start(s -> s);
    assertTrue(site.get("/cgi-bin/x.sh").content().contains("touch"));
    assertTrue(site.get("/program").content().contains("touch"));
    assertFalse(Files.exists(site.root.resolve("ran")));
    assertFalse(
        Site.threadsBeside(before).stream()
            .anyMatch(thread -> thread.getName().startsWith("passerelle-cgi")));
  }

  @Test
  void closingFinishesTheRequestsInProgress() throws IOException, InterruptedException {
    site.script("wait.sh", "while [ ! -e ../go ]; do sleep 0.02; done", "printf 'X: y\\n\\ndone'");
    site.startWithScripts();
    try (RawClient busy = site.connect();
        RawClient idle = site.connect()) {
      assertEquals("200 page", idle.get("/page.txt").brief());
      busy.ask("GET", "/cgi-bin/wait.sh");
      Site.await("the script runs").until(() -> !Site.processes().isEmpty());
      Thread closer = new Thread(() -> site.server().close(LONG));
      closer.start();
      idle.assertEnds();
      Site.await("nobody is let in any more").until(this::isClosed);
      site.file("go", "");
      Reply last = busy.read();
      assertEquals("200 done", last.brief());
      assertEquals("close", last.only("Connection"));
      busy.assertEnds();
      closer.join(LONG.toMillis());
      assertFalse(closer.isAlive());
    }
  }

  private boolean isClosed() throws IOException {
    try (RawClient client = site.connect()) {
      client.leave();
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  @Test
  void closingTwiceDoesNoHarm() throws IOException {
    site.start(s -> s);
    site.server().close(Duration.ofSeconds(1));
    site.server().close(Duration.ofSeconds(1));
  }

  @Test
  void theAccessLogHasALineForEachRequest() throws IOException {
    Path log = site.folder.resolve("access.log");
    Files.writeString(log, "what was there before\n");
    site.script("x.sh", "printf 'Status: 418 Teapot\\n\\nshort'");
    site.start(s -> s.cgi("/cgi-bin").accessLog(OctetPath.octets(log)));
    try (RawClient client = site.connect()) {
      client.get("/page.txt?a=\"b", "User-Agent: raw \"1\"");
      client.head("/page.txt");
      client.get("/cgi-bin/x.sh");
      client.send("NOISE\r\n\r\n").read();
    }
    Site.await("the lines").until(() -> Files.readString(log).lines().count() == 5);
    String[] lines = Files.readString(log).split("\n", -1);
    assertEquals("what was there before", lines[0]);
    String time = "127.0.0.1 - - \\[[^\\]]+\\] ";
    assertTrue(
        lines[1].matches(
            time
                + "\"GET /page.txt\\?a=\\\\x22b HTTP/1.1\" 301 \\d+ \"-\" \"raw \\\\x221\\\\x22\""),
        lines[1]);
    assertTrue(lines[2].matches(time + "\"HEAD /page.txt HTTP/1.1\" 200 0 \"-\" \"-\""), lines[2]);
    assertTrue(lines[3].contains("\"GET /cgi-bin/x.sh HTTP/1.1\" 418 5 "), lines[3]);
    assertTrue(lines[4].contains("\"-\" 400 "), lines[4]);
  }
}
