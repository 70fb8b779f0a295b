package passerelle.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.cgi.CgiResponder;

/**
 * How a {@link Server} runs scripts.
 *
 * <p>Immutable.
 *
 * @param interpreters commands, in words, by extension such as {@code .py}
 * @param variables for the environment of every script, one character per octet
 * @param passed the names of variables that scripts get from the server's own environment
 * @param workers how many scripts are attended to at the same time
 * @param processes how many scripts there are at most at the same time
 * @param queue how many requests wait for a script; more are refused with 503
 * @param clientProcesses how many scripts of one client there are at most; 0 for half
 * @param clientQueue how many requests of one client wait for a script; 0 for half
 * @param timeLimit that of a run
 * @param spoolOctets how much content of requests lies in temporary files at the same time
 * @param sendsFiles whether a script may have files sent by X-Sendfile
 * @param log a file's name, one character per octet, for a line about every run; null for none,
 *     {@code -} for standard output
 * @param explains whether clients of this machine are shown what went wrong with a script
 * @param isAlone whether nobody else in this process starts others, so that all orphans are the
 *     scripts'
 */
public record ScriptSettings(
    Map<String, List<String>> interpreters,
    Map<String, String> variables,
    List<String> passed,
    int workers,
    int processes,
    int queue,
    int clientProcesses,
    int clientQueue,
    Duration timeLimit,
    long spoolOctets,
    boolean sendsFiles,
    @Nullable String log,
    boolean explains,
    boolean isAlone) {

  /** Copies the collections. */
  public ScriptSettings {
    interpreters = Map.copyOf(interpreters);
    variables = Map.copyOf(variables);
    passed = List.copyOf(passed);
  }

  /** How many scripts are attended to at the same time unless somebody says otherwise. */
  static int standardWorkers() {
    return Math.max(4, Math.min(256, 2 * Runtime.getRuntime().availableProcessors()));
  }

  /**
   * Collects the choices.
   *
   * <p>Confined to the thread that uses it.
   */
  static final class Choices {
    final Map<String, List<String>> interpreters = new LinkedHashMap<>(CgiResponder.INTERPRETERS);
    final Map<String, String> variables = new LinkedHashMap<>();
    final List<String> passed = new ArrayList<>();
    int workers = standardWorkers();
    int processes = 256;
    int queue = 1024;
    int clientProcesses;
    int clientQueue;
    Duration timeLimit = Duration.ofSeconds(30);
    long spoolOctets = 4L << 30;
    boolean sendsFiles;
    @Nullable String log;
    boolean explains;
    boolean isAlone;

    ScriptSettings build() {
      return new ScriptSettings(
          interpreters,
          variables,
          passed,
          workers,
          processes,
          queue,
          clientProcesses,
          clientQueue,
          timeLimit,
          spoolOctets,
          sendsFiles,
          log,
          explains,
          isAlone);
    }
  }
}
