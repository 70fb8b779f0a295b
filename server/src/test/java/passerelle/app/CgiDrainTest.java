package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of scripts when the server is asked to end. */
@Timeout(120)
final class CgiDrainTest {
  private static final String HEAD = "printf 'Content-Length: 5\\n\\nhello'";

  private static final String TRAP = "trap 'echo > ../asked' TERM";

  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    site.script("deaf.sh", TRAP, "echo > ../begun", HEAD, "while :; do sleep 0.1; done");
    site.script("silent.sh", TRAP, "echo > ../begun", "while :; do sleep 0.1; done");
    site.script(
        "goes-on.sh", TRAP, HEAD, "while ! [ -e ../go ]; do sleep 0.02; done", "echo > ../done");
    site.startWithScripts();
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private boolean isThere(String mark) {
    return Files.exists(site.root.resolve(mark));
  }

  /** Whether its client still waits, or has had its answer. */
  @Test
  void isAskedToEndBeforeItIsKilled() throws IOException {
    for (String script : List.of("deaf.sh", "silent.sh")) {
      site.startWithScripts();
      Files.deleteIfExists(site.root.resolve("asked"));
      Files.deleteIfExists(site.root.resolve("begun"));
      try (RawClient client = site.connect()) {
        client.ask("GET", "/cgi-bin/" + script);
        Site.await("the script").until(() -> isThere("begun"));
        if ("deaf.sh".equals(script)) {
          assertEquals(200, client.read().status());
        }
        site.server().close(Duration.ofSeconds(4));
      }
      assertTrue(isThere("asked"), script);
      assertEquals(List.of(), Site.processes());
    }
  }

  @Test
  void mayFinishThoughNobodyWaitsForIt() throws IOException, InterruptedException {
    assertEquals(200, site.get("/cgi-bin/goes-on.sh").status());
    Thread closing = new Thread(() -> site.server().close(Duration.ofMinutes(5)));
    closing.start();
    Site.await("nobody listens").until(() -> !canConnect());
    site.file("go", "");
    closing.join();
    assertTrue(isThere("done"));
    assertFalse(isThere("asked"));
  }

  private boolean canConnect() {
    try {
      site.connect().close();
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
