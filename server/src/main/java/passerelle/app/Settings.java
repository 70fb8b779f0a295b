package passerelle.app;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.files.FileSettings;
import passerelle.files.MediaTypes;
import passerelle.gateway.VariableRule;
import passerelle.http.FieldBlock;
import passerelle.io.Ascii;
import passerelle.site.Mount;
import passerelle.wire.Limits;

/**
 * What a {@link Server} is to do; made with a {@link Builder}.
 *
 * <p>Immutable.
 *
 * @param directory what to serve
 * @param bindAddress an address or a host name; empty for every interface
 * @param port 0 for any free one
 * @param isPortShared whether other processes may listen on the same port
 * @param mounts what stands below which URL prefix; the directory below all others
 * @param scripts how scripts are run
 * @param accessLog a file's name, one character per octet, for lines in Combined Log Format; null
 *     for none, {@code -} for standard output
 * @param connectionLimit how many connections are open at the same time
 * @param clientConnectionLimit how many of them one client may hold; 0 for four fifths
 * @param drainTime how long a shutdown takes at most; requests in progress have most of it
 * @param limits what the wire layer puts up with
 * @param files what is served of the directory, and how
 * @param mediaTypes those of files, the site's own included
 * @param errorPages the site's own pages by status code: names of files in the directory, one
 *     character per octet
 * @param fields those that stand in every response
 * @param environment the variables from which those for scripts are chosen
 */
public record Settings(
    Path directory,
    String bindAddress,
    int port,
    boolean isPortShared,
    List<MountSettings> mounts,
    ScriptSettings scripts,
    @Nullable String accessLog,
    int connectionLimit,
    int clientConnectionLimit,
    Duration drainTime,
    Limits limits,
    FileSettings files,
    MediaTypes mediaTypes,
    Map<Integer, String> errorPages,
    FieldBlock fields,
    Map<String, String> environment) {

  /** Whether there is anything to run. */
  public boolean hasScripts() {
    return mounts.stream().anyMatch(mount -> mount.kind().hasScripts());
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
    private final List<MountSettings> mounts = new ArrayList<>();
    private final ScriptSettings.Choices scripts = new ScriptSettings.Choices();
    private String bindAddress = "127.0.0.1";
    private int port = 8080;
    private boolean isPortShared;
    private @Nullable String accessLog;
    private int connectionLimit = 20_000;
    private int clientConnectionLimit;
    private Duration drainTime = Duration.ofSeconds(8);
    private Limits limits = Limits.standard();
    private final List<String> indexNames = new ArrayList<>();
    private boolean isListing = true;
    private boolean showsHidden;
    private FileSettings.Links links = FileSettings.standard().links();
    private String cacheControl = FileSettings.standard().cacheControl();
    private boolean isCrossOrigin;
    private boolean isSinglePage;
    private long leastGzip = FileSettings.standard().leastGzip();
    private long mostGzip = FileSettings.standard().mostGzip();
    private final Map<String, String> mediaTypes = new LinkedHashMap<>();
    private @Nullable String charset;
    private final Map<Integer, String> errorPages = new LinkedHashMap<>();
    private FieldBlock fields = FieldBlock.EMPTY;
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

    /** Lets other processes of the same user listen on the same port, each for a share. */
    public Builder sharePort() {
      isPortShared = true;
      return this;
    }

    /**
     * Sends the files of a folder below a URL prefix.
     *
     * @param folder null for that of the prefix's name in the directory
     */
    public Builder files(String prefix, @Nullable Path folder) {
      return mount(prefix, Mount.Kind.FILES, folder);
    }

    /**
     * Runs the scripts below a URL prefix, in the folder of the same name; the prefix {@code /}
     * makes the whole directory a mix of pages and scripts.
     */
    public Builder cgi(String prefix) {
      return mount(prefix, prefix.equals("/") ? Mount.Kind.MIXED : Mount.Kind.SCRIPTS, null);
    }

    /** Runs the scripts of a folder below a URL prefix. */
    public Builder cgi(String prefix, Path folder) {
      return mount(prefix, Mount.Kind.SCRIPTS, folder);
    }

    /**
     * Sends the pages and runs the scripts of a folder below a URL prefix.
     *
     * @param folder null for that of the prefix's name in the directory
     */
    public Builder cgiMixed(String prefix, @Nullable Path folder) {
      return mount(prefix, Mount.Kind.MIXED, folder);
    }

    /** Has one program answer everything below a URL prefix. */
    public Builder cgiProgram(String prefix, Path program) {
      return mount(prefix, Mount.Kind.PROGRAM, program);
    }

    private Builder mount(String prefix, Mount.Kind kind, @Nullable Path path) {
      mounts.add(new MountSettings(prefix, kind, path));
      return this;
    }

    /**
     * Gives every script a variable, one character per octet.
     *
     * @throws IllegalArgumentException if it is malformed, or one that the server sets itself
     */
    public Builder cgiVariable(String name, String value) {
      VariableRule.check(name, value);
      scripts.variables.put(name, value);
      return this;
    }

    /**
     * Gives every script a variable of the environment, if it is there.
     *
     * @throws IllegalArgumentException if it is one that the server sets itself
     */
    public Builder cgiPass(String name) {
      VariableRule.checkName(name);
      scripts.passed.add(name);
      return this;
    }

    /** Starts scripts with this extension (with its dot) by this command. */
    public Builder interpreter(String extension, List<String> command) {
      scripts.interpreters.put(Ascii.lower(extension), command);
      return this;
    }

    /** Attends to so many scripts at the same time, and lets so many requests wait. */
    public Builder cgiWorkers(int workers, int queue) {
      scripts.workers = workers;
      scripts.queue = queue;
      return this;
    }

    /** Lets so many scripts be there at the same time, silent ones included. */
    public Builder cgiProcesses(int most) {
      scripts.processes = most;
      return this;
    }

    /** Lets one client have so many of the scripts and of the requests that wait; 0 for half. */
    public Builder cgiPerClient(int processes, int queue) {
      scripts.clientProcesses = processes;
      scripts.clientQueue = queue;
      return this;
    }

    /** Ends a script after this time. */
    public Builder cgiTimeout(Duration limit) {
      scripts.timeLimit = limit;
      return this;
    }

    /** Keeps so many octets of content of requests in temporary files at the same time. */
    public Builder cgiSpool(long octets) {
      scripts.spoolOctets = octets;
      return this;
    }

    /** Lets, or does not let, scripts have files sent by X-Sendfile. */
    public Builder cgiSendfile(boolean isOn) {
      scripts.sendsFiles = isOn;
      return this;
    }

    /** Logs every run of a script to a file, or to standard output ({@code -}). */
    public Builder cgiLog(@Nullable String target) {
      scripts.log = target;
      return this;
    }

    /** Says that nobody else in this process starts others: what nobody reaps is reaped at once. */
    Builder isAlone() {
      scripts.isAlone = true;
      return this;
    }

    /** Shows, or does not show, clients of this machine what went wrong with a script. */
    public Builder cgiDebug(boolean isOn) {
      scripts.explains = isOn;
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

    /** Sends the page of this name for its directory; the first of several that exists. */
    public Builder index(String name) {
      indexNames.add(name);
      return this;
    }

    /** Shows, or does not show, what a directory without an index page holds. */
    public Builder listing(boolean isOn) {
      isListing = isOn;
      return this;
    }

    /** Serves, or does not serve, names that begin with a dot. */
    public Builder hidden(boolean isOn) {
      showsHidden = isOn;
      return this;
    }

    /** Follows these symbolic links. */
    public Builder links(FileSettings.Links value) {
      links = value;
      return this;
    }

    /**
     * Sends this Cache-Control value with files; none if it is empty.
     *
     * @throws IllegalArgumentException if no field may have it
     */
    public Builder cacheControl(String value) {
      FieldBlock.check("Cache-Control", value);
      cacheControl = value;
      return this;
    }

    /** Lets, or does not let, scripts of other origins read the files. */
    public Builder crossOrigin(boolean isOn) {
      isCrossOrigin = isOn;
      return this;
    }

    /** Answers, or does not answer, with the start page for what is not there. */
    public Builder singlePage(boolean isOn) {
      isSinglePage = isOn;
      return this;
    }

    /** Compresses text between these sizes, in octets; none if the most is less than the least. */
    public Builder gzip(long least, long most) {
      leastGzip = least;
      mostGzip = most;
      return this;
    }

    /**
     * Sends files as this type: with an extension if the name begins with a dot, of this name
     * otherwise, or, if it is empty, without an extension.
     *
     * @throws IllegalArgumentException if no field may have it
     */
    public Builder mediaType(String name, String type) {
      FieldBlock.check("Content-Type", type);
      mediaTypes.put(name, type);
      return this;
    }

    /** Says that all text has this charset, or none if it is empty, whatever its content is. */
    public Builder charset(String name) {
      charset = name;
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
      fields = FieldRule.add(fields, name, value);
      return this;
    }

    /** Chooses the scripts' PATH, LANG and so on from these variables, one character per octet. */
    public Builder environment(Map<String, String> variables) {
      environment = variables;
      return this;
    }

    /**
     * The settings.
     *
     * @throws IllegalArgumentException with a sentence if a number is out of its range
     */
    public Settings build() {
      return Range.checked(
          new Settings(
              directory,
              bindAddress,
              port,
              isPortShared,
              List.copyOf(mounts),
              scripts.build(),
              accessLog,
              connectionLimit,
              clientConnectionLimit,
              drainTime,
              limits,
              files(),
              MediaTypes.standard().with(mediaTypes, charset),
              Map.copyOf(errorPages),
              fields,
              Map.copyOf(environment)));
    }

    private FileSettings files() {
      return new FileSettings(
          indexNames.isEmpty() ? FileSettings.standard().indexNames() : List.copyOf(indexNames),
          isListing,
          showsHidden,
          links,
          cacheControl,
          isCrossOrigin,
          isSinglePage,
          leastGzip,
          mostGzip);
    }
  }
}
