package passerelle.app;

import static passerelle.app.Mistakes.shown;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * The part of the command line that says which scripts are run, and how.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
final class ScriptOptions {
  @Option(
      names = "--cgi",
      paramLabel = "PREFIX[=DIR]",
      description =
          "URLs under PREFIX are scripts, in DIR or in the folder of that name; / makes the whole directory a mix of pages and scripts. Repeatable.")
  List<String> cgi = new ArrayList<>();

  @Option(
      names = "--cgi-mixed",
      paramLabel = "PREFIX[=DIR]",
      description =
          "URLs under PREFIX are pages and scripts side by side, in DIR or in the folder of that name. Repeatable.")
  List<String> mixed = new ArrayList<>();

  @Option(
      names = "--cgi-mount",
      paramLabel = "PREFIX=PROGRAM",
      description =
          "Every URL under PREFIX is answered by one program, which finds the rest of the URL's path in PATH_INFO. Repeatable.")
  List<String> mounts = new ArrayList<>();

  @Option(
      names = "--interpreter",
      paramLabel = ".EXT=COMMAND",
      description =
          "How to start a script that cannot be started by itself (default: .py=python3 .pl=perl .sh=sh .php=php-cgi). Repeatable.")
  List<String> interpreters = new ArrayList<>();

  @Option(
      names = "--cgi-env",
      paramLabel = "NAME=VALUE",
      description = "A variable for the environment of every script. Repeatable.")
  List<String> variables = new ArrayList<>();

  @Option(
      names = "--cgi-pass-env",
      paramLabel = "NAME",
      split = ",",
      description =
          "Variables of the server's own environment that scripts get too, beside PATH, LANG, LC_ALL, LC_CTYPE and TZ. Repeatable.")
  List<String> passed = new ArrayList<>();

  @Option(
      names = "--cgi-workers",
      paramLabel = "N",
      description =
          "How many scripts are attended to at the same time (default: 2 per core, at least 4).")
  @Nullable String workers;

  @Option(
      names = "--cgi-processes",
      paramLabel = "N",
      description =
          "How many scripts there are at most at the same time, with those that are silent, or wait for a slow client (default: 256).")
  String processes = "256";

  @Option(
      names = "--cgi-processes-per-client",
      paramLabel = "N",
      description =
          "How many of them one client address may have (default: half); for more it waits. Behind a reverse proxy all clients have one address: give it all.")
  @Nullable String processesPerClient;

  @Option(
      names = "--cgi-queue",
      paramLabel = "N",
      description = "How many requests wait for a script (default: 1024); more get 503.")
  String queue = "1024";

  @Option(
      names = "--cgi-queue-per-client",
      paramLabel = "N",
      description =
          "How many of them one client address may have (default: half); more get 429. Behind a reverse proxy give it all.")
  @Nullable String queuePerClient;

  @Option(
      names = "--cgi-timeout",
      paramLabel = "DURATION",
      description = "The time limit of a script (default: 30s).")
  String timeout = "30s";

  @Option(
      names = "--cgi-spool",
      paramLabel = "SIZE",
      description =
          "How much content of requests lies in temporary files at the same time (default: 4g); more gets 507.")
  String spool = "4g";

  @Option(
      names = "--cgi-sendfile",
      description =
          "Let scripts have files of the pages' folders sent, hidden ones too, by a field X-Sendfile with the file's name.")
  boolean sendfile;

  @Option(
      names = "--cgi-log",
      paramLabel = "FILE",
      description =
          "Write a line for every run of a script to FILE: how it ended, and the time it took; - is standard output.")
  @Nullable String log;

  @Option(
      names = "--cgi-debug",
      description =
          "Show clients on this computer what went wrong with a script, with its errors, command and environment.")
  boolean debug;

  /** Sets the option of a name, without picocli; false if none here takes a single value. */
  boolean take(String name, String value) {
    switch (name) {
      case "--cgi" -> cgi.add(value);
      case "--cgi-mixed" -> mixed.add(value);
      case "--cgi-mount" -> mounts.add(value);
      case "--interpreter" -> interpreters.add(value);
      case "--cgi-env" -> variables.add(value);
      case "--cgi-workers" -> workers = value;
      case "--cgi-processes" -> processes = value;
      case "--cgi-processes-per-client" -> processesPerClient = value;
      case "--cgi-queue" -> queue = value;
      case "--cgi-queue-per-client" -> queuePerClient = value;
      case "--cgi-timeout" -> timeout = value;
      case "--cgi-spool" -> spool = value;
      case "--cgi-log" -> log = value;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** Turns the switch of a name on, without picocli; false if there is none here. */
  boolean turnOn(String name) {
    switch (name) {
      case "--cgi-sendfile" -> sendfile = true;
      case "--cgi-debug" -> debug = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  /**
   * Takes what the options say into the settings; throws an IllegalArgumentException if it cannot
   * be.
   */
  void apply(Settings.Builder settings) throws IOException {
    require(log == null || !log.isEmpty(), "--cgi-log takes a file, or -, not nothing");
    int threads =
        workers == null
            ? ScriptSettings.standardWorkers()
            : Range.WORKERS.number("--cgi-workers", workers);
    settings
        .cgiWorkers(threads, Range.QUEUE.number("--cgi-queue", queue))
        .cgiProcesses(Range.PROCESSES.number("--cgi-processes", processes))
        .cgiPerClient(
            share("--cgi-processes-per-client", processesPerClient, Range.PROCESSES),
            share("--cgi-queue-per-client", queuePerClient, Range.QUEUE))
        .cgiTimeout(Range.TIME.duration("--cgi-timeout", timeout))
        .cgiSpool(Range.OCTETS.size("--cgi-spool", spool))
        .cgiSendfile(sendfile)
        .cgiLog(log)
        .cgiDebug(debug)
        .isAlone();
    for (String folder : cgi) {
      addFolder(settings, folder);
    }
    for (String folder : mixed) {
      mount(folder, "--cgi-mixed", settings::cgiMixed);
    }
    for (String mount : mounts) {
      addProgram(settings, mount);
    }
    for (String interpreter : interpreters) {
      addInterpreter(settings, interpreter);
    }
    for (String variable : variables) {
      addVariable(settings, variable);
    }
    for (String name : passed) {
      require(
          !name.isEmpty() && name.indexOf('=') < 0,
          "--cgi-pass-env takes names of variables, such as HOME,USER, not " + shown(name));
      try {
        settings.cgiPass(name);
      } catch (IllegalArgumentException e) {
        throw wrong("--cgi-pass-env cannot pass " + shown(name) + ": " + e.getMessage());
      }
    }
  }

  /** What one client may have of something; 0 if nothing was said. */
  private static int share(String option, @Nullable String value, Range range) {
    return value == null ? 0 : range.number(option, value);
  }

  private void addFolder(Settings.Builder settings, String mount) throws IOException {
    mount(
        mount,
        "--cgi",
        (prefix, folder) -> {
          if (folder == null) {
            settings.cgi(prefix);
          } else {
            settings.cgi(prefix, folder);
          }
        });
  }

  private void mount(String mount, String option, BiConsumer<String, @Nullable Path> target)
      throws IOException {
    FolderOption folder = FolderOption.of(option, mount);
    target.accept(folder.prefix(), folder.path());
  }

  private void addProgram(Settings.Builder settings, String mount) throws IOException {
    int equals = mount.indexOf('=');
    require(
        equals > 0 && equals + 1 < mount.length(),
        "--cgi-mount takes a URL prefix and a program, such as"
            + " /git=/usr/lib/git-core/git-http-backend, not "
            + shown(mount));
    String prefix = FolderOption.prefix("--cgi-mount", mount.substring(0, equals));
    settings.cgiProgram(prefix, RawProcess.path(mount.substring(equals + 1)));
  }

  private void addVariable(Settings.Builder settings, String variable) {
    int equals = variable.indexOf('=');
    require(
        equals > 0,
        "--cgi-env takes a variable, such as GIT_PROJECT_ROOT=/srv/git, not " + shown(variable));
    String name = variable.substring(0, equals);
    try {
      settings.cgiVariable(name, variable.substring(equals + 1));
    } catch (IllegalArgumentException e) {
      throw wrong("--cgi-env cannot set " + shown(name) + ": " + e.getMessage());
    }
  }

  private void addInterpreter(Settings.Builder settings, String interpreter) {
    int equals = interpreter.indexOf('=');
    List<String> command = new ArrayList<>();
    if (equals > 0) {
      for (String word : interpreter.substring(equals + 1).split(" ", -1)) {
        if (!word.isEmpty()) {
          command.add(word);
        }
      }
    }
    require(
        interpreter.startsWith(".") && !command.isEmpty(),
        "--interpreter takes an extension and a command, such as .rb=ruby, not "
            + shown(interpreter));
    settings.interpreter(interpreter.substring(0, equals), command);
  }

  private void require(boolean condition, String message) {
    if (!condition) {
      throw wrong(message);
    }
  }

  private IllegalArgumentException wrong(String message) {
    return new IllegalArgumentException(message);
  }
}
