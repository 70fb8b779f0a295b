package passerelle.jar;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.harness.Needs;

/**
 * A program to start: its words, its working directory, its environment.
 *
 * <p>Of the tests' own environment a program gets hardly anything, for much in it changes what
 * programs do: a proxy, options for a JVM, git or Perl, a locale that is not installed. On the PATH
 * the system's own folders come first: version managers put wrappers there that cost more than the
 * scripts they start. Temporary files go where those of the tests go.
 *
 * <p>Immutable.
 */
record Command(List<String> words, @Nullable Path directory, Map<String, String> environment) {
  /** What the tests wait for a program at most. A slow machine needs a few seconds. */
  static final int PATIENCE_SECONDS = 120;

  /** What programs need to find a home, and tools that lie in unusual places their libraries. */
  private static final List<String> KEPT = List.of("HOME", "USER", "LOGNAME", "LD_LIBRARY_PATH");

  /** How a program ended, and what it wrote. */
  record Outcome(int code, String out, String err) {}

  static Command of(String... words) {
    return of(List.of(words));
  }

  static Command of(List<String> words) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    environment.keySet().retainAll(KEPT);
    environment.put("PATH", Needs.searchPath());
    environment.put("LC_ALL", "C.UTF-8");
    environment.put("TMPDIR", temporary());
    return new Command(List.copyOf(words), null, Map.copyOf(environment));
  }

  /** A command without which a test is skipped; what it writes is not looked at. */
  static void mustWork(String reasonIfNot, String... words) throws IOException {
    Needs.that(of(words).run().code() == 0, reasonIfNot);
  }

  /** The tests' own folder for temporary files. */
  static String temporary() {
    return System.getProperty("java.io.tmpdir", "/tmp");
  }

  Command in(Path place) {
    return new Command(words, place, environment);
  }

  /** The same, started by a program that takes a command to start. */
  Command behind(String... starter) {
    List<String> all = new ArrayList<>(List.of(starter));
    all.addAll(words);
    return new Command(List.copyOf(all), directory, environment);
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
    Family family = Family.begin(builder.environment());
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    try {
      return new Child(builder.start(), family, out, err);
    } catch (IOException e) {
      Files.delete(out);
      Files.delete(err);
      throw e;
    }
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
