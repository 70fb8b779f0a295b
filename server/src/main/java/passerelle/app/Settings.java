package passerelle.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.cgi.CgiSettings;
import passerelle.files.FileSettings;
import passerelle.http1.Limits;

/**
 * What a {@link Server} is to do; made with a {@link Builder}.
 *
 * <p>Immutable.
 *
 * @param directory what to serve
 * @param bindAddress an address or a host name; empty for every interface
 * @param port 0 for any free one
 * @param mounts the folders with scripts
 * @param interpreters commands, in words, by extension such as {@code .py}
 * @param cgiWorkers how many scripts run at the same time
 * @param cgiQueue how many requests wait for a worker; more are refused with 503
 * @param cgiTimeout the time limit of a run
 * @param accessLog a file's name, one character per octet, for lines in Combined Log Format; null
 *     for none, {@code -} for standard output
 * @param connectionLimit how many connections are open at the same time
 * @param clientConnectionLimit how many of them one client may hold; 0 for four fifths
 * @param drainTime how long a shutdown waits for requests in progress
 * @param limits what the wire layer puts up with
 * @param files what is served of the directory, and how
 * @param mediaTypes types of the site's own, by extension without its dot
 * @param errorPages the site's own pages by status code: file names, one character per octet, of
 *     the directory if they are relative
 * @param fieldLines field lines, each ended by CRLF, that stand in every response
 * @param environment the variables from which those for scripts are chosen
 */
public record Settings(
    Path directory,
    String bindAddress,
    int port,
    List<Mount> mounts,
    Map<String, List<String>> interpreters,
    int cgiWorkers,
    int cgiQueue,
    Duration cgiTimeout,
    @Nullable String accessLog,
    int connectionLimit,
    int clientConnectionLimit,
    Duration drainTime,
    Limits limits,
    FileSettings files,
    Map<String, String> mediaTypes,
    Map<Integer, String> errorPages,
    String fieldLines,
    Map<String, String> environment) {

  /**
   * A folder with scripts.
   *
   * @param prefix the URL prefix, such as {@code /cgi-bin}; {@code /} for the whole root
   * @param folder where the scripts are; null for the place below the served directory that the
   *     prefix names
   */
  public record Mount(String prefix, @Nullable Path folder) {
    /** Whether the whole root is a mixed place of scripts and pages. */
    boolean isRoot() {
      return prefix.equals("/");
    }
  }

  /** Settings with the defaults, for a directory. */
  public static Builder serve(Path directory) {
    return new Builder(directory);
  }

  /**
   * Collects settings.
   *
   * <p>Confined to the thread that uses it.
   */
  public static final class Builder {
    private final Path directory;
    private final List<Mount> mounts = new ArrayList<>();
    private final Map<String, List<String>> interpreters =
        new LinkedHashMap<>(CgiSettings.INTERPRETERS);
    private String bindAddress = "127.0.0.1";
    private int port = 8080;
    private int cgiWorkers = Math.max(4, 2 * Runtime.getRuntime().availableProcessors());
    private int cgiQueue = 1024;
    private Duration cgiTimeout = Duration.ofSeconds(30);
    private @Nullable String accessLog;
    private int connectionLimit = 20_000;
    private int clientConnectionLimit;
    private Duration drainTime = Duration.ofSeconds(10);
    private Limits limits = Limits.standard();
    private FileSettings files = FileSettings.standard();
    private final Map<String, String> mediaTypes = new LinkedHashMap<>();
    private final Map<Integer, String> errorPages = new LinkedHashMap<>();
    private final StringBuilder fieldLines = new StringBuilder();
    private Map<String, String> environment = RawProcess.environment();

    private Builder(Path directory) {
      this.directory = directory;
    }

    /** Listens on this address or host name; empty for every interface. */
    public Builder bind(String address) {
      bindAddress = address;
      return this;
    }

    /** Listens on this port; 0 for any free one. */
    public Builder port(int value) {
      port = value;
      return this;
    }

    /** Runs the scripts below a URL prefix, in the folder of the same name. */
    public Builder cgi(String prefix) {
      mounts.add(new Mount(prefix, null));
      return this;
    }

    /** Runs the scripts of a folder below a URL prefix. */
    public Builder cgi(String prefix, Path folder) {
      mounts.add(new Mount(prefix, folder));
      return this;
    }

    /** Starts scripts with this extension (with its dot) by this command. */
    public Builder interpreter(String extension, List<String> command) {
      interpreters.put(extension, command);
      return this;
    }

    /** Runs so many scripts at the same time, and lets so many requests wait. */
    public Builder cgiWorkers(int workers, int queue) {
      cgiWorkers = workers;
      cgiQueue = queue;
      return this;
    }

    /** Ends a script after this time. */
    public Builder cgiTimeout(Duration limit) {
      cgiTimeout = limit;
      return this;
    }

    /** Logs every exchange to a file, or to standard output ({@code -}). */
    public Builder accessLog(@Nullable String target) {
      accessLog = target;
      return this;
    }

    /** Keeps at most so many connections open. */
    public Builder connectionLimit(int connections) {
      connectionLimit = connections;
      return this;
    }

    /** Keeps at most so many connections of one client open; 0 for four fifths of all. */
    public Builder clientConnectionLimit(int connections) {
      clientConnectionLimit = connections;
      return this;
    }

    /** Lets requests in progress finish for so long when the server is closed. */
    public Builder drainTime(Duration time) {
      drainTime = time;
      return this;
    }

    /** Limits what the wire layer puts up with. */
    public Builder limits(Limits value) {
      limits = value;
      return this;
    }

    /** Serves the directory like this. */
    public Builder files(FileSettings value) {
      files = value;
      return this;
    }

    /** Sends files with this extension (without its dot) as this type. */
    public Builder mediaType(String extension, String type) {
      mediaTypes.put(extension, type);
      return this;
    }

    /** Sends this file of the directory instead of the built-in page for a status. */
    public Builder errorPage(int code, String file) {
      errorPages.put(code, file);
      return this;
    }

    /**
     * Adds a field to every response.
     *
     * @throws IllegalArgumentException if it is malformed, or one that the server writes itself
     */
    public Builder field(String name, String value) {
      FieldRule.check(name, value);
      fieldLines.append(name).append(": ").append(value).append("\r\n");
      return this;
    }

    /** Chooses the scripts' PATH, LANG and so on from these variables, one character per octet. */
    public Builder environment(Map<String, String> variables) {
      environment = variables;
      return this;
    }

    /** The settings. */
    public Settings build() {
      return new Settings(
          directory,
          bindAddress,
          port,
          List.copyOf(mounts),
          Map.copyOf(interpreters),
          cgiWorkers,
          cgiQueue,
          cgiTimeout,
          accessLog,
          connectionLimit,
          clientConnectionLimit,
          drainTime,
          limits,
          files,
          Map.copyOf(mediaTypes),
          Map.copyOf(errorPages),
          fieldLines.toString(),
          Map.copyOf(environment));
    }
  }
}
