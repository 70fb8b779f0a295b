package passerelle.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.cgi.CgiResponder;
import passerelle.gateway.GatewaySettings;
import passerelle.gateway.RunListener;
import passerelle.gateway.RunQueue;
import passerelle.gateway.Script;
import passerelle.gateway.ScriptGateway;
import passerelle.gateway.SpoolBudget;
import passerelle.io.OctetPath;
import passerelle.posix.Libc;
import passerelle.process.Launcher;
import passerelle.reactor.Workers;

/**
 * The part of a server that exists only if it was told to run scripts: the workers, and the runs.
 *
 * <p>Safe from any thread.
 */
final class Gateway {
  private static final Logger log = LoggerFactory.getLogger(Gateway.class);
  private static final Duration WORKERS_WAIT = Duration.ofSeconds(3);

  private final ScratchFolder scratch = new ScratchFolder();
  private final Executor disk;
  private final Workers workers;
  private final CgiResponder responder;
  private final GatewaySettings common;
  private final ScriptGateway gateway;

  /**
   * What a server that runs scripts has in addition.
   *
   * @param root the real path of the served directory
   * @param disk writes large request content to files
   * @param listener hears of scripts' runs
   */
  Gateway(Settings settings, Path root, Executor disk, RunListener listener) {
    ScriptSettings scripts = settings.scripts();
    this.disk = disk;
    this.workers = new Workers("passerelle-cgi", scripts.workers(), scripts.workers());
    this.responder =
        new CgiResponder(
            Launcher.best(scratch),
            new RunQueue(
                workers::executeUnguarded, // its tasks throw nothing
                bounds(scripts)),
            scripts.isAlone(),
            scripts.interpreters());
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
                SpoolBudget.withDisk(
                    scripts.spoolOctets(), settings.limits().contentOctets(), scratch),
                disk,
                listener));
  }

  private static RunQueue.Bounds bounds(ScriptSettings scripts) {
    return new RunQueue.Bounds(
        scripts.workers(),
        scripts.processes(),
        scripts.queue(),
        share(scripts.clientProcesses(), scripts.processes()),
        share(scripts.clientQueue(), scripts.queue()));
  }

  /** What one client may have of something: what was said, or half. */
  private static int share(int said, int all) {
    return said > 0 ? Math.min(said, all) : all - all / 2;
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

  /** The door to the scripts. */
  ScriptGateway scripts() {
    return gateway;
  }

  /** Why a script could not be started, and what to do about it; null if it could. */
  @Nullable String troubleWith(Script script) {
    return responder.trouble(script, common.inherited());
  }

  /** Starts what all scripts share. Before there are connections. */
  void prepare() throws IOException {
    Path spool = Path.of(System.getProperty("java.io.tmpdir", "/tmp"));
    if (!Files.isWritable(spool)) {
      log.warn(
          "scripts get no content of requests{}, for {} may not be written to: mount a tmpfs there,"
              + " or name another folder by java -Djava.io.tmpdir=DIR",
          Libc.isAvailable() ? " above 64 KiB" : "",
          spool);
    }
    for (String missing : responder.withoutInterpreter(common.inherited().get("PATH"))) {
      log.warn(
          "--interpreter {}: there is no such program on the scripts' PATH: install it",
          OctetPath.display(missing));
    }
    responder.prepare();
    workers.startAll();
    disk.execute(scratch::removeAbandoned);
  }

  /** How scripts are started, for people. */
  String launcherDescription() {
    return responder.description();
  }

  /** Refuses new runs from now on. On the loop. */
  void drain() {
    gateway.drain();
  }

  /**
   * Waits for the scripts that still run, whether or not anybody wants their answers, then asks
   * them to end, and waits again.
   *
   * @param before how long before they are asked
   * @param after how long then
   */
  void endScripts(Duration before, Duration after) throws InterruptedException {
    if (!responder.awaitEnd(TimeUnit.NANOSECONDS.convert(before))) {
      responder.stopAll();
      responder.awaitEnd(TimeUnit.NANOSECONDS.convert(after));
    }
  }

  /** Removes what temporary files there are. When nobody writes any more. */
  void release() {
    scratch.close();
  }

  /** Kills what still runs, reaps it, and ends the threads. */
  void close(Closing closing) {
    closing.step(() -> responder.killAll(WORKERS_WAIT.toNanos()));
    closing.step(() -> workers.close(WORKERS_WAIT));
    closing.step(() -> responder.reap(WORKERS_WAIT.toNanos()));
    closing.step(responder::close);
  }
}
