package passerelle.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The tests of the scripts that measure, which are written in Python as they are. */
final class InstrumentsTest {
  private static final Path ROOT = Path.of(System.getProperty("passerelle.root", ".."));
  private static final Path PYTHON = Path.of("/usr/bin/python3");

  @Test
  void theScriptsTestsPass() throws IOException, InterruptedException {
    assumeTrue(Files.isExecutable(PYTHON), "there is no " + PYTHON);
    Path scripts = ROOT.resolve("bench/wrk");
    Process tests =
        new ProcessBuilder(PYTHON.toString(), "-B", "-m", "unittest", "discover", "-s", ".")
            .directory(scripts.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(tests.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, tests.waitFor(), said);
  }
}
