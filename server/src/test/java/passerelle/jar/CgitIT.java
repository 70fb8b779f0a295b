package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;

/** cgit, a program in C, by the README's command. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class CgitIT {
  private final RunningJar jar;
  private final String commit;

  CgitIT(@TempDir Path temporary) throws IOException {
    for (String part : List.of("/usr/lib/cgit/cgit.cgi", "/usr/share/cgit/cgit.css")) {
      Needs.that(Files.exists(Path.of(part)), "cgit is not installed: there is no " + part);
    }
    Git git = new Git();
    Path work = git.init(temporary.resolve("work"));
    commit = git.commit(work, "doc/readme.txt", "line <two>\n", "Say <b>hello</b>");
    git.publish(work, temporary.resolve("repositories/a.git"));
    jar =
        Readme.start(
            "cgit",
            Map.of(
                "/srv/cgitrc",
                temporary.resolve("cgitrc").toString(),
                "/srv/git",
                temporary.resolve("repositories").toString()));
  }

  @AfterAll
  void end() throws IOException {
    jar.close();
  }

  private String page(String path) throws IOException {
    HttpResponse<String> answer = Web.get(jar.uri(path));
    assertEquals(200, answer.statusCode(), answer.body());
    return answer.body();
  }

  @Test
  void fromTheListOfRepositoriesToABlob() throws IOException {
    assertTrue(page("/cgit").contains("<a href='/cgit/a.git/'>"), "the list");
    assertTrue(page("/cgit/a.git/").contains("Say &lt;b&gt;hello&lt;/b&gt;"), "the summary");
    assertTrue(page("/cgit/a.git/log/").contains("/cgit/a.git/commit/?id=" + commit), "the log");
    assertTrue(page("/cgit/a.git/commit/?id=" + commit).contains("line &lt;two&gt;"), "the commit");
    assertTrue(
        page("/cgit/a.git/tree/doc").contains("/cgit/a.git/tree/doc/readme.txt"), "the tree");
    assertTrue(page("/cgit/a.git/tree/doc/readme.txt").contains("line &lt;two&gt;"), "the blob");
    assertEquals("line <two>\n", page("/cgit/a.git/plain/doc/readme.txt"));
    assertEquals(404, Web.get(jar.uri("/cgit/a.git/tree/none")).statusCode());
    assertEquals("", jar.child().err());
  }

  @Test
  void theStyleSheetThatPagesNameIsServed() throws IOException {
    assertTrue(page("/cgit").contains("href='/cgit.css'"));
    HttpResponse<String> sheet = Web.get(jar.uri("/cgit.css"));
    assertEquals(200, sheet.statusCode());
    assertTrue(sheet.headers().firstValue("Content-Type").orElse("").startsWith("text/css"));
  }
}
