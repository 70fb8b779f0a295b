package passerelle.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A real git, with no configuration but its own defaults.
 *
 * <p>Immutable.
 */
final class Git {
  private final String program = Needs.tool("git").toString();

  /** Runs git in a folder, and returns how it ended. */
  Command.Outcome tryRun(Path folder, String... arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(program));
    words.addAll(List.of(arguments));
    Command command =
        Command.of(words.toArray(new String[0]))
            .in(folder)
            .with("GIT_CONFIG_GLOBAL", "/dev/null")
            .with("GIT_CONFIG_NOSYSTEM", "1")
            .with("GIT_TERMINAL_PROMPT", "0")
            .with("GIT_AUTHOR_NAME", "Zoe & Co")
            .with("GIT_AUTHOR_EMAIL", "zoe@example.org")
            .with("GIT_COMMITTER_NAME", "Zoe")
            .with("GIT_COMMITTER_EMAIL", "zoe@example.org")
            .with("GIT_TRACE_CURL", "1") // the heads of requests, to standard error
            .with("GIT_TRACE_CURL_NO_DATA", "1")
            .with("no_proxy", "127.0.0.1");
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
    run(folder, "commit", "-q", "-F", said.toString());
    return ask(folder, "rev-parse", "HEAD");
  }
}
