package passerelle.jar;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;

/** Many forms at once. */
final class ManyPostsIT {
  private static final int POSTS = 200;
  private static final int FILES = 20;

  @TempDir private Path scripts;

  @Test
  void twoHundredPostsAtOnceAreAllGreetedRightlyWhileAFileIsServed() throws IOException {
    Needs.tool("python3");
    Path gate = scripts.resolve("gate");
    assertEquals(0, Command.of("mkfifo", gate.toString()).run().code());
    // No script can go on before the gate is opened for writing.
    String form = ShellText.word(RunningJar.ROOT.resolve("cgi-samples/form.py").toString());
    Names.writeScript(
        scripts.resolve("form.sh"),
        "#!/bin/sh\n: > started\n: < gate\nexec python3 " + form + "\n");
    // Not all 200 Pythons at the same time: a small machine has no memory for them.
    try (RunningJar jar = RunningJar.serveSamples(scripts, "--cgi-processes", "32")) {
      List<CompletableFuture<HttpResponse<String>>> posts = new ArrayList<>();
      for (int i = 0; i < POSTS; i++) {
        posts.add(
            Web.client()
                .sendAsync(
                    Web.nameForm(jar.uri("/cgi-bin/form.sh"), name(i)),
                    BodyHandlers.ofString(StandardCharsets.UTF_8)));
      }
      await()
          .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
          .until(() -> Files.exists(scripts.resolve("started")));
      for (int i = 0; i < FILES; i++) {
        assertEquals(200, Web.get(jar.uri("/style.css")).statusCode());
      }
      assertTrue(posts.stream().noneMatch(CompletableFuture::isDone), "files while scripts run");
      // Open for both, it waits for no script.
      try (RandomAccessFile opened = new RandomAccessFile(gate.toFile(), "rw")) {
        for (int i = 0; i < POSTS; i++) {
          assertGreets(i, posts.get(i).join());
        }
        assertTrue(opened.getFD().valid());
      }
      assertEquals("", jar.child().err());
    }
  }

  private static void assertGreets(int number, HttpResponse<String> answer) {
    assertEquals(200, answer.statusCode());
    String greeting = "<h1 id=\"greeting\">Hello, Zo\u00e9 &lt;" + number + "&gt;!</h1>";
    assertTrue(answer.body().contains(greeting), answer.body());
  }

  private static String name(int number) {
    return "Zo\u00e9 <" + number + ">";
  }
}
