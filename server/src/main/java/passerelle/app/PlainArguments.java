package passerelle.app;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import passerelle.site.Mount;

/**
 * The command line as it is usually written, read without picocli: long names, three letters, at
 * most one folder, and nothing from the environment. Whatever else there is, or is wrong, is left
 * to {@link AllArguments}. Loading picocli takes longer than starting the server.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
final class PlainArguments {
  private static final Set<String> LETTERS = Set.of("-p", "-b", "-H");

  private final Options options = new Options();
  private final Set<String> names = new HashSet<>();

  private PlainArguments() {}

  /** The settings that a command line says; null if it is not plain, or not to be. */
  static @Nullable Settings settings(List<String> arguments, Map<String, String> environment)
      throws IOException {
    for (String variable : environment.keySet()) {
      if (variable.startsWith(Variables.PREFIX)) {
        return null;
      }
    }
    PlainArguments plain = new PlainArguments();
    if (!plain.read(arguments)) {
      return null;
    }
    try {
      Settings settings = plain.options.build(environment);
      return plain.mayBeInVain(settings) ? null : settings;
    } catch (IllegalArgumentException e) {
      return null; // which will be told
    }
  }

  /** What a plain command line sets; null if it is not plain. */
  static @Nullable Options options(List<String> arguments) {
    PlainArguments plain = new PlainArguments();
    return plain.read(arguments) ? plain.options : null;
  }

  private boolean read(List<String> arguments) {
    boolean hasFolder = false;
    for (int i = 0; i < arguments.size(); i++) {
      String word = arguments.get(i);
      if (word.startsWith("-")) {
        int equals = word.startsWith("--") ? word.indexOf('=') : -1;
        String name = equals < 0 ? word : word.substring(0, equals);
        if (!name.startsWith("--") && !LETTERS.contains(name)) {
          return false;
        }
        names.add(name);
        if (equals < 0 && options.turnOn(name)) {
          continue;
        }
        String next = i + 1 < arguments.size() ? arguments.get(i + 1) : "";
        String value = equals < 0 ? next : word.substring(equals + 1);
        if (!isPlain(value) || !options.take(name, value)) {
          return false;
        }
        i += equals < 0 ? 1 : 0;
      } else if (hasFolder || !isPlain(word)) {
        return false;
      } else {
        options.directory = word;
        hasFolder = true;
      }
    }
    return true;
  }

  /** Whether picocli sees nothing in a word but a value. */
  private static boolean isPlain(String word) {
    return !word.isEmpty() && !word.startsWith("-") && word.indexOf('"') < 0;
  }

  /** Whether options may have no effect, which is worth a warning. */
  private boolean mayBeInVain(Settings settings) {
    boolean isAboutScripts =
        names.stream().anyMatch(name -> name.startsWith("--cgi") || name.equals("--interpreter"));
    return (isAboutScripts && !settings.hasScripts())
        || settings.mounts().stream()
            .anyMatch(mount -> mount.isRoot() && mount.kind() == Mount.Kind.PROGRAM);
  }
}
