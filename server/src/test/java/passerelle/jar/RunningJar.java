package passerelle.jar;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The standalone jar as a process that said it is ready. {@link #close} ends it by SIGTERM.
 *
 * <p>Safe from any thread.
 */
final class RunningJar implements AutoCloseable {
  /** The repository: where {@code www} and {@code cgi-samples} are. */
  static final Path ROOT = Path.of(property("passerelle.root"));

  private static final Path JAR = Path.of(property("passerelle.jar"));
  private static final Pattern URL = Pattern.compile("http://[^ ;]+:([0-9]+)/");

  private final Child child;
  private final String readyLine;
  private final URI uri;

  private RunningJar(Child child, String readyLine) {
    this.child = child;
    this.readyLine = readyLine;
    Matcher url = URL.matcher(readyLine);
    if (!url.find()) {
      throw new AssertionError("no URL in: " + readyLine);
    }
    this.uri = URI.create(url.group());
  }

  private static String property(String name) {
    String value = System.getProperty(name);
    if (value == null) {
      throw new IllegalStateException("failsafe sets " + name + "; run mvn verify");
    }
    return value;
  }

  /** The JVM that runs the tests. */
  static String java() {
    return Path.of(property("java.home"), "bin", "java").toString();
  }

  static String jar() {
    return JAR.toString();
  }

  /** {@code java -jar passerelle.jar} with these arguments. */
  static Command command(String... arguments) {
    List<String> words = new ArrayList<>(List.of(java(), "-jar", jar()));
    words.addAll(List.of(arguments));
    return Command.of(words.toArray(new String[0]));
  }

  /** Serves a directory on a free port; returns when it is ready. */
  static RunningJar serve(Path directory, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-p", "0"));
    arguments.addAll(List.of(options));
    arguments.add(directory.toString());
    return start(command(arguments.toArray(new String[0])));
  }

  /** The command of the README: the start page, and the samples under {@code /cgi-bin}. */
  static RunningJar serveSamples(Path scripts) throws IOException {
    return serve(ROOT.resolve("www"), "--cgi", "/cgi-bin=" + scripts);
  }

  /** Starts a command that becomes a server; returns when it is ready. */
  static RunningJar start(Command command) throws IOException {
    Child child = command.start();
    try {
      await()
          .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
          .pollInterval(20, TimeUnit.MILLISECONDS)
          .until(() -> !child.isAlive() || child.out().contains("\n"));
      if (!child.isAlive()) {
        throw new AssertionError("it ended at once: " + child.out() + child.err());
      }
      return new RunningJar(child, child.out().lines().findFirst().orElse(""));
    } catch (Throwable e) {
      child.close();
      throw e;
    }
  }

  Child child() {
    return child;
  }

  String readyLine() {
    return readyLine;
  }

  int port() {
    return uri.getPort();
  }

  /** The URL that it printed. */
  URI uri() {
    return uri;
  }

  /** The URL of a path. */
  URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  /** Ends it by a signal and waits; returns the exit code. */
  int end(String signal) throws IOException {
    child.signal(signal);
    return child.awaitExit();
  }

  @Override
  public void close() throws IOException {
    child.close();
  }
}
