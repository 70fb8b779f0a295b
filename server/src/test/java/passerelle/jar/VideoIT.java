package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A browser plays a film, and goes to places that it has not loaded. */
final class VideoIT {
  private static final int SIDE = 64;
  private static final int SECONDS = 60;

  @TempDir Path folder;

  @Test
  void aSeekLoadsThePartThatIsWatched() throws IOException {
    Path site = Files.createDirectory(folder.resolve("site"));
    Path log = folder.resolve("access.log");
    Files.writeString(
        site.resolve("index.html"), "<!doctype html><video src=film.webm preload=metadata muted>");
    try (WebDriver browser = WebDriver.start(folder.resolve("profile"));
        RunningJar jar =
            RunningJar.start(
                RunningJar.command("-p", "0", "--access-log", log.toString(), site.toString()))) {
      browser.open(jar.uri("/index.html"));
      WebM.write(site.resolve("film.webm"), SIDE, frames(browser));
      browser.open(jar.uri("/"));
      eventually(browser, "document.querySelector('video').duration", "" + SECONDS);
      for (int second : new int[] {50, 3, 58}) {
        browser.evaluate("document.querySelector('video').currentTime = " + second + ".5");
        eventually(browser, "document.querySelector('video').seeking", "false");
        eventually(browser, "document.querySelector('video').readyState >= 2", "true");
        eventually(browser, colour(), second >= 30 ? "green" : "red");
      }
      browser.evaluate("document.querySelector('video').play()");
      eventually(browser, "document.querySelector('video').currentTime > 59", "true");
      // The line of an answer is written when it has ended, and that is not waited for by the film.
      await().untilAsserted(() -> assertTrue(parts(log) >= 2, "it is sent in parts"));
      assertEquals("null", browser.evaluate("document.querySelector('video').error"));
    }
  }

  private static long parts(Path log) throws IOException {
    return Command.read(log)
        .lines()
        .filter(line -> line.contains("\"GET /film.webm HTTP/1.1\" 206 "))
        .count();
  }

  private static ConditionFactory await() {
    return Awaitility.await().atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS));
  }

  /** Half a minute of red, and half a minute of green. */
  private static List<byte[]> frames(WebDriver browser) throws IOException {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < SECONDS; i++) {
      frames.add(i % 30 == 0 ? frame(browser, i < 30 ? "red" : "lime") : frames.get(i - 1));
    }
    return frames;
  }

  private static byte[] frame(WebDriver browser, String colour) throws IOException {
    String draw =
        "(() => { const c = document.createElement('canvas'); c.width = c.height = "
            + SIDE
            + "; const x = c.getContext('2d', {alpha: false}); x.fillStyle = '"
            + colour
            + "'; x.fillRect(0, 0, c.width, c.height); return c.toDataURL('image/webp', 0.9); })()";
    return WebM.frame(browser.evaluate(draw));
  }

  /** The colour of the picture that is shown. */
  private static String colour() {
    return "(() => { const c = document.createElement('canvas'); c.width = c.height = 1;"
        + " const x = c.getContext('2d'); x.drawImage(document.querySelector('video'), 0, 0, 1, 1);"
        + " const [r, g] = x.getImageData(0, 0, 1, 1).data;"
        + " return r > 200 && g < 60 ? 'red' : g > 200 && r < 60 ? 'green' : r + ' ' + g; })()";
  }

  private static void eventually(WebDriver browser, String expression, String value) {
    await().untilAsserted(() -> assertEquals(value, browser.evaluate(expression), expression));
  }
}
