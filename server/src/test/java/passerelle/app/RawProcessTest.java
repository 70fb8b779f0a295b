package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;
import passerelle.io.Ascii;
import passerelle.io.OctetPath;

/** What the process was started with, octet by octet, even without a locale. */
final class RawProcessTest {
  @TempDir(factory = PlainPlace.class)
  private Path folder;

  @Test
  void theEnvironmentIsThatOfTheSystem() {
    Map<String, String> raw = RawProcess.environment();
    assertEquals(System.getenv().size(), raw.size());
    assertEquals(inAscii(System.getenv()), inAscii(raw));
  }

  /** What the JVM makes of the others depends on its locale. */
  private static Map<String, String> inAscii(Map<String, String> variables) {
    Map<String, String> found = new TreeMap<>();
    variables.forEach(
        (name, value) -> {
          if ((name + value).chars().allMatch(c -> c < 0x80)) {
            found.put(name, value);
          }
        });
    assertFalse(found.isEmpty(), "there is no variable to compare");
    return found;
  }

  @Test
  void argumentsThatAreNotTheProcesssOwnAreTakenAsText() {
    assertEquals(
        List.of("a", "caf\u00c3\u00a9"), RawProcess.arguments(new String[] {"a", "caf\u00e9"}));
    assertEquals(List.of(), RawProcess.arguments(new String[0]));
  }

  @Test
  void relativeNamesAreBelowTheCurrentDirectory() throws IOException {
    Path here = Path.of("").toAbsolutePath();
    assertEquals(here.resolve("a/b"), RawProcess.path("a/b"));
    assertEquals(here, RawProcess.path(".").normalize());
    assertEquals(Path.of("/x"), RawProcess.path("/x"));
    assertEquals("/\u00ff", OctetPath.octets(RawProcess.path("/\u00ff")));
  }

  @Test
  void aProcessStartedBareSeesItsOctets() throws IOException, InterruptedException {
    Path out = folder.resolve("out");
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    // What the JVM itself may have to say must not stand between the lines.
    String command =
        "cd \"$1\" && exec env -i CAF=\"$(printf 'caf\\351')\" \"$2\" -Xlog:disable -XX:+DisplayVMOutputToStderr -cp \"$3\" \"$4\" plain \"$(printf 'caf\\303\\251')\" \"$(printf 'l\\351')\" ''";
    copyClasses();
    Process process =
        new ProcessBuilder(
                "sh", "-c", command, "sh", folder.toString(), java, ".", Show.class.getName())
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertEquals(0, process.waitFor());
    assertEquals(
        "[plain, caf\u00c3\u00a9, l\u00e9, ]\n{CAF=caf\u00e9}\n",
        Files.readString(out, StandardCharsets.ISO_8859_1));
    assertTrue(Files.exists(out));
  }

  /**
   * A JVM without a locale finds no file whose name is not in ASCII; the checkout may lie anywhere.
   */
  static final class PlainPlace implements TempDirFactory {
    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context)
        throws IOException {
      return Files.createTempDirectory(Path.of("/tmp"), "passerelle-");
    }
  }

  /** Puts the classes of the program below the folder. */
  private void copyClasses() throws IOException {
    for (Class<?> needed : List.of(Show.class, RawProcess.class, OctetPath.class, Ascii.class)) {
      String name = needed.getName().replace('.', '/') + ".class";
      Path copy = folder.resolve(name);
      Files.createDirectories(copy.resolveSibling("."));
      try (InputStream in =
          Objects.requireNonNull(RawProcessTest.class.getResourceAsStream("/" + name))) {
        Files.copy(in, copy);
      }
    }
  }

  /** A program that shows what it was started with, one octet for each character. */
  static final class Show {
    private Show() {}

    public static void main(String[] arguments) {
      String text = RawProcess.arguments(arguments) + "\n" + RawProcess.environment() + "\n";
      byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
      System.out.write(octets, 0, octets.length);
      System.out.flush();
    }
  }
}
