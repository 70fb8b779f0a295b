package passerelle.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import passerelle.cgi.CgiHandler;
import passerelle.cgi.CgiResponder;
import passerelle.cgi.ScriptPlace;
import passerelle.cgi.ScriptRule;
import passerelle.files.MediaTypes;
import passerelle.files.StaticFiles;
import passerelle.gateway.GatewaySettings;
import passerelle.gateway.RunListener;
import passerelle.gateway.RunQueue;
import passerelle.gateway.ScriptGateway;
import passerelle.gateway.SpoolBudget;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Router;
import passerelle.http.Status;
import passerelle.io.OctetPath;
import passerelle.process.Launcher;
import passerelle.reactor.Workers;

/**
 * The part of a server that exists only if it was told to run scripts: the workers, the runs, and
 * the routes to them.
 *
 * <p>Safe from any thread.
 */
final class Gateway {
  private static final Duration WORKERS_WAIT = Duration.ofSeconds(3);

  private final Workers workers;
  private final CgiResponder responder;
  private final GatewaySettings common;
  private final ScriptGateway gateway;
  private final CgiHandler.Finding shared;
  private final MediaTypes types;

  /**
   * What a server that runs scripts has in addition.
   *
   * @param files serves what is no script
   * @param disk writes large request content to files
   * @param readers look for scripts
   * @param nanoClock the loop's monotonic clock
   * @param listener hears of scripts' runs
   */
  record Surroundings(
      MediaTypes types,
      StaticFiles files,
      Executor disk,
      Executor readers,
      LongSupplier nanoClock,
      RunListener listener) {}

  Gateway(Settings settings, Path root, Surroundings surroundings) {
    ScriptSettings scripts = settings.scripts();
    this.workers = new Workers("passerelle-cgi", scripts.workers(), scripts.workers());
    this.responder =
        new CgiResponder(
            Launcher.best(),
            new RunQueue(
                workers,
                new RunQueue.Bounds(scripts.workers(), scripts.processes(), scripts.queue())),
            scripts.isAlone(),
            scripts.interpreters());
    this.types = surroundings.types;
    this.common =
        new GatewaySettings(
            OctetPath.octets(root),
            scripts.timeLimit(),
            Main.NAME_AND_VERSION,
            variables(settings),
            scripts.explains());
    this.gateway =
        new ScriptGateway(
            common,
            new ScriptGateway.Means(
                responder,
                SpoolBudget.withDisk(scripts.spoolOctets()),
                surroundings.disk,
                surroundings.listener));
    this.shared =
        new CgiHandler.Finding(
            gateway,
            scripts.interpreters().keySet(),
            surroundings.readers,
            surroundings.nanoClock,
            settings.files().indexNames(),
            scripts.sendsFiles() ? surroundings.files::sendFile : null);
  }

  /** What all scripts find in their environment; what is said for them counts most. */
  private static Map<String, String> variables(Settings settings) {
    Map<String, String> variables = new HashMap<>();
    variables.put("PATH", GatewaySettings.PATH_OTHERWISE);
    List<String> names = new ArrayList<>(GatewaySettings.INHERITED);
    names.addAll(settings.scripts().passed());
    for (String name : names) {
      String value = settings.environment().get(name);
      if (value != null) {
        variables.put(name, value);
      }
    }
    variables.putAll(settings.scripts().variables());
    return variables;
  }

  /** The real paths of the folders that hold nothing but scripts. */
  private static List<Path> scriptFolders(Settings settings, Path root) throws StartFailure {
    List<Path> folders = new ArrayList<>();
    for (ScriptSettings.Folder mount : settings.scripts().folders()) {
      if (!mount.isRoot()) {
        Path folder = folder(mount, root);
        if (root.startsWith(folder)) {
          throw new StartFailure(
              "The folder for the scripts under "
                  + OctetPath.display(mount.prefix())
                  + " holds the pages too: name a folder of its own, or use --cgi /.");
        }
        folders.add(folder);
      }
    }
    return folders;
  }

  private static Path folder(ScriptSettings.Folder mount, Path root) throws StartFailure {
    Path folder = mount.path();
    if (folder == null) {
      folder = OctetPath.of(OctetPath.octets(root) + mount.prefix());
    }
    try {
      Path real = folder.toRealPath();
      if (Files.isDirectory(real)) {
        return real;
      }
    } catch (IOException e) {
      throw missing(mount, folder);
    }
    throw missing(mount, folder);
  }

  private static StartFailure missing(ScriptSettings.Folder mount, Path folder) {
    String name = OctetPath.display(OctetPath.octets(folder));
    return new StartFailure(
        "There is no folder "
            + name
            + " for the scripts: create it, or name another with --cgi "
            + OctetPath.display(mount.prefix())
            + "=DIR.");
  }

  private static Path program(ScriptSettings.Program mount) throws StartFailure {
    try {
      Path real = mount.path().toRealPath();
      if (Files.isRegularFile(real)) {
        return real;
      }
    } catch (IOException e) {
      throw noProgram(mount);
    }
    throw noProgram(mount);
  }

  private static StartFailure noProgram(ScriptSettings.Program mount) {
    return new StartFailure(
        "There is no program "
            + OctetPath.display(OctetPath.octets(mount.path()))
            + ": install it, or name another with --cgi-mount "
            + OctetPath.display(mount.prefix())
            + "=PROGRAM.");
  }

  /** Two answers to the same URLs: nobody could tell which of them was meant. */
  private static void refuseDoubles(Settings settings) throws StartFailure {
    Set<String> seen = new HashSet<>();
    for (String prefix : settings.scripts().prefixes()) {
      if (!seen.add(prefix)) {
        throw new StartFailure(
            "URLs under "
                + OctetPath.display(prefix)
                + " are given to scripts twice: leave one --cgi or --cgi-mount for them away.");
      }
    }
  }

  /** Tells scripts from pages where they are mixed. */
  private static ScriptRule rule(Settings settings, MediaTypes types) {
    return new ScriptRule(settings.scripts().interpreters().keySet(), types::isKnown);
  }

  /** Says of a real path whether it is a script, to be run and never sent. */
  static Predicate<Path> scripts(Settings settings, Path root, MediaTypes types)
      throws StartFailure {
    refuseDoubles(settings);
    List<Path> folders = scriptFolders(settings, root);
    Set<Path> programs = new HashSet<>();
    for (ScriptSettings.Program mount : settings.scripts().programs()) {
      programs.add(program(mount));
    }
    ScriptRule rule = rule(settings, types);
    boolean isMixed = settings.scripts().folders().stream().anyMatch(ScriptSettings.Folder::isRoot);
    return path ->
        programs.contains(path)
            || folders.stream().anyMatch(path::startsWith)
            || (isMixed && rule.isScript(path));
  }

  /** The whole site: the routes to the scripts, and the files for the rest. */
  Handler site(Settings settings, Path root, StaticFiles files) throws StartFailure {
    Router[] site = new Router[1];
    Handler whole = exchange -> site[0].handle(exchange);
    Map<String, Handler> routes = new HashMap<>();
    Handler otherwise = files;
    for (ScriptSettings.Folder mount : settings.scripts().folders()) {
      if (mount.isRoot()) {
        CgiHandler.Mixed mixed =
            new CgiHandler.Mixed(rule(settings, types), files::tryAnswer, files);
        otherwise = new CgiHandler(shared, new ScriptPlace("", root, false), whole, mixed);
      } else {
        String prefix = mount.prefix();
        ScriptPlace place = new ScriptPlace(prefix, folder(mount, root), false);
        routes.put(prefix, new CgiHandler(shared, place, whole, null));
      }
    }
    for (ScriptSettings.Program mount : settings.scripts().programs()) {
      String prefix = mount.isRoot() ? "" : mount.prefix();
      ScriptPlace place = new ScriptPlace(prefix, program(mount), true);
      String trouble = responder.trouble(place.program(prefix), common.inherited());
      if (trouble != null) {
        throw new StartFailure(
            "The program for "
                + OctetPath.display(mount.prefix())
                + " cannot be run: "
                + trouble
                + ".");
      }
      routes.put(prefix, new CgiHandler(shared, place, whole, null));
    }
    Handler rest = otherwise; // gets the asterisk too, which is below no prefix
    site[0] =
        new Router(
            exchange -> {
              if (exchange.request().target().isAsterisk()) {
                answerForAll(exchange);
              } else {
                rest.handle(exchange);
              }
            });
    routes.forEach(site[0]::route);
    return site[0];
  }

  /** Starts what all scripts share. Before there are connections. */
  void prepare() throws IOException {
    responder.prepare();
    workers.startAll();
  }

  /** How scripts are started, for people. */
  String launcherDescription() {
    return responder.description();
  }

  /** {@code OPTIONS *}: what some resource of this server takes (RFC 9110 §9.3.7). */
  private static void answerForAll(Exchange exchange) {
    exchange.response().status(Status.NO_CONTENT).field("Allow", ScriptGateway.ALLOW);
    exchange.send();
  }

  /** Refuses new runs from now on. On the loop. */
  void drain() {
    gateway.drain();
  }

  /** Kills what still runs, reaps it, and ends the threads. */
  void close(Closing closing) {
    closing.step(() -> responder.killAll(WORKERS_WAIT.toNanos()));
    closing.step(() -> workers.close(WORKERS_WAIT));
    closing.step(() -> responder.reap(WORKERS_WAIT.toNanos()));
    closing.step(responder::close);
  }
}
