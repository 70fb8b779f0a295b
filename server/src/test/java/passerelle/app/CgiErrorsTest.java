package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What scripts write to their standard error, and those that write without end. */
@Timeout(300)
final class CgiErrorsTest {
  private static final String HEAD = "printf 'Content-Type: text/plain\\n\\n'";

  private static final int FLOOD = 16 << 20;

  private Site site;

  @BeforeEach
  void start() throws IOException {
    site = new Site();
    site.script(
        "flood.sh",
        "yes 'a line of a script that has a lot to complain about' | head -c " + FLOOD + " >&2",
        "echo THE LAST >&2",
        HEAD + "; printf whole");
    site.script(
        "floodbehind.sh",
        HEAD + "; printf begun",
        "head -c " + FLOOD + " /dev/zero >&2",
        "echo THE LAST >&2",
        "printf ' and whole'");
    site.script(
        "talks.sh",
        "echo one >&2; echo two >&2",
        "while [ ! -e ../go ]; do sleep 0.02; done",
        "printf three >&2",
        HEAD + "; printf done");
    site.script("field.sh", "echo $$ > ../pid", "printf 'X: '", "exec tr '\\0' x < /dev/zero");
    site.script("fields.sh", "echo $$ > ../pid", "exec yes 'X-Y: z'");
    site.script("lines.sh", "echo $$ > ../pid", "exec yes");
    site.startWithScripts();
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flood.sh whole", "floodbehind.sh begun and whole"})
  void manyErrorsStallNothingAndTheLogIsBounded(String scriptAndContent) throws IOException {
    int blank = scriptAndContent.indexOf(' ');
    try (ServerLog log = new ServerLog()) {
      Reply reply = site.get("/cgi-bin/" + scriptAndContent.substring(0, blank));
      assertEquals("200 " + scriptAndContent.substring(blank + 1), reply.brief());
      log.await(" lines more, at last:\n");
      log.await("THE LAST");
      assertTrue(log.text().matches("(?s).* said \\d+ lines more, at last:\n.*"), log::text);
      // Far above what is allowed at once and in the seconds that this takes, far below 16 MiB.
      assertTrue(log.text().length() < 1 << 20, () -> "a log of " + log.text().length());
    }
  }

  @Test
  void linesReachTheLogWhileTheScriptRuns() throws IOException {
    try (ServerLog log = new ServerLog();
        RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/talks.sh");
      log.await("script /cgi-bin/talks.sh says: one\n");
      log.await("script /cgi-bin/talks.sh says: two\n");
      assertTrue(client.isSilent());
      assertFalse(log.text().contains("three"));
      site.file("go", "");
      assertEquals("200 done", client.read().brief());
      log.await("script /cgi-bin/talks.sh says: three\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"field.sh", "fields.sh", "lines.sh"})
  void aHeadWithoutEndIs502AndTheEndOfItsScript(String script) throws IOException {
    try (ServerLog log = new ServerLog()) {
      assertEquals(502, site.get("/cgi-bin/" + script).status());
      log.await("script /cgi-bin/" + script + " gave no proper answer");
      long pid = Long.parseLong(Site.awaitLine(site.root.resolve("pid")));
      Site.await("its end").until(() -> !Site.isRunning(pid));
    }
  }
}
