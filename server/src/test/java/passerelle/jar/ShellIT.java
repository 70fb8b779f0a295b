package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A shell script behind a whole URL space, by the README's command. */
final class ShellIT {
  @Test
  void everyUrlBelowThePrefixIsTheScripts() throws IOException {
    try (RunningJar jar = Readme.start("A shell script", Map.of())) {
      assertTrue(
          jar.readyLine().matches(".*; scripts under /clock \\(started by posix_spawn, .*\\)"),
          jar.readyLine());
      assertTrue(Web.get(jar.uri("/clock?ticks=1")).body().contains("tick 1 of 1"));
      assertTrue(Web.get(jar.uri("/clock/any/where?ticks=1")).body().contains("tick 1 of 1"));
      assertEquals(404, Web.get(jar.uri("/clocks")).statusCode());
      assertTrue(Web.get(jar.uri("/")).body().contains("Passerelle"));
      assertEquals("", jar.child().err());
    }
  }
}
