package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import passerelle.gateway.Script;
import passerelle.process.LaunchFailure;

/** What a script's file may have become between the look at it and its start. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ScriptCommandTest {
  @TempDir Path folder;

  /** Nobody will ever write to it: whoever read from it would wait for ever. */
  @Test
  void aFifoInItsPlaceIsNoScript() throws Exception {
    Path fifo = folder.toRealPath().resolve("a.sh");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    Script script = Script.of(fifo, "/cgi-bin/a.sh", "");
    assertThrows(
        LaunchFailure.class, () -> ScriptCommand.of(script, Map.of(), Map.of(".sh", List.of())));
  }
}
