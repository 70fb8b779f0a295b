package passerelle.jar;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Many forms at once. */
final class ManyPostsIT {
  private static final int POSTS = 200;

  @Test
  void twoHundredPostsAtOnceAreAllGreetedRightlyWhileAFileIsServed() throws IOException {
    Needs.tool("python3");
    try (RunningJar jar = RunningJar.serveSamples(RunningJar.ROOT.resolve("cgi-samples"))) {
      List<CompletableFuture<HttpResponse<String>>> posts = new ArrayList<>();
      for (int i = 0; i < POSTS; i++) {
        posts.add(
            Web.client()
                .sendAsync(
                    Web.nameForm(jar.uri("/cgi-bin/form.py"), name(i)),
                    BodyHandlers.ofString(StandardCharsets.UTF_8)));
      }
      CompletableFuture<Void> all =
          CompletableFuture.allOf(posts.toArray(new CompletableFuture<?>[0]));
      AtomicInteger filesServed = new AtomicInteger();
      await()
          .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
          .pollInterval(20, TimeUnit.MILLISECONDS)
          .until(
              () -> {
                assertEquals(200, Web.get(jar.uri("/style.css")).statusCode());
                filesServed.incrementAndGet();
                return all.isDone();
              });
      assertTrue(filesServed.get() > 1, "files were served while scripts ran");
      for (int i = 0; i < POSTS; i++) {
        HttpResponse<String> answer = posts.get(i).join();
        assertEquals(200, answer.statusCode());
        String greeting = "<h1 id=\"greeting\">Hello, Zo\u00e9 &lt;" + i + "&gt;!</h1>";
        assertTrue(answer.body().contains(greeting), answer.body());
      }
      assertEquals("", jar.child().err());
    }
  }

  private static String name(int number) {
    return "Zo\u00e9 <" + number + ">";
  }
}
