package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ThrowingRunnable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;

/** gitweb by the README's command, seen through a real browser. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GitwebIT {
  private static final Path GITWEB = Path.of("/usr/share/gitweb/gitweb.cgi");
  private static final Path PERL = Path.of("/usr/bin/perl");
  private static final Path GIT = Path.of("/usr/bin/git");
  private static final String MESSAGE = "Say <b>hello</b> & caf\u00e9";

  private final RunningJar jar;
  private final WebDriver browser;
  private final String commit;

  GitwebIT(@TempDir Path temporary) throws IOException {
    Needs.that(Files.isExecutable(GITWEB), "gitweb is not installed: there is no " + GITWEB);
    // It names the places of these two itself, and looks for them nowhere else.
    Needs.that(Files.isExecutable(PERL), "perl is not installed: there is no " + PERL);
    Needs.that(Files.isExecutable(GIT), "git is not installed: there is no " + GIT);
    Command.mustWork("libcgi-pm-perl is not installed", PERL.toString(), "-MCGI", "-e", "1");
    Git git = new Git();
    Path work = git.init(temporary.resolve("work"));
    git.commit(work, "doc/readme.txt", "line one\n", "The first");
    commit = git.commit(work, "doc/readme.txt", "line one\nline <two>\n", MESSAGE);
    git.publish(work, temporary.resolve("repositories/a.git"));
    browser = WebDriver.start(temporary.resolve("profile"));
    try {
      jar =
          Readme.start(
              "gitweb",
              Map.of(
                  "/srv/gitweb.conf",
                  temporary.resolve("gitweb.conf").toString(),
                  "/srv/git",
                  // gitweb itself finds no repository by a path with an accent.
                  PlainPlace.linkTo(temporary.resolve("repositories")).toString()));
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

  private static void eventually(ThrowingRunnable assertion) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(Command.PATIENCE_SECONDS))
        .untilAsserted(assertion);
  }

  private void clickOn(String selector, String titlePart) throws IOException {
    browser.click(selector);
    eventually(() -> assertTrue(browser.title().contains(titlePart), browser.title()));
  }

  /** A title is there before the rest of its page. */
  private void eventuallyShows(String selector, String text) {
    eventually(() -> assertTrue(browser.textOf(selector).contains(text), browser.textOf(selector)));
  }

  @Test
  void fromTheListOfProjectsToACommitATreeAndABlob() throws IOException {
    browser.open(jar.uri("/gitweb"));
    eventually(() -> assertEquals("a.git", browser.textOf("table.project_list a.list")));
    clickOn("table.project_list a.list", "a.git/summary");
    eventuallyShows("table.shortlog", MESSAGE);
    clickOn("table.shortlog a.subject", "a.git/commit");
    eventuallyShows("body", commit);
    assertEquals("0", browser.evaluate("document.querySelectorAll('.page_body b').length"));
    clickOn(".page_nav a[href*='a=tree']", "a.git/tree");
    clickOn("table.tree a[href*='f=doc']", "a.git/tree");
    eventually(
        () -> assertEquals("readme.txt", browser.textOf("table.tree a[href*='readme.txt']")));
    clickOn("table.tree a[href*='a=blob']", "doc/readme.txt");
    eventuallyShows(".page_body", "line <two>");
    assertNoComplaints();
  }

  @Test
  void theStyleSheetIsApplied() throws IOException {
    browser.open(jar.uri("/gitweb"));
    assertEquals("true", browser.evaluate("document.styleSheets[0].cssRules.length > 20"));
    assertEquals(
        "solid", browser.evaluate("getComputedStyle(document.body).borderTopStyle"), "the frame");
    assertEquals("true", browser.evaluate("document.querySelector('img.logo').naturalWidth > 0"));
    assertNoComplaints();
  }

  @Test
  void theProgramItselfIsNotSent() throws IOException {
    assertEquals(403, Web.get(jar.uri("/gitweb.cgi")).statusCode());
    assertEquals(403, Web.get(jar.uri("/index.cgi")).statusCode());
  }

  @Test
  void aProjectInThePathIsFoundToo() throws IOException {
    assertTrue(Web.get(jar.uri("/gitweb/a.git")).body().contains("summary"));
    assertEquals(404, Web.get(jar.uri("/gitweb?p=none.git;a=summary")).statusCode());
  }

  private void assertNoComplaints() throws IOException {
    assertEquals("{\"value\":[]}", browser.takeConsole().replaceAll("\\s", ""));
    // Another test asks for what is refused, of the same server; that has its line each time.
    assertEquals("", jar.child().err().replaceAll(".* WARN /\\w+\\.cgi is 403: .*\\R", ""));
  }
}
