package passerelle.app;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import passerelle.io.OctetPath;

/**
 * What this process was started with, as octets (one character each).
 *
 * <p>Started bare, without LANG, the JVM turns every non-ASCII octet of an argument, a variable or
 * the current directory into a question mark before {@code main} sees it. On Linux the originals
 * can be read from {@code /proc}.
 *
 * <p>Immutable.
 */
final class RawProcess {
  private static final Path SELF = Path.of("/proc/self");

  /** The field of the terminal's number in {@code stat}, behind the name. */
  private static final int TERMINAL = 4;

  private RawProcess() {}

  /** The arguments of {@code main}, as octets. */
  static List<String> arguments(String[] decoded) {
    List<String> all = zeroTerminated(SELF.resolve("cmdline"));
    if (all.size() >= decoded.length) {
      List<String> last = all.subList(all.size() - decoded.length, all.size());
      boolean isSame = true;
      for (int i = 0; i < decoded.length; i++) {
        boolean isAscii = last.get(i).chars().allMatch(c -> c < 0x80);
        isSame &= !isAscii || last.get(i).equals(decoded[i]);
      }
      if (isSame) {
        return List.copyOf(last);
      }
    }
    return List.of(decoded).stream().map(OctetPath::fromText).toList();
  }

  /** What stands before the program in the command line of this process. */
  static List<String> jvmOptions() {
    List<String> all = zeroTerminated(SELF.resolve("cmdline"));
    int program = all.indexOf("-jar");
    return program < 0 ? List.of() : all.subList(0, program);
  }

  /** The environment, as octets. */
  static Map<String, String> environment() {
    Map<String, String> variables = new HashMap<>();
    for (String variable : zeroTerminated(SELF.resolve("environ"))) {
      int equals = variable.indexOf('=');
      if (equals > 0) {
        variables.put(variable.substring(0, equals), variable.substring(equals + 1));
      }
    }
    if (variables.isEmpty()) {
      System.getenv().forEach((name, value) -> variables.put(name, OctetPath.fromText(value)));
    }
    return variables;
  }

  /** The absolute path of a file name given as octets. */
  static Path path(String octets) throws IOException {
    if (octets.startsWith("/")) {
      return OctetPath.of(octets);
    }
    Path link = SELF.resolve("cwd");
    Path current = Files.exists(link) ? link.toRealPath() : Path.of("").toAbsolutePath();
    return OctetPath.of(OctetPath.octets(current) + "/" + octets);
  }

  /** Whether this process belongs to a terminal that has not been closed. */
  static boolean hasTerminal() {
    try {
      String status = Files.readString(SELF.resolve("stat"), StandardCharsets.ISO_8859_1);
      String[] fields = status.substring(status.lastIndexOf(')') + 1).strip().split(" ", -1);
      return fields.length > TERMINAL && !fields[TERMINAL].equals("0");
    } catch (IOException e) {
      return false; // not Linux
    }
  }

  private static List<String> zeroTerminated(Path file) {
    try {
      String text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
      String body = text.endsWith("\0") ? text.substring(0, text.length() - 1) : text;
      return body.isEmpty() ? List.of() : List.of(body.split("\0", -1));
    } catch (IOException e) {
      return List.of(); // not Linux: there is nothing better than what the JVM decoded
    }
  }
}
