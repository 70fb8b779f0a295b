package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code --cgi-spool}: how much content lies in temporary files at the same time. */
@Timeout(300)
final class CgiSpoolTest {
  private static final int ROOM = 200_000;

  /** Content goes to its file when it is so much. */
  private static final int BLOCK = 64 * 1024;

  private Site site;

  @BeforeEach
  void start() throws IOException {
    site = new Site();
    site.file("page.txt", "page");
    site.script("echo.sh", "printf 'X: y\\n\\n'", "cat");
    site.start(s -> s.cgi("/cgi-bin").cgiSpool(ROOM));
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private Reply post(int octets) throws IOException {
    return site.post("/cgi-bin/echo.sh", Site.letters(octets));
  }

  /** A file is deleted a moment after its script has started. */
  private void assertIsTakenSoon(int octets) {
    Site.await("room for " + octets).until(() -> post(octets).status() == 200);
  }

  @Test
  void whatDoesNotFitIsRefusedAndLeavesTheRoomAsItWas() throws IOException {
    assertEquals("200 " + Site.letters(ROOM), post(ROOM).brief());
    try (ServerLog log = new ServerLog()) {
      for (int i = 0; i < 5; i++) {
        assertEquals(507, post(2 * ROOM).status());
        assertEquals("200 small", site.post("/cgi-bin/echo.sh", "small").brief());
      }
      log.await("(--cgi-spool)");
    }
    assertIsTakenSoon(ROOM);
  }

  @Test
  void chunkedContentIsBoundedToo() throws IOException {
    String chunk = "4000\r\n" + Site.letters(0x4000) + "\r\n";
    try (ServerLog log = new ServerLog();
        RawClient client = site.connect()) {
      client.ask("POST", "/cgi-bin/echo.sh", "Transfer-Encoding: chunked");
      client.send(chunk.repeat(20));
      assertEquals(507, client.read().status());
      log.await("(--cgi-spool)");
    }
    assertIsTakenSoon(ROOM);
  }

  @Test
  void whileTheRoomIsTakenOtherRequestsGoOn() throws IOException {
    try (ServerLog log = new ServerLog();
        RawClient slow = site.connect()) {
      Set<Path> others = Site.spoolFiles();
      slow.send(RawClient.request("POST", "/cgi-bin/echo.sh", "Content-Length: " + ROOM));
      String content = Site.letters(ROOM);
      int sent = 0;
      while (sent + BLOCK < ROOM) {
        slow.send(content.substring(sent, sent + BLOCK));
        sent += BLOCK;
        awaitFile(others, sent);
      }
      slow.send(content.substring(sent, ROOM - 1));
      assertEquals(507, post(ROOM / 2).status()); // its first block is too much
      assertEquals("200 page", site.get("/page.txt").brief());
      assertEquals("200 " + Site.letters(60_000), post(60_000).brief());
      assertEquals("200 " + content, slow.send(content.substring(ROOM - 1)).read().brief());
      log.await("(--cgi-spool)");
    }
    assertIsTakenSoon(ROOM / 2);
  }

  /** Waits until a file that is not among the others has its size. */
  private static void awaitFile(Set<Path> others, int octets) {
    Site.await("a file of " + octets)
        .until(
            () ->
                Site.spoolFiles().stream()
                    .anyMatch(f -> !others.contains(f) && f.toFile().length() == octets));
  }

  @Test
  void contentThatIsCutOffMakesRoomAgain() throws IOException {
    for (int i = 0; i < 3; i++) {
      try (RawClient client = site.connect()) {
        client.send(RawClient.request("POST", "/cgi-bin/echo.sh", "Content-Length: " + ROOM));
        client.send(Site.letters(ROOM - 1));
        client.reset();
      }
    }
    try (ServerLog log = new ServerLog()) {
      assertIsTakenSoon(ROOM);
      assertEquals(507, post(2 * ROOM).status());
      log.await("(--cgi-spool)");
    }
  }
}
