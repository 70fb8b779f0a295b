package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** What is read without picocli is what picocli reads. */
final class PlainArgumentsTest {
  /** Those that only picocli reads: they end the program, or hold several values. */
  private static final Set<String> OTHERS = Set.of("--help", "--version", "--cgi-pass-env");

  private static Map<String, Object> fields(Object options) throws ReflectiveOperationException {
    Map<String, Object> fields = new TreeMap<>();
    for (Field field : options.getClass().getDeclaredFields()) {
      field.setAccessible(true);
      Object value = field.get(options);
      if (value instanceof FileOptions || value instanceof ScriptOptions) {
        fields.putAll(fields(value));
      } else if (!field.getName().equals("spec")) {
        fields.put(options.getClass().getSimpleName() + "." + field.getName(), value);
      }
    }
    return fields;
  }

  private static void assertSame(List<String> arguments) throws ReflectiveOperationException {
    Options plain = PlainArguments.options(arguments);
    assertNotNull(plain, arguments.toString());
    Options all = new Options();
    CommandLine line = new CommandLine(all);
    line.setOverwrittenOptionsAllowed(true);
    line.setExpandAtFiles(false);
    line.parseArgs(arguments.toArray(new String[0]));
    assertEquals(fields(all), fields(plain), arguments.toString());
  }

  @Test
  void everyOptionIsReadAsPicocliReadsIt() throws ReflectiveOperationException {
    List<String> everything = new ArrayList<>();
    for (OptionSpec option : new CommandLine(new Options()).getCommandSpec().options()) {
      for (String name : option.names()) {
        boolean isSwitch = option.arity().max() == 0;
        List<String> once = isSwitch ? List.of(name) : List.of(name, "/a b=@c");
        if (OTHERS.contains(option.longestName())) {
          assertNull(PlainArguments.options(once), name);
          continue;
        }
        assertSame(once);
        if (!isSwitch && name.startsWith("--")) {
          assertSame(List.of(name + "=1,2", "site", name + "==", name, "'3'"));
        }
        everything.addAll(once);
      }
    }
    everything.add("${HOME}");
    assertSame(everything);
    assertSame(List.of());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-x", "-p80", "-p", "--port", "--port=", "--port -1", "--hidden=true", "--nothing", "a b",
        "--", "-- a", "-", "--port 1 -h", "--bind \"a\"", "-pb 1", "--help", "-V", "--cache --spa"
      })
  void whatMayMeanAnythingElseIsLeftToPicocli(String line) {
    assertNull(PlainArguments.options(List.of(line.split(" "))), line);
  }

  @Test
  void whatIsWrongOrInVainOrInTheEnvironmentIsLeftToPicocli(@TempDir Path folder)
      throws IOException {
    String site = folder.toString();
    assertNotNull(PlainArguments.settings(List.of(site), Map.of("PATH", "/bin")));
    assertNull(PlainArguments.settings(List.of(site), Map.of("PASSERELLE_PORT", "1")));
    assertNull(PlainArguments.settings(List.of("--port", "x", site), Map.of()));
    assertNull(PlainArguments.settings(List.of("--cgi-timeout", "1s", site), Map.of()));
    assertNull(PlainArguments.settings(List.of("--interpreter", ".x=y", site), Map.of()));
    assertNull(PlainArguments.settings(List.of("--cgi-mount", "/=/bin/true", site), Map.of()));
    assertNotNull(
        PlainArguments.settings(
            List.of("--cgi", "/x=" + site, "--cgi-timeout=1s", site), Map.of()));
  }
}
