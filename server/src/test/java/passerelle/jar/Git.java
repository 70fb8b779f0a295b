package passerelle.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import passerelle.harness.Needs;

/**
 * A real git, with no configuration but its own defaults, except that it never tidies up behind the
 * tests' backs. Each commit is a minute later than the one before, for git's choices depend on it.
 *
 * <p>Confined to the thread that uses it.
 */
final class Git {
  private static final long FIRST_COMMIT_SECONDS = 1_700_000_000;
  private static final Pattern VERSION = Pattern.compile("git version ([0-9]+)[.]([0-9]+)");

  private final String program = Needs.tool("git").toString();
  private int commits;

  Git() throws IOException {
    String said = Command.of(program, "--version").run().out();
    Matcher version = VERSION.matcher(said);
    // From 2.32 on the configuration of a user can be left out.
    Needs.that(
        version.find()
            && 1000 * Integer.parseInt(version.group(1)) + Integer.parseInt(version.group(2))
                >= 2032,
        "git is older than 2.32: " + said.strip());
  }

  /** Runs git in a folder, and returns how it ended. */
  Command.Outcome tryRun(Path folder, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(List.of("-c", "gc.auto=0", "-c", "maintenance.auto=false"));
    words.addAll(List.of(arguments));
    String date = FIRST_COMMIT_SECONDS + 60L * commits + " +0000";
    Command command =
        Command.of(words)
            .in(folder)
            .with("GIT_CONFIG_GLOBAL", "/dev/null")
            .with("GIT_CONFIG_NOSYSTEM", "1")
            .with("GIT_TERMINAL_PROMPT", "0")
            .with("GIT_AUTHOR_NAME", "Zoe & Co")
            .with("GIT_AUTHOR_EMAIL", "zoe@example.org")
            .with("GIT_AUTHOR_DATE", date)
            .with("GIT_COMMITTER_NAME", "Zoe")
            .with("GIT_COMMITTER_EMAIL", "zoe@example.org")
            .with("GIT_COMMITTER_DATE", date)
            .with("GIT_TRACE_CURL", "1") // the heads of requests, to standard error
            .with("GIT_TRACE_CURL_NO_DATA", "1");
    return command.run();
  }

  /** Runs git in a folder, and returns what it wrote, to standard error too. */
  String run(Path folder, String... arguments) throws IOException {
    Command.Outcome outcome = tryRun(folder, arguments);
    if (outcome.code() != 0) {
      throw new AssertionError("git " + String.join(" ", arguments) + ": " + outcome);
    }
    return outcome.out() + outcome.err();
  }

  /** A line that git writes, such as the name of a commit. */
  String ask(Path folder, String... arguments) throws IOException {
    return tryRun(folder, arguments).out().strip();
  }

  /** Makes a repository to work in. */
  Path init(Path folder) throws IOException {
    Files.createDirectories(folder);
    run(folder, "init", "-q", "-b", "main");
    return folder;
  }

  /** Makes a copy to be served, without files to work on. */
  void publish(Path work, Path repository) throws IOException {
    run(work, "clone", "-q", "--bare", ".", repository.toString());
  }

  /** Commits a file; returns the commit's name. */
  String commit(Path folder, String file, String text, String message) throws IOException {
    Path path = folder.resolve(file);
    Files.createDirectories(path.resolveSibling("."));
    Files.writeString(path, text);
    run(folder, "add", "-A");
    // Not as an argument: in the locale C the JVM cannot pass on every character.
    Path said = Files.writeString(folder.resolve(".git/said"), message);
    commits++;
    run(folder, "commit", "-q", "-F", said.toString());
    return ask(folder, "rev-parse", "HEAD");
  }

  /** Commits nothing, a number of times. */
  void commitNothing(Path folder, int times) throws IOException {
    for (int i = 0; i < times; i++) {
      commits++;
      run(folder, "commit", "-q", "--allow-empty", "-m", "Number " + i);
    }
  }
}
