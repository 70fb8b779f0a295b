package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;
import passerelle.io.OctetPath;
import passerelle.wire.Limits;
import passerelle.wire.Patience;

/**
 * A temporary folder and, once started, a server for it.
 *
 * <p>Scripts are written without execute permission before the server starts, so that they are run
 * by their interpreter and no writer can hold them open. When the site is closed, nothing may be
 * left of what the server borrowed, started or opened.
 */
final class Site implements AutoCloseable {
  /** A script that tells what variables it got, a line each. */
  static final String[] SHOW_ENVIRONMENT = {
    "printf 'Content-Type: text/plain\\n\\n'", "tr '\\0' '\\n' < /proc/$$/environ"
  };

  /** What the scripts' environment is chosen from. */
  static final Map<String, String> ENVIRONMENT =
      Map.of("PATH", "/usr/local/bin:/usr/bin:/bin", "LANG", "C.UTF-8");

  /**
   * Time limits for scripts that have something to do before theirs, the shortest first. A test
   * begins anew with the next one where the machine was too slow for one: a limit that would do
   * everywhere would cost that much time everywhere.
   */
  static final List<Duration> LIMITS =
      List.of(Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(15));

  /** What no script comes near. */
  private static final Duration NO_LIMIT = Duration.ofMinutes(5);

  private static final Duration END = Duration.ofSeconds(1);
  private static final Duration LINGER = Duration.ofSeconds(5);

  final Path folder;
  final Path root;

  /** The root's name as clients and scripts see it, one character for each octet. */
  final String rootOctets;

  private @Nullable Server server;

  Site() throws IOException {
    folder = Files.createTempDirectory("passerelle-site-").toRealPath();
    root = Files.createDirectory(folder.resolve("root"));
    rootOctets = OctetPath.octets(root);
  }

  /** Writes a file below the root; its folders are made. */
  Path file(String name, String text) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, text);
  }

  /** Writes a file of so many octets, which count through the lower letters. */
  Path letters(String name, int octets) throws IOException {
    return file(name, letters(octets));
  }

  static String letters(int octets) {
    byte[] text = new byte[octets];
    for (int i = 0; i < octets; i++) {
      text[i] = (byte) ('a' + i % 26);
    }
    return new String(text, StandardCharsets.US_ASCII);
  }

  /** Writes a script below {@code cgi-bin}, for its interpreter to run. */
  Path script(String name, String... lines) throws IOException {
    return file("cgi-bin/" + name, String.join("\n", lines) + "\n");
  }

  /** Writes a file that may be executed. */
  Path executable(String name, String... lines) throws IOException {
    Path file = file(name, String.join("\n", lines) + "\n");
    assertTrue(file.toFile().setExecutable(true, false));
    return file;
  }

  /** A path below the root whose name has one character for each octet. */
  Path octetPath(String name) {
    return OctetPath.of(rootOctets + "/" + name);
  }

  /** Starts the server, on any port; one that was started before is closed. */
  Site start(UnaryOperator<Settings.Builder> choices) throws IOException {
    if (server != null) {
      server.close(Duration.ZERO);
    }
    Settings.Builder settings =
        Settings.serve(root).port(0).environment(ENVIRONMENT).cgiTimeout(NO_LIMIT);
    server = Server.start(choices.apply(settings).build());
    return this;
  }

  /** Starts the server with scripts under {@code /cgi-bin}. */
  Site startWithScripts() throws IOException {
    return start(settings -> settings.cgi("/cgi-bin"));
  }

  /**
   * A client that has got the head of a script's answer, from a server with the shortest limit that
   * leaves the script the time for it.
   */
  RawClient begin(String script) throws IOException {
    for (Duration limit : LIMITS) {
      start(settings -> settings.cgi("/cgi-bin").cgiTimeout(limit));
      RawClient client = connect();
      if (client.ask("GET", "/cgi-bin/" + script).readHead().status() == 200) {
        return client;
      }
      client.close();
    }
    throw new AssertionError(script + " did not begin its answer within " + LIMITS);
  }

  /** Limits with other times for: a head, an idle connection, a stall. */
  static Limits times(Duration head, Duration idle, Duration stall) {
    return Limits.standard().withPatience(new Patience(head, idle, stall, 0, 0, LINGER));
  }

  Server server() {
    if (server == null) {
      throw new IllegalStateException("the site is not started");
    }
    return server;
  }

  RawClient connect() throws IOException {
    return new RawClient(server());
  }

  /** The answer to a single GET. */
  Reply get(String target, String... fields) throws IOException {
    try (RawClient client = connect()) {
      return client.get(target, fields);
    }
  }

  /** The answer to a single HEAD. */
  Reply head(String target, String... fields) throws IOException {
    try (RawClient client = connect()) {
      return client.head(target, fields);
    }
  }

  /** The answer to a single POST. */
  Reply post(String target, String content, String... fields) throws IOException {
    try (RawClient client = connect()) {
      return client.post(target, content, fields);
    }
  }

  /** Something to wait for, with the patience that a busy machine needs. */
  static ConditionFactory await(String what) {
    return Awaitility.await(what)
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(20, TimeUnit.MILLISECONDS);
  }

  /** What this process started and has not reaped, and what that started. */
  static List<String> processes() {
    return ProcessHandle.current()
        .descendants()
        .map(handle -> handle.pid() + " " + handle.info().commandLine().orElse("?"))
        .collect(Collectors.toList());
  }

  /** Whether a process of this id exists and is no zombie. */
  static boolean isRunning(long pid) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      return stat.charAt(stat.lastIndexOf(')') + 2) != 'Z';
    } catch (IOException e) {
      return false;
    }
  }

  /** Waits for a file to hold a line, and returns that. */
  static String awaitLine(Path file) {
    await("a line in " + file.getFileName())
        .until(() -> Files.exists(file) && Files.readString(file).endsWith("\n"));
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /**
   * The temporary files that hold content now. The build has a folder of its own for them, so that
   * other programs' are not among them.
   */
  static Set<Path> spoolFiles() throws IOException {
    Path temporary = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    Set<Path> found = new HashSet<>();
    try (DirectoryStream<Path> folders =
        Files.newDirectoryStream(temporary, "passerelle-*.scratch")) {
      for (Path folder : folders) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.content")) {
          files.forEach(found::add);
        } catch (NoSuchFileException e) {
          // Its server has been closed meanwhile.
        }
      }
    }
    return found;
  }

  /** How many descriptors this process has open. */
  static int descriptors() {
    String[] names = new java.io.File("/proc/self/fd").list();
    return names == null ? 0 : names.length;
  }

  /** The threads of all servers that live in this process. */
  static Set<Thread> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("passerelle-"))
        .collect(Collectors.toSet());
  }

  /** Those of them that were not there before; threads of an older server may still be ending. */
  static Set<Thread> threadsBeside(Set<Thread> before) {
    return threads().stream()
        .filter(thread -> !before.contains(thread))
        .collect(Collectors.toSet());
  }

  /** Checks that nothing is left over, and ends everything. */
  @Override
  public void close() throws IOException {
    try {
      if (server != null) {
        Server running = server;
        try {
          await("no buffers on loan").until(() -> running.outstandingBuffers() == 0);
          await("no scripts").untilAsserted(() -> assertEquals(List.of(), processes()));
        } finally {
          running.close(END);
        }
      }
    } finally {
      delete();
    }
  }

  private void delete() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
