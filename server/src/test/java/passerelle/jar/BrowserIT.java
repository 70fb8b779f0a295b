package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;

/** The README's command, seen through a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BrowserIT {
  private static final String NAME = "<b>Zo\u00e9</b> & \"Ren\u00e9\"";

  private final RunningJar jar;
  private final WebDriver browser;

  BrowserIT(@TempDir Path profile) throws IOException {
    Needs.tool("python3");
    Needs.tool("perl");
    browser = WebDriver.start(profile);
    try {
      jar = RunningJar.serveSamples(RunningJar.ROOT.resolve("cgi-samples"));
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
  void openStartPage() throws IOException {
    browser.devTools("Emulation.clearDeviceMetricsOverride", "{}");
    browser.open(jar.uri());
  }

  @Test
  void theFormGreetsANameWithMarkupAndAccents() throws IOException {
    assertTrue(browser.title().startsWith("Passerelle"), browser.title());
    browser.click("table a[href='/cgi-bin/form.py']");
    eventually(() -> assertEquals("A form", browser.title()));
    assertEquals(jar.uri("/cgi-bin/form.py").toString(), browser.url());
    browser.type("#name", NAME);
    browser.click("button");
    assertGreeted();
  }

  @Test
  void theFormOfTheStartPageGreetsToo() throws IOException {
    browser.type("#name", NAME);
    browser.click("form button");
    assertGreeted();
  }

  /** A click returns before the page that it leads to is there. */
  private static void eventually(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS))
        .untilAsserted(assertion);
  }

  private void assertGreeted() throws IOException {
    eventually(() -> assertEquals("Hello, " + NAME + "!", browser.textOf("#greeting")));
    assertEquals("0", browser.evaluate("document.querySelectorAll('#greeting *, b').length"));
    assertEquals(jar.uri("/cgi-bin/form.py").toString(), browser.url());
  }

  @Test
  void theListingLeadsToAFileWithAnAccentInItsName() throws IOException {
    browser.click("a[href='/files/']");
    eventually(() -> assertEquals("/files/", browser.textOf("h1")));
    browser.click("a[href='./caf%C3%A9.txt']");
    URI text = jar.uri("/files/caf%C3%A9.txt");
    eventually(() -> assertEquals(text.toString(), browser.url()));
    assertEquals("UTF-8", browser.evaluate("document.characterSet"));
  }

  @Test
  void thePictureAndTheStyleOfTheStartPageAreUnderstood() throws IOException {
    String sheets = "[...document.styleSheets].map(s => s.cssRules.length > 10)";
    assertEquals("true", browser.evaluate(sheets));
    assertEquals(
        "true",
        browser.evaluate(
            "document.images.length && [...document.images].every(i => i.naturalWidth > 0)"));
  }

  @Test
  void aMissingPageIsAnErrorPageThatDoesNotExecuteItsAddress() throws IOException {
    browser.open(jar.uri("/%3Cb%3Enothing"));
    assertEquals("404 Not Found", browser.textOf("h1"));
    assertEquals("0", browser.evaluate("document.querySelectorAll('b').length"));
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "/",
        "/files/",
        "/nothing",
        "/cgi-bin/form.py",
        "/cgi-bin/hello.sh",
        "/cgi-bin/environment.py/extra?colour=blue",
        "/cgi-bin/query.pl?drink=coffee",
        "/cgi-bin/upload.py",
        "/cgi-bin/redirect.py"
      })
  void fitsATelephone(String page) throws IOException {
    browser.devTools(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\": 390, \"height\": 844, \"deviceScaleFactor\": 2, \"mobile\": true}");
    browser.open(jar.uri(page));
    assertEquals(
        "390", browser.evaluate("document.documentElement.scrollWidth"), "it scrolls sideways");
  }
}
