package passerelle.cgi;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.gateway.Order;
import passerelle.gateway.Reply;
import passerelle.gateway.Responder;
import passerelle.gateway.Run;
import passerelle.gateway.RunQueue;
import passerelle.gateway.Script;
import passerelle.http.Status;
import passerelle.io.ClientKey;
import passerelle.io.OctetPath;
import passerelle.process.Children;
import passerelle.process.LaunchFailure;
import passerelle.process.Launcher;

/**
 * Answers each order by a process of its own (RFC 3875), and has what these share.
 *
 * <p>Safe from any thread.
 */
public final class CgiResponder implements Responder {
  /** The interpreters that need no option. */
  public static final Map<String, List<String>> INTERPRETERS =
      Map.of(
          ".py", List.of("python3"),
          ".pl", List.of("perl"),
          ".sh", List.of("sh"),
          ".php", List.of("php-cgi"));

  /** What marks a process that a script started: its environment. */
  private static final String MARK = "GATEWAY_INTERFACE=";

  private static final String NAME = "SCRIPT_NAME=";

  private final Launcher launcher;
  private final RunQueue queue;
  private final Children children;
  private final Map<String, List<String>> interpreters;

  /**
   * No runs.
   *
   * @param launcher starts scripts
   * @param queue gives workers to runs
   * @param isAlone whether nobody else in this process starts others, so that all orphans are ours
   * @param interpreters the command, in words, for a file name extension such as {@code .py}
   */
  public CgiResponder(
      Launcher launcher, RunQueue queue, boolean isAlone, Map<String, List<String>> interpreters) {
    this.launcher = launcher;
    this.queue = queue;
    this.children = new Children(isAlone, CgiResponder::origin);
    this.interpreters = Map.copyOf(interpreters);
  }

  /** The script that started a process, by what it has of the script's environment. */
  private static @Nullable String origin(List<String> environment) {
    String name = "";
    boolean isOfScript = false;
    for (String variable : environment) {
      isOfScript |= variable.startsWith(MARK);
      name = variable.startsWith(NAME) ? variable.substring(NAME.length()) : name;
    }
    return isOfScript ? "script " + name : null;
  }

  /** Starts what all scripts share; from now on there is something to close. */
  public void prepare() throws IOException {
    launcher.prepare();
    children.prepare();
  }

  /** How scripts are started, for people. */
  public String description() {
    return launcher.description();
  }

  /**
   * Extensions and the interpreters that somebody chose for them, but that are not there. They may
   * be installed while the server runs. It looks at the disk.
   *
   * @param path along which an interpreter is found
   */
  public List<String> withoutInterpreter(@Nullable String path) {
    List<String> extensions = new ArrayList<>();
    interpreters.forEach(
        (extension, words) -> {
          String found = ScriptCommand.find(words.get(0), path);
          boolean isThere = found != null && Files.isExecutable(OctetPath.of(found));
          if (!isThere && !words.equals(INTERPRETERS.get(extension))) {
            extensions.add(extension + "=" + String.join(" ", words));
          }
        });
    return extensions;
  }

  /**
   * Why a script could not be started, and what to do about it; null if it could. It looks at the
   * disk.
   *
   * @param variables with a PATH, along which an interpreter is found
   */
  public @Nullable String trouble(Script script, Map<String, String> variables) {
    try {
      ScriptCommand.of(script, variables, interpreters);
      return null;
    } catch (LaunchFailure e) {
      return e.getMessage();
    }
  }

  @Override
  public @Nullable Status refusal(ClientKey client) {
    return queue.refusal(client);
  }

  @Override
  public Run begin(Order order, Reply reply) {
    CgiRun run = new CgiRun(order, reply, this);
    run.begin();
    return run;
  }

  Launcher launcher() {
    return launcher;
  }

  RunQueue queue() {
    return queue;
  }

  Children children() {
    return children;
  }

  Map<String, List<String>> interpreters() {
    return interpreters;
  }

  /** How many scripts run. */
  public int count() {
    return children.count();
  }

  /** Asks all scripts to end: SIGTERM, and SIGKILL two seconds later. */
  public void stopAll() {
    children.stopAll();
  }

  /** Waits until no script runs; returns false if that takes longer than this. */
  public boolean awaitEnd(long waitNanos) throws InterruptedException {
    return children.awaitEnd(waitNanos);
  }

  /**
   * Leaves no script running: SIGKILL to all, and no more are started.
   *
   * @param waitNanos how long to wait until they are gone
   */
  public void killAll(long waitNanos) throws InterruptedException {
    children.killAll(waitNanos);
  }

  /**
   * Reaps what is left, and ends the reaper when nothing of what scripts started is left for it.
   * After the last turn of a run.
   *
   * @param waitNanos how long to wait until what was killed is gone
   */
  public void reap(long waitNanos) throws InterruptedException {
    children.close(waitNanos);
  }

  /** Releases what all starts share. Last. */
  public void close() throws InterruptedException {
    launcher.close();
  }
}
