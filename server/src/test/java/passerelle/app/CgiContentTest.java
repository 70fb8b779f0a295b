package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;

/** Request content on its way to a script: any size, any framing, and nothing left behind. */
final class CgiContentTest {
  private static final int MEMORY_OCTETS = 64 * 1024;
  private static final int LARGE = 8 << 20;

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    String fields = "printf 'Content-Type: text/plain\\nX-Length: %s\\n' \"$CONTENT_LENGTH\"";
    site.script("echo.sh", fields, "echo; cat");
    site.script(
        "stdin.sh", fields, "printf 'X-Stdin: %s\\n\\n' \"$(readlink /proc/self/fd/0)\"; cat");
    site.script("ignore.sh", "printf 'Content-Type: text/plain\\n\\nignored'");
    site.script("closes.sh", "exec <&-", "printf 'Content-Type: text/plain\\n\\nclosed'");
    site.script(
        "first.sh", "printf 'Content-Type: text/plain\\n\\n'", "head -c 5; echo; echo done");
    site.startWithScripts();
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 4096, 65_535, MEMORY_OCTETS, MEMORY_OCTETS + 1, 200_000, LARGE})
  void contentOfAnySizeArrivesWhole(int size) throws IOException {
    String content = Site.letters(size);
    Reply reply = site.post("/cgi-bin/echo.sh", content);
    assertEquals(Integer.toString(size), reply.only("X-Length"));
    assertEquals("200 " + content, reply.brief());
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, MEMORY_OCTETS, MEMORY_OCTETS + 1, 200_000, LARGE})
  void chunkedContentOfAnySizeArrivesWholeWithItsLength(int size) throws IOException {
    String content = Site.letters(size);
    StringBuilder request =
        new StringBuilder(
            RawClient.request("POST", "/cgi-bin/echo.sh", "Transfer-Encoding: chunked"));
    for (int at = 0; at < size; ) {
      int count = Math.min(7_001, size - at);
      request.append(Integer.toHexString(count)).append("\r\n");
      request.append(content, at, at + count).append("\r\n");
      at += count;
    }
    try (RawClient client = site.connect()) {
      Reply reply = client.send(request.append("0\r\nX-Trailer: y\r\n\r\n").toString()).read();
      assertEquals(Integer.toString(size), reply.only("X-Length"));
      assertEquals("200 " + content, reply.brief());
    }
  }

  @Test
  void everyOctetPassesBothWays() throws IOException {
    byte[] all = new byte[256 * 300];
    for (int i = 0; i < all.length; i++) {
      all[i] = (byte) i;
    }
    String content = new String(all, StandardCharsets.ISO_8859_1);
    assertEquals("200 " + content, site.post("/cgi-bin/echo.sh", content).brief());
  }

  @Test
  void smallContentNeedsNoFileAndLargeContentLeavesNone() throws IOException {
    Needs.nativeCalls();
    assertTrue(site.post("/cgi-bin/stdin.sh", "small").only("X-Stdin").startsWith("/memfd:"));
    assertEquals("/dev/null", site.get("/cgi-bin/stdin.sh").only("X-Stdin"));
    Reply large = site.post("/cgi-bin/stdin.sh", Site.letters(200_000));
    Path file = Path.of(large.only("X-Stdin").replace(" (deleted)", ""));
    assertTrue(file.getFileName().toString().matches("passerelle-.*\\.content"), file::toString);
    assertEquals(Site.letters(200_000), large.content());
    Site.await("the file is deleted").until(() -> !Files.exists(file));
  }

  @Test
  void contentIsReadableByNobodyElseWhileItIsInAFile() throws IOException {
    site.file("cgi-bin/mode.sh", "printf 'X: y\\n\\n'; stat -L -c %a /proc/self/fd/0\n");
    assertEquals("600\n", site.post("/cgi-bin/mode.sh", Site.letters(200_000)).content());
  }

  @Test
  void aScriptNeedNotReadItsContent() throws IOException {
    for (int size : new int[] {1, 60_000, 16 << 20}) {
      try (RawClient client = site.connect()) {
        String content = Site.letters(size);
        assertEquals("200 ignored", client.post("/cgi-bin/ignore.sh", content).brief());
        assertEquals("200 closed", client.post("/cgi-bin/closes.sh", content).brief());
        assertEquals(
            "200 " + (content + "\n").substring(0, Math.min(5, size)).strip() + "\ndone\n",
            client.post("/cgi-bin/first.sh", content).brief());
      }
    }
  }

  @Test
  void contentThatEndsEarlyReachesNoScriptAndLeavesNoFile() throws IOException {
    Set<Path> before = Site.spoolFiles();
    for (int sent : new int[] {0, 1000, MEMORY_OCTETS + 1, 1 << 20}) {
      for (boolean isReset : new boolean[] {true, false}) {
        try (RawClient client = site.connect()) {
          client.send(RawClient.request("POST", "/cgi-bin/echo.sh", "Content-Length: " + LARGE));
          client.send(Site.letters(sent));
          if (isReset) {
            client.reset();
          } else {
            client.leave();
          }
        }
      }
    }
    Site.await("no new files")
        .until(
            () -> {
              Set<Path> now = Site.spoolFiles();
              now.removeAll(before);
              return now.isEmpty();
            });
  }

  @Test
  void manySlowUploadsAreKeptApart() throws IOException {
    int clients = 10;
    RawClient[] open = new RawClient[clients];
    String[] contents = new String[clients];
    try {
      for (int i = 0; i < clients; i++) {
        contents[i] = Character.toString((char) ('a' + i)).repeat(70_000 + i);
        open[i] = site.connect();
        open[i].send(
            RawClient.request(
                "POST", "/cgi-bin/echo.sh", "Content-Length: " + contents[i].length()));
      }
      for (int part = 0; part < 7; part++) {
        for (int i = 0; i < clients; i++) {
          int end = part == 6 ? contents[i].length() : (part + 1) * 10_000;
          open[i].send(contents[i].substring(part * 10_000, end));
        }
      }
      for (int i = 0; i < clients; i++) {
        assertEquals("200 " + contents[i], open[i].read().brief());
      }
    } finally {
      for (RawClient client : Arrays.copyOf(open, clients)) {
        if (client != null) {
          client.leave();
        }
      }
    }
    assertFalse(Site.processes().size() > clients);
  }
}
