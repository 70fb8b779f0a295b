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
  private static final Path PLAIN_JAR = PlainPlace.copyOf(JAR);
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

  /** The jar for a JVM without a locale. */
  static String plainJar() {
    return PLAIN_JAR.toString();
  }

  /** The JVM's option for where temporary files go: it does not heed TMPDIR. */
  static String temporary() {
    return "-Djava.io.tmpdir=" + Command.temporary();
  }

  /** {@code java -jar passerelle.jar} with these arguments. */
  static Command command(String... arguments) {
    return commandOf(List.of(temporary()), arguments);
  }

  /** The same by a JVM with options. */
  static Command commandOf(List<String> jvmOptions, String... arguments) {
    List<String> words = new ArrayList<>(List.of(java()));
    words.addAll(jvmOptions);
    words.addAll(List.of("-jar", jar()));
    words.addAll(List.of(arguments));
    return patient(Command.of(words));
  }

  /**
   * Has a server wait for long where it waits for others, unless its command says how long: these
   * may be slow on a machine that is busy.
   */
  static Command patient(Command command) {
    Command patient = command;
    for (String wait : List.of("CGI", "DRAIN", "HEAD", "IDLE", "STALL")) {
      patient = patient.with("PASSERELLE_" + wait + "_TIMEOUT", "10m");
    }
    return patient;
  }

  /** Serves a directory on a free port; returns when it is ready. */
  static RunningJar serve(Path directory, String... options) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("-p", "0"));
    arguments.addAll(List.of(options));
    arguments.add(directory.toString());
    return start(command(arguments.toArray(new String[0])));
  }

  /** The command of the README: the start page, and the samples under {@code /cgi-bin}. */
  static RunningJar serveSamples(Path scripts, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("--cgi", "/cgi-bin=" + scripts));
    all.addAll(List.of(options));
    return serve(ROOT.resolve("www"), all.toArray(new String[0]));
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
