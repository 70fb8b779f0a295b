package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page of {@code --cgi-debug} in a real browser, at a desk and on a phone. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class FailurePageIT {
  private final RunningJar jar;
  private final WebDriver browser;

  FailurePageIT(@TempDir Path folder, @TempDir Path profile) throws IOException {
    Path scripts = Files.createDirectory(folder.resolve("cgi-bin"));
    String longWord = "a-word-without-a-blank-".repeat(40);
    Files.writeString(
        scripts.resolve("long.sh"),
        """
        echo 'Traceback (most recent call last):' >&2
        echo '  File "x.py", line 3, in <module>' >&2
        echo "NameError: name '%s' is not defined <script>document.title = 1</script>" >&2
        printf 'Content-Type: text/html\\nX-Long: %s\\n'
        exit 1
        """
            .formatted(longWord, longWord));
    Files.writeString(scripts.resolve("nothing.data"), "not a script");
    Files.writeString(scripts.resolve("needs.rare"), "x");
    browser = WebDriver.start(profile);
    try {
      jar =
          RunningJar.serve(
              folder, "--cgi", "/cgi-bin", "--cgi-debug", "--interpreter", ".rare=no-such-program");
    } catch (Throwable e) {
      browser.close();
      throw e;
    }
  }

  @AfterAll
  void end() throws IOException {
    try (jar) {
      browser.close();
    }
  }

  @BeforeEach
  void begin() throws IOException {
    browser.devTools("Emulation.clearDeviceMetricsOverride", "{}");
    browser.takeConsole();
  }

  private void width(int pixels) throws IOException {
    browser.devTools(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\": " + pixels + ", \"height\": 800, \"deviceScaleFactor\": 1, \"mobile\": true}");
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 768, 320})
  void itFitsItsWindow(int pixels) throws IOException {
    width(pixels);
    String query = "?query=" + "q".repeat(900);
    for (String script : new String[] {"long.sh", "nothing.data", "needs.rare"}) {
      browser.open(jar.uri("/cgi-bin/" + script + query));
      String what = browser.textOf(".what");
      assertTrue(what.startsWith("The script /cgi-bin/" + script + " "), what);
      assertEquals(
          Integer.toString(pixels),
          browser.evaluate("document.scrollingElement.scrollWidth"),
          script + " scrolls sideways");
      assertEquals(
          "",
          browser.evaluate(
              "[...document.querySelectorAll('main *')]"
                  + ".filter(e => e.scrollWidth > e.clientWidth + 1"
                  + " && getComputedStyle(e).display != 'inline')"
                  + ".map(e => e.tagName).join()"),
          script + " has content that is wider than its box");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1280, 320})
  void itIsReadAsTextAndTheConsoleStaysEmpty(int pixels) throws IOException {
    width(pixels);
    browser.open(jar.uri("/cgi-bin/long.sh"));
    assertEquals("502 Bad Gateway", browser.title());
    assertTrue(browser.textOf("pre").contains("<script>document.title = 1</script>"));
    assertEquals("0", browser.evaluate("document.querySelectorAll('script').length"));
    // The browser notes the status of the page itself, and nothing else.
    String console = browser.takeConsole().replaceAll("\\s", "");
    assertEquals(1, console.split("\"level\":", -1).length - 1, console);
    assertTrue(console.contains("502(BadGateway)"), console);
  }
}
