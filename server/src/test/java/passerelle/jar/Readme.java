package passerelle.jar;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

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
    for (Map.Entry<String, String> place : places.entrySet()) {
      if (!commands.contains(place.getKey())) {
        throw new AssertionError(place.getKey() + " is not in: " + commands);
      }
      commands = commands.replace(place.getKey(), place.getValue());
    }
    String java = "exec '" + RunningJar.java() + "' -jar '" + RunningJar.jar() + "'";
    String script = commands.replace(JAVA, java);
    Command shell = new Command(List.of("sh", "-ec", script), RunningJar.ROOT, environment());
    return RunningJar.start(shell);
  }

  private static Map<String, String> environment() {
    return Command.of("sh").with("PASSERELLE_PORT", "0").environment();
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
