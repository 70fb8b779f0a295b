package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
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

/** Listings, seen through a real browser: the filter, the order, the policy, hostile names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ListingIT {
  private static final int MANY = 5000;
  private static final String SHOWN =
      "[...document.querySelectorAll('tbody:not(.up) tr')]"
          + ".filter(r => r.checkVisibility()).map(r => r.cells[0].textContent).join('|')";

  private final RunningJar jar;
  private final WebDriver browser;

  ListingIT(@TempDir Path folder, @TempDir Path profile) throws IOException {
    Path few = Files.createDirectories(folder.resolve("docs/few"));
    Files.createDirectory(few.resolve("Reports"));
    for (String name : new String[] {"report-10.txt", "report-2.txt", "photo.jpg"}) {
      Files.writeString(few.resolve(name), name);
    }
    Path hostile = Files.createDirectory(folder.resolve("hostile"));
    Files.writeString(hostile.resolve("<img src=x onerror=document.title=1>.txt"), "harmless");
    Files.writeString(hostile.resolve("\"onmouseover=\"alert(1)"), "x");
    Files.writeString(hostile.resolve("javascript:alert(1).txt"), "no scheme");
    Files.writeString(hostile.resolve("a".repeat(250)), "x");
    Path many = Files.createDirectory(folder.resolve("many"));
    for (int i = 0; i < MANY; i++) {
      Files.createFile(many.resolve("file" + i));
    }
    browser = WebDriver.start(profile);
    try {
      jar = RunningJar.serve(folder);
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
    browser.devTools("Emulation.setScriptExecutionDisabled", "{\"value\": false}");
    browser.devTools("Emulation.clearDeviceMetricsOverride", "{}");
    browser.takeConsole();
  }

  private void assertNoComplaints() throws IOException {
    assertEquals("{\"value\":[]}", browser.takeConsole().replaceAll("\\s", ""));
  }

  private static void eventually(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS))
        .untilAsserted(assertion);
  }

  @Test
  void theFilterShowsTheNamesThatHoldEveryWord() throws IOException {
    browser.open(jar.uri("/docs/few/"));
    assertEquals("1 folder, 3 files, 34 B", browser.textOf(".bar p"));
    browser.type("input", "REP 0");
    eventually(() -> assertEquals("report-10.txt", browser.evaluate(SHOWN)));
    assertEquals("1 of 4 names fit", browser.textOf(".bar p"));
    assertEquals("Parent folder", browser.textOf(".up a"));
    browser.type("input", "zzz");
    eventually(() -> assertEquals("0 of 4 names fit", browser.textOf(".bar p")));
    assertEquals("", browser.evaluate(SHOWN));
    browser.type("input", "\ue00c"); // Escape
    eventually(() -> assertEquals("1 folder, 3 files, 34 B", browser.textOf(".bar p")));
    assertEquals("Reports/|photo.jpg|report-2.txt|report-10.txt", browser.evaluate(SHOWN));
    assertNoComplaints();
  }

  @Test
  void theFilterReachesAllGroupsOfALongListing() throws IOException {
    browser.open(jar.uri("/many/"));
    browser.type("input", "4999");
    eventually(() -> assertEquals("1 of 5,000 names fit", browser.textOf(".bar p")));
    assertEquals("file4999", browser.evaluate(SHOWN));
    assertEquals(
        "file4999", browser.textOf("tbody:not([hidden]) tr:not([hidden]) a[href*='4999']"));
  }

  @Test
  void theHeadsOfTheColumnsSort() throws IOException {
    browser.open(jar.uri("/docs/few/"));
    browser.click("th:nth-child(2) a");
    eventually(
        () ->
            assertEquals("Reports/|report-10.txt|report-2.txt|photo.jpg", browser.evaluate(SHOWN)));
    assertEquals("descending", browser.evaluate("document.querySelector('[aria-sort]').ariaSort"));
    browser.click("th:nth-child(1) a");
    eventually(
        () ->
            assertEquals("Reports/|photo.jpg|report-2.txt|report-10.txt", browser.evaluate(SHOWN)));
  }

  @Test
  void theHeadingLeadsToEveryFolderAbove() throws IOException {
    browser.open(jar.uri("/docs/few/"));
    assertEquals("/docs/few/", browser.textOf("h1"));
    browser.click("h1 a:nth-child(2)");
    eventually(() -> assertEquals(jar.uri("/docs/").toString(), browser.url()));
    browser.click("h1 a");
    eventually(() -> assertEquals(jar.uri("/").toString(), browser.url()));
    browser.click("a[href='./docs/']");
    eventually(() -> assertEquals(jar.uri("/docs/").toString(), browser.url()));
    browser.click(".up a");
    eventually(() -> assertEquals(jar.uri("/").toString(), browser.url()));
    assertNoComplaints();
  }

  @Test
  void hostileNamesRunNothingAndTheirLinksWork() throws IOException {
    browser.open(jar.uri("/hostile/"));
    assertEquals("/hostile/", browser.title());
    assertEquals("0", browser.evaluate("document.querySelectorAll('img, [onmouseover]').length"));
    assertNoComplaints();
    browser.click("a[href^='./javascript']");
    eventually(() -> assertEquals("no scheme", browser.textOf("body")));
    browser.open(jar.uri("/hostile/"));
    browser.click("a[href^='./%3Cimg']");
    eventually(
        () ->
            assertTrue(
                browser
                    .url()
                    .endsWith("/hostile/%3Cimg%20src%3Dx%20onerror%3Ddocument.title%3D1%3E.txt"),
                browser.url()));
  }

  @Test
  void thePolicyLetsNothingElseRun() throws IOException {
    browser.open(jar.uri("/docs/few/"));
    browser.evaluate(
        "document.body.append(document.createRange().createContextualFragment("
            + "'<b style=\"color: red\" onclick=\"document.title = 1\">x</b>'))");
    browser.evaluate("document.querySelector('b').click()");
    assertEquals("/docs/few/", browser.title());
    StringBuilder console = new StringBuilder();
    eventually(
        () -> {
          console.append(browser.takeConsole());
          assertTrue(console.indexOf("style-src") >= 0 && console.indexOf("script-src") >= 0);
        });
  }

  @Test
  void withoutScriptThereIsNoFilterAndTheListIsWhole() throws IOException {
    browser.open(jar.uri("/docs/few/"));
    assertTrue(browser.isShown("input"));
    browser.devTools("Emulation.setScriptExecutionDisabled", "{\"value\": true}");
    browser.open(jar.uri("/docs/few/"));
    assertFalse(browser.isShown("input"));
    assertTrue(browser.isShown("a[href='./report-10.txt']"));
    assertNoComplaints();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"/", "/docs/few/", "/hostile/", "/many/", "/hostile/?sort=date"})
  void fitsATelephone(String page) throws IOException {
    browser.devTools(
        "Emulation.setDeviceMetricsOverride",
        "{\"width\": 390, \"height\": 844, \"deviceScaleFactor\": 2, \"mobile\": true}");
    browser.open(jar.uri(page));
    assertEquals(
        "390", browser.evaluate("document.documentElement.scrollWidth"), "it scrolls sideways");
    assertNoComplaints();
  }
}
