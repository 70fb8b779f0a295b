package passerelle.jar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A program to start: its words, its working directory, its environment.
 *
 * <p>The environment is that of the tests without what would change a server or a JVM, and with the
 * system's own folders first on the PATH: version managers put wrappers there that cost more than
 * the scripts they start.
 *
 * <p>Immutable.
 */
record Command(List<String> words, @Nullable Path directory, Map<String, String> environment) {
  /** What the tests wait for a program at most. A slow machine needs a few seconds. */
  static final int PATIENCE_SECONDS = 30;

  /** How a program ended, and what it wrote. */
  record Outcome(int code, String out, String err) {}

  static Command of(String... words) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("PASSERELLE_"));
    environment.keySet().removeAll(List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    environment.put("PATH", searchPath());
    return new Command(List.of(words), null, Map.copyOf(environment));
  }

  /** Where programs are looked for. */
  static String searchPath() {
    String path = System.getenv("PATH");
    return "/usr/local/bin:/usr/bin:/bin" + (path == null ? "" : ":" + path);
  }

  Command in(Path place) {
    return new Command(words, place, environment);
  }

  Command with(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new Command(words, directory, Map.copyOf(more));
  }

  /** Starts the program; close the child, on every path. */
  Child start() throws IOException {
    Path out = Files.createTempFile("passerelle-it", ".out");
    Path err = Files.createTempFile("passerelle-it", ".err");
    ProcessBuilder builder = new ProcessBuilder(words);
    if (directory != null) {
      builder.directory(directory.toFile());
    }
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    return new Child(builder.start(), out, err);
  }

  /** Runs the program to its end. */
  Outcome run() throws IOException {
    try (Child child = start()) {
      int code = child.awaitExit();
      return new Outcome(code, child.out(), child.err());
    }
  }

  static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
