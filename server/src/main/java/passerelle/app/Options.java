package passerelle.app;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.wire.Limits;
import passerelle.wire.Patience;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

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
      "PASSERELLE_CGI_WORKERS, repeatable ones with spaces between their values.",
      "The command line wins.",
      "",
      "Examples:",
      "  java -jar passerelle.jar                       this folder, on port 8080",
      "  java -jar passerelle.jar -p 8000 --cgi / site  pages and scripts, mixed",
      "  java -jar passerelle.jar --cgi /cgi-bin=cgi www  pages here, scripts there"
    })
final class Options {
  /** Less would not hold what any browser sends. */
  private static final int LEAST_HEAD = 1024;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "The directory to serve (default: the current one).")
  String directory = ".";

  @Option(
      names = {"-p", "--port"},
      paramLabel = "PORT",
      defaultValue = "8080",
      description = "The port to listen on (default: 8080); 0 takes any free one.")
  int port;

  @Option(
      names = {"-b", "--bind"},
      paramLabel = "ADDRESS",
      defaultValue = "127.0.0.1",
      description =
          "The address or host name to listen on (default: 127.0.0.1); \"\", 0.0.0.0 or :: are every interface.")
  String bind = "";

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
      defaultValue = "1g",
      converter = SizeConverter.class,
      description = "The largest content of a request (default: 1g); more gets 413.")
  long maxContent;

  @Option(
      names = "--max-connections",
      paramLabel = "N",
      defaultValue = "20000",
      description =
          "How many connections are open at the same time (default: 20000, and no more than the limit on open files and the memory leave room for). At the limit one that waits for a request makes room for a new one; if none does, the new one waits.")
  int maxConnections;

  @Option(
      names = "--max-connections-per-client",
      paramLabel = "N",
      description =
          "How many of them one client address may hold (default: four fifths of all); more get 429.")
  @Nullable Integer maxConnectionsPerClient;

  @Option(
      names = "--max-target",
      paramLabel = "SIZE",
      defaultValue = "8k",
      converter = SizeConverter.class,
      description = "The longest request target, path and query (default: 8k); more gets 414.")
  long maxTarget;

  @Option(
      names = "--max-head",
      paramLabel = "SIZE",
      defaultValue = "12k",
      converter = SizeConverter.class,
      description =
          "The largest request head, request line and fields (default: 12k); more gets 431.")
  long maxHead;

  @Option(
      names = "--max-fields",
      paramLabel = "N",
      defaultValue = "100",
      description = "How many field lines a request has at most (default: 100); more get 431.")
  int maxFields;

  @Option(
      names = "--head-timeout",
      paramLabel = "DURATION",
      defaultValue = "20s",
      converter = DurationConverter.class,
      description = "How long a request head takes as a whole (default: 20s); longer gets 408.")
  Duration headTimeout = Duration.ofSeconds(20);

  @Option(
      names = "--idle-timeout",
      paramLabel = "DURATION",
      defaultValue = "60s",
      converter = DurationConverter.class,
      description = "How long a connection waits for the next request (default: 60s).")
  Duration idleTimeout = Duration.ofSeconds(60);

  @Option(
      names = "--min-content-rate",
      paramLabel = "SIZE",
      defaultValue = "512",
      converter = SizeConverter.class,
      description =
          "How many bytes of content a second a client sends at least, on average (default: 512); fewer get 408. With 0 any progress will do.")
  long minContentRate;

  @Option(
      names = "--min-send-rate",
      paramLabel = "SIZE",
      defaultValue = "4k",
      converter = SizeConverter.class,
      description =
          "How many bytes of an answer a second a client reads at least, on average (default: 4k); a slower one is dropped. With 0 any progress will do.")
  long minSendRate;

  @Option(
      names = "--stall-timeout",
      paramLabel = "DURATION",
      defaultValue = "30s",
      converter = DurationConverter.class,
      description = "How long a client may fall behind these rates (default: 30s).")
  Duration stallTimeout = Duration.ofSeconds(30);

  @Option(
      names = "--drain-timeout",
      paramLabel = "DURATION",
      defaultValue = "10s",
      converter = DurationConverter.class,
      description =
          "How long requests in progress may take when the server is asked to end (default: 10s).")
  Duration drainTimeout = Duration.ofSeconds(10);

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

  /** Reads {@code 500ms}, {@code 30s}, {@code 2m} or plain seconds. */
  static final class DurationConverter implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String value) {
      Duration duration = Units.duration(value);
      if (duration == null) {
        throw new TypeConversionException(
            "'" + value + "' is no duration such as 500ms, 30s or 2m");
      }
      return duration;
    }
  }

  /** Reads {@code 64k}, {@code 10m}, {@code 1g} or plain bytes. */
  static final class SizeConverter implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
      long size = Units.size(value);
      if (size < 0) {
        throw new TypeConversionException("'" + value + "' is no size such as 64k, 10m or 1g");
      }
      return size;
    }
  }

  /** The settings that the options say; throws what picocli throws if they cannot be. */
  Settings settings(Map<String, String> environment) throws IOException {
    require(port >= 0 && port <= 65535, "--port must be 0 to 65535, not " + port);
    require(maxConnections > 0, "--max-connections must be at least 1");
    require(
        maxConnectionsPerClient == null || maxConnectionsPerClient > 0,
        "--max-connections-per-client must be at least 1");
    Settings.Builder settings =
        Settings.serve(RawProcess.path(directory))
            .bind(bind)
            .port(port)
            .accessLog(accessLog)
            .connectionLimit(maxConnections)
            .clientConnectionLimit(maxConnectionsPerClient == null ? 0 : maxConnectionsPerClient)
            .drainTime(drainTimeout)
            .limits(limits())
            .environment(environment);
    if (reusePort) {
      settings.sharePort();
    }
    files.apply(settings);
    scripts.apply(settings);
    return settings.build();
  }

  private Limits limits() {
    require(
        maxHead >= LEAST_HEAD && maxHead <= Limits.LARGEST_HEAD,
        "--max-head must be 1k to " + Limits.LARGEST_HEAD / 1024 + "k");
    require(
        maxTarget > 0 && maxTarget <= maxHead,
        "--max-target must be at least 1 and no more than --max-head, which is " + maxHead);
    require(maxFields > 0, "--max-fields must be at least 1");
    Patience patience =
        new Patience(
            headTimeout,
            idleTimeout,
            stallTimeout,
            minContentRate,
            minSendRate,
            Patience.standard().lingerTime());
    return new Limits((int) maxTarget, (int) maxHead, maxFields, maxContent, patience);
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw new ParameterException(spec.commandLine(), message);
    }
  }
}
