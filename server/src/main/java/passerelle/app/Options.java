package passerelle.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.wire.Limits;
import passerelle.wire.Patience;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The command line, as declarations. File names in it are octets, one character each.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
@Command(
    name = "passerelle",
    header = {"Serves a directory of files over HTTP, and runs CGI scripts.", ""},
    sortOptions = false,
    usageHelpAutoWidth = true,
    abbreviateSynopsis = true,
    footer = {
      "",
      "A DURATION is 500ms, 30s, 2m or plain seconds; a SIZE is 64k, 10m, 1g or bytes.",
      "Every option can also be set in the environment: --cgi-workers as",
      "PASSERELLE_CGI_WORKERS. Between values of repeatable ones are spaces; or line",
      "ends, for values that hold spaces, and always for PASSERELLE_HEADER. The",
      "command line wins.",
      "",
      "Examples:",
      "  java -jar passerelle.jar                       this folder, on port 8080",
      "  java -jar passerelle.jar -p 8000 --cgi / site  pages and scripts, mixed",
      "  java -jar passerelle.jar --cgi /cgi-bin=cgi www  pages here, scripts there"
    })
final class Options {
  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      description = "The directory to serve (default: the current one).")
  String directory = ".";

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      description = "The port to listen on (default: 8080); 0 takes any free one.")
  String port = "8080";

  @Option(
      names = {"-b", "--bind"},
      paramLabel = "ADDRESS",
      description =
          "The address or host name to listen on (default: 127.0.0.1); \"\", 0.0.0.0 or :: are every interface.")
  String bind = "127.0.0.1";

  @Option(
      names = "--reuse-port",
      description =
          "Let other processes that say so too listen on the same port; the system spreads new connections over them.")
  boolean reusePort;

  @Mixin FileOptions files = new FileOptions();

  @Mixin ScriptOptions scripts = new ScriptOptions();

  @Option(
      names = "--max-content",
      paramLabel = "SIZE",
      description = "The largest content of a request (default: 1g); more gets 413.")
  String maxContent = "1g";

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      description =
          "How many connections are open at the same time (default: 20000, and no more than the limit on open files and the memory leave room for). At the limit one that waits for a request makes room for a new one; if none does, the new one waits.")
  String maxConnections = "20000";

  @Option(
      names = "--max-connections-per-client",
      paramLabel = "N",
      description =
          "How many of them one client address may hold (default: four fifths of all); more get 429.")
  @Nullable String maxConnectionsPerClient;

  @Option(
      names = "--max-target",
      paramLabel = "SIZE",
      description = "The longest request target, path and query (default: 8k); more gets 414.")
  @Nullable String maxTarget;

  @Option(
      names = "--max-head",
      paramLabel = "SIZE",
      description =
          "The largest request head, request line and fields (default: 32k); more gets 431.")
  String maxHead = "32k";

  @Option(
      names = "--max-fields",
      paramLabel = "N",
      description = "How many field lines a request has at most (default: 100); more get 431.")
  String maxFields = "100";

  @Option(
      names = "--head-timeout",
      paramLabel = "DURATION",
      description = "How long a request head takes as a whole (default: 20s); longer gets 408.")
  String headTimeout = "20s";

  @Option(
      names = "--idle-timeout",
      paramLabel = "DURATION",
      description = "How long a connection waits for the next request (default: 60s).")
  String idleTimeout = "60s";

  @Option(
      names = "--min-content-rate",
      paramLabel = "SIZE",
      description =
          "How many bytes of content a second a client sends at least, on average (default: 512); fewer get 408. With 0 any progress will do.")
  String minContentRate = "512";

  @Option(
      names = "--min-send-rate",
      paramLabel = "SIZE",
      description =
          "How many bytes of an answer a second a client reads at least, on average (default: 4k); a slower one is dropped. With 0 any progress will do.")
  String minSendRate = "4k";

  @Option(
      names = "--stall-timeout",
      paramLabel = "DURATION",
      description = "How long a client may fall behind these rates (default: 30s).")
  String stallTimeout = "30s";

  @Option(
      names = "--drain-timeout",
      paramLabel = "DURATION",
      description =
          "How long the server takes to end at most (default: 8s). Requests in progress may take all but the last 3 seconds; then scripts get SIGTERM, and SIGKILL before the time is over.")
  String drainTimeout = "8s";

  @Option(
      names = "--access-log",
      paramLabel = "FILE",
      description =
          "Write a line for every request to FILE, in Combined Log Format; - is standard output.")
  @Nullable String accessLog;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help.")
  boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the version.")
  boolean version;

  @Spec CommandSpec spec;

  /** Sets the option of a name, without picocli; false if none takes a single value. */
  boolean take(String name, String value) {
    switch (name) {
      case "-p", "--port" -> port = value;
      case "-b", "--bind" -> bind = value;
      case "--max-content" -> maxContent = value;
      case "--max-connections" -> maxConnections = value;
      case "--max-connections-per-client" -> maxConnectionsPerClient = value;
      case "--max-target" -> maxTarget = value;
      case "--max-head" -> maxHead = value;
      case "--max-fields" -> maxFields = value;
      case "--head-timeout" -> headTimeout = value;
      case "--idle-timeout" -> idleTimeout = value;
      case "--min-content-rate" -> minContentRate = value;
      case "--min-send-rate" -> minSendRate = value;
      case "--stall-timeout" -> stallTimeout = value;
      case "--drain-timeout" -> drainTimeout = value;
      case "--access-log" -> accessLog = value;
      default -> {
        return files.take(name, value) || scripts.take(name, value);
      }
    }
    return true;
  }

  /** Turns the switch of a name on, without picocli; false if there is none here. */
  boolean turnOn(String name) {
    switch (name) {
      case "--reuse-port" -> reusePort = true;
      default -> {
        return files.turnOn(name) || scripts.turnOn(name);
      }
    }
    return true;
  }

  /** The settings that the options say; throws what picocli throws if they cannot be. */
  Settings settings(Map<String, String> environment) throws IOException {
    try {
      return build(environment);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  /** The same; throws an IllegalArgumentException if they cannot be. */
  Settings build(Map<String, String> environment) throws IOException {
    Path folder = folder();
    if (accessLog != null && accessLog.isEmpty()) {
      throw new IllegalArgumentException("--access-log takes a file, or -, not nothing");
    }
    Settings.Builder settings =
        Settings.serve(folder)
            .bind(bind)
            .port(Range.PORT.number("--port", port))
            .accessLog(accessLog)
            .connectionLimit(Range.CONNECTIONS.number("--max-connections", maxConnections))
            .clientConnectionLimit(clientShare())
            .drainTime(Range.TIME.duration("--drain-timeout", drainTimeout))
            .limits(limits())
            .environment(environment);
    if (reusePort) {
      settings.sharePort();
    }
    files.apply(settings);
    scripts.apply(settings);
    return settings.build();
  }

  /** What a shell made of a variable without a value is no folder, and a number is hardly one. */
  private Path folder() throws IOException {
    if (directory.isEmpty()) {
      throw new IllegalArgumentException("the folder's name is empty: . is the current one");
    }
    Path folder = RawProcess.path(directory);
    String instead = Mistakes.portInstead(directory);
    if (!instead.isEmpty() && !Files.exists(folder)) {
      throw new IllegalArgumentException(
          "There is no folder " + directory + ". Was a port meant? Then type " + instead);
    }
    return folder;
  }

  private int clientShare() {
    String most = maxConnectionsPerClient;
    return most == null ? 0 : Range.CONNECTIONS.number("--max-connections-per-client", most);
  }

  private Limits limits() {
    long head = Range.HEAD.size("--max-head", maxHead);
    String longest = maxTarget;
    long target =
        longest == null
            ? Math.min(Limits.standard().targetOctets(), head)
            : Range.TARGET.size("--max-target", longest);
    if (target > head) {
      throw new IllegalArgumentException(
          "--max-target is no more than --max-head, which is "
              + Units.sizeText(head)
              + ", not "
              + Mistakes.shown(String.valueOf(longest)));
    }
    Patience patience =
        new Patience(
            Range.TIME.duration("--head-timeout", headTimeout),
            Range.TIME.duration("--idle-timeout", idleTimeout),
            Range.TIME.duration("--stall-timeout", stallTimeout),
            Range.OCTETS.size("--min-content-rate", minContentRate),
            Range.OCTETS.size("--min-send-rate", minSendRate),
            Patience.standard().lingerTime());
    return new Limits(
        (int) target,
        (int) head,
        Range.FIELDS.number("--max-fields", maxFields),
        Range.OCTETS.size("--max-content", maxContent),
        patience);
  }
}
