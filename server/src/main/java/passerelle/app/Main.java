package passerelle.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import passerelle.io.OctetPath;
import passerelle.ops.ErrorOutput;
import passerelle.ops.LogProvider;
import passerelle.posix.Libc;

/**
 * The program: reads the command line, starts a server, and shuts it down on a signal.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
public final class Main {
  static final int OK = 0;
  private static final int FAILED = 1;

  /** How long the end of the process waits for whoever reads standard error. */
  private static final Duration LAST_WORDS = Duration.ofSeconds(1);

  /** A message holds a path or two, which have up to 4,096 octets each. */
  private static final int LONGEST_LINE = 10_000;

  /** How much of either end is shown of a longer one. */
  private static final int SHOWN_END = 200;

  /** The version in the jar's manifest. */
  static final String VERSION =
      Objects.requireNonNullElse(Main.class.getPackage().getImplementationVersion(), "development");

  /** The server's name as scripts see it. */
  static final String NAME_AND_VERSION = "Passerelle/" + VERSION;

  /** JNA's own, which tells of what it gets over by a stack trace; kept, for others keep it not. */
  private static final class NativeLog {
    private static final Logger LOGGER = Logger.getLogger("com.sun.jna.Native");
  }

  private Main() {}

  /**
   * Runs until SIGTERM or Ctrl-C. Exit codes are 0, 1 for a failed start or an end that nobody
   * asked for, 2 for wrong usage.
   */
  public static void main(String[] arguments) throws InterruptedException {
    ErrorOutput errors = LogProvider.install(); // before anything has a logger
    // What people read is UTF-8, whatever the locale: the names of their files are in it.
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(errors.stream(), false, StandardCharsets.UTF_8);
    System.setErr(err);
    String rehearsal = System.getProperty(Rehearsal.PROPERTY);
    if (rehearsal != null) {
      System.exit(rehearse(Path.of(rehearsal), out));
    }
    int code = run(RawProcess.arguments(arguments), RawProcess.environment(), out, err);
    if (code >= 0) {
      errors.finish(LAST_WORDS);
      System.exit(code);
    }
  }

  private static int rehearse(Path folder, PrintStream out) {
    try {
      prepareNativeCalls();
      Rehearsal.run(folder, Map.of(), out);
      return OK;
    } catch (IOException e) {
      return FAILED; // there is no archive then
    }
  }

  /** Runs the server to its end; returns an exit code, or -1 if it was asked to end. */
  private static int run(
      List<String> arguments, Map<String, String> environment, PrintStream out, PrintStream err)
      throws InterruptedException {
    Thread preparation = new Thread(Main::prepareNativeCalls, "passerelle-start");
    preparation.setDaemon(true);
    try {
      preparation.start();
      Settings settings = PlainArguments.settings(arguments, environment);
      if (settings == null) {
        var said = new AllArguments(arguments, environment, out, err).read();
        settings = said.settings();
        if (settings == null) {
          return said.code();
        }
      }
      return await(start(settings, out), err);
    } catch (StartFailure e) {
      err.println("passerelle: " + oneLine(message(e)));
      return FAILED;
    } catch (IOException e) {
      err.println("passerelle: cannot start: " + oneLine(message(e)));
      return FAILED;
    } catch (OutOfMemoryError e) {
      err.println(
          "passerelle: cannot start: "
              + message(e)
              + ". Give the JVM more memory (java -Xmx64m), or this user more threads (ulimit -u).");
      return FAILED;
    } finally {
      preparation.join(); // what it unpacks for a moment is gone then
    }
  }

  /** Beside the command line, since it takes as long. */
  private static void prepareNativeCalls() {
    NativeLog.LOGGER.setLevel(Level.OFF); // the server says itself what it lacks
    Libc.isAvailable();
  }

  private static String message(Throwable e) {
    return String.valueOf(e.getMessage());
  }

  /** What no file's name can be is shown by its ends. */
  static String oneLine(String message) {
    int length = message.length();
    String shown =
        length <= LONGEST_LINE
            ? message
            : message.substring(0, SHOWN_END) + "\u2026" + message.substring(length - SHOWN_END);
    return shown.replace('\n', ' ');
  }

  /** Waits for the end of a server; returns an exit code, or -1 if it was asked to end. */
  static int await(Server server, PrintStream err) throws InterruptedException {
    server.awaitEnd();
    Throwable failure = server.failure();
    if (failure == null) {
      return -1; // whoever closes the server ends the process
    }
    err.println("passerelle: the server has failed: " + oneLine(failure.toString()));
    return FAILED;
  }

  static Server start(Settings settings, PrintStream out) throws IOException {
    Server server = Server.start(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(server), "passerelle-shutdown"));
    WorkingDirectory.leave(settings, RawProcess.jvmOptions());
    boolean hadTerminal = RawProcess.hasTerminal();
    Signals.onEach(() -> onHangUp(server, hadTerminal));
    StringBuilder ready = new StringBuilder("Serving ");
    ready.append(OctetPath.display(OctetPath.octets(settings.directory().toRealPath())));
    ready.append(" at ").append(server.uri());
    if (server.isOpenToAll()) {
      ready.append(" (and on every other interface)");
    }
    String separator = "; scripts under ";
    for (MountSettings mount : settings.mounts()) {
      if (mount.kind().hasScripts()) {
        ready.append(separator).append(OctetPath.display(mount.prefix()));
        separator = ", ";
      }
    }
    if (!server.scriptStarts().isEmpty()) {
      ready.append(" (started by ").append(server.scriptStarts()).append(')');
    }
    LogProvider.prepare(); // here, for the first requests are answered meanwhile
    out.println(ready);
    return server;
  }

  /**
   * The logs are opened anew, unless it is the terminal that has hung up: who closes that ends what
   * runs in it.
   */
  private static void onHangUp(Server server, boolean hadTerminal) {
    if (hadTerminal && !RawProcess.hasTerminal()) {
      System.exit(OK); // which the hook turns into an orderly end
    }
    server.reopenLogs();
  }

  /** SIGTERM and Ctrl-C are the usual ways to end the server, so they are a success. */
  private static void shutDown(Server server) {
    try {
      server.close();
      LogProvider.install().finish(LAST_WORDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // nobody who knows this thread interrupts it
    } finally {
      Runtime.getRuntime().halt(server.failure() == null ? OK : FAILED);
    }
  }
}
