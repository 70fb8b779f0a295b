package passerelle.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The commands that the README tells people to type.
 *
 * <p>Immutable.
 */
final class Readme {
  private static final String JAVA = "java -jar server/target/passerelle.jar";
  private static final String BEGIN = "\n```sh\n";
  private static final String END = "\n```\n";

  private Readme() {}

  /**
   * Starts the server by the first commands below a heading of the third level: word for word, but
   * for the jar, the port, which is any, and places that tests may not touch.
   *
   * @param places what stands in the README, and what to take instead
   */
  static RunningJar start(String heading, Map<String, String> places) throws IOException {
    String commands = commands(heading);
    if (!commands.contains(JAVA)) {
      throw new AssertionError("no server is started by: " + commands);
    }
    String java =
        Stream.of(RunningJar.java(), RunningJar.temporary(), "-jar", RunningJar.jar())
            .map(ShellText::word)
            .collect(Collectors.joining(" ", "exec ", ""));
    String script = ShellText.replaced(commands, places).replace(JAVA, java);
    return RunningJar.start(
        RunningJar.patient(Command.of("sh", "-ec", script))
            .in(RunningJar.ROOT)
            .with("PASSERELLE_PORT", "0")
            // For what scripts write to temporary files, such as an upload.
            .with("PASSERELLE_CGI_PASS_ENV", "TMPDIR"));
  }

  private static String commands(String heading) throws IOException {
    String readme = Files.readString(RunningJar.ROOT.resolve("README.md"));
    int section = readme.indexOf("\n### " + heading + "\n");
    int begin = readme.indexOf(BEGIN, section);
    int end = readme.indexOf(END, begin);
    if (section < 0 || begin < 0 || end < 0) {
      throw new AssertionError("the README has no commands for " + heading);
    }
    return readme.substring(begin + BEGIN.length(), end);
  }
}
