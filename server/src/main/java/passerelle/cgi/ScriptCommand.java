package passerelle.cgi;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.gateway.Script;
import passerelle.io.OctetPath;
import passerelle.posix.PlainOpening;
import passerelle.process.Command;
import passerelle.process.LaunchFailure;

/**
 * Decides how to start a script.
 *
 * <p>Immutable.
 */
final class ScriptCommand {
  private static final int FIRST_OCTETS = 256;

  private ScriptCommand() {}

  /**
   * Decides how to run a script: by itself if it may be executed and the system would know how,
   * else by the interpreter for its extension.
   *
   * @throws LaunchFailure if there is no way to run it
   */
  static Command of(
      Script script, Map<String, String> environment, Map<String, List<String>> interpreters)
      throws LaunchFailure {
    String name = OctetPath.display(script.fileOctets());
    byte[] first = firstOctets(script, name);
    boolean isExecutable = Files.isExecutable(script.file());
    String trouble = isExecutable ? troubleWith(first) : "is not executable: chmod +x " + name;
    List<String> arguments = new ArrayList<>();
    if (trouble != null) {
      List<String> words = interpreters.get(script.extension());
      if (words == null) {
        throw new LaunchFailure(name + " " + trouble);
      }
      arguments.add(resolve(words.get(0), environment.get("PATH"), name));
      arguments.addAll(words.subList(1, words.size()));
    }
    arguments.add(script.fileOctets());
    return new Command(arguments, environment, script.directoryOctets());
  }

  private static byte[] firstOctets(Script script, String name) throws LaunchFailure {
    try {
      // What became a FIFO would hold us for ever.
      return PlainOpening.read(script.fileOctets(), FIRST_OCTETS);
    } catch (IOException e) {
      // Without permission to read there is nothing to see; an executable may still run.
      if (Files.isExecutable(script.file())) {
        return new byte[] {0x7f, 'E', 'L', 'F'};
      }
      throw new LaunchFailure(name + " cannot be read: chmod +rx " + name);
    }
  }

  /** Why the system could not start a file with these first octets, or null if it can. */
  private static @Nullable String troubleWith(byte[] first) {
    if (first.length < 2 || first[0] != '#' || first[1] != '!') {
      boolean isText = true;
      for (byte octet : first) {
        isText &= octet != 0 && octet != 0x7f;
      }
      return isText ? "has no #! line, and its extension has no --interpreter" : null;
    }
    String text = new String(first, StandardCharsets.ISO_8859_1);
    int end = text.indexOf('\n');
    String line = end < 0 ? text : text.substring(0, end);
    if (line.endsWith("\r")) {
      return "has a #! line that ends in a carriage return: save it with Unix line ends";
    }
    String program = line.substring(2).strip();
    int blank = program.indexOf(' ');
    String interpreter = blank < 0 ? program : program.substring(0, blank);
    if (!interpreter.startsWith("/") || !Files.isExecutable(OctetPath.of(interpreter))) {
      return "has a #! line that names no program: " + OctetPath.display(interpreter);
    }
    return null;
  }

  /** The absolute name of an interpreter, found along PATH. */
  private static String resolve(String program, @Nullable String path, String script)
      throws LaunchFailure {
    String found = find(program, path);
    if (found == null) {
      throw new LaunchFailure(
          script + " needs the interpreter " + program + ", which is not on the PATH: install it");
    }
    return found;
  }

  /**
   * The absolute name of a program, found along PATH unless it is absolute; null if there is none.
   */
  static @Nullable String find(String program, @Nullable String path) {
    if (program.startsWith("/")) {
      return program;
    }
    for (String folder : (path == null ? "" : path).split(":", -1)) {
      String candidate = folder + "/" + program;
      if (folder.startsWith("/") && Files.isExecutable(OctetPath.of(candidate))) {
        return candidate;
      }
    }
    return null;
  }
}
