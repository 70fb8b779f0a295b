package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Nobody reads standard error: a paused pager, a collector of logs that hangs. */
@Timeout(600)
final class StandardErrorIT {
  /** Far longer than anything takes: it only ends a hang. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The pipe is open for reading, by the server itself, and never read. */
  private static final String UNREAD = "mkfifo unread && exec 3<>unread && exec \"$@\" 2>unread";

  @TempDir Path folder;

  private void script(String name, String... lines) throws IOException {
    Path script = folder.resolve("cgi-bin").resolve(name);
    Files.createDirectories(script.getParent());
    Files.writeString(script, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    assertTrue(script.toFile().setExecutable(true));
  }

  private static int status(HttpClient client, RunningJar server, String path) throws Exception {
    HttpRequest request = HttpRequest.newBuilder(server.uri(path)).timeout(PATIENCE).build();
    return client.send(request, BodyHandlers.discarding()).statusCode();
  }

  @Test
  void theServerAnswersAndEnds() throws Exception {
    Files.writeString(folder.resolve("a.txt"), "a");
    // More than a pipe holds, and more than the queue.
    script(
        "talks.sh",
        "i=0",
        "while [ $i -lt 1000 ]; do",
        "  printf '%0500d\\n' $i >&2",
        "  i=$((i+1))",
        "done",
        "printf 'X: y\\n\\n'");
    script("refused.sh", "printf 'X-Sendfile: /etc/passwd\\n\\n'");
    List<String> words = new ArrayList<>(List.of("sh", "-c", UNREAD, "sh"));
    words.addAll(List.of(RunningJar.java(), RunningJar.temporary(), "-jar", RunningJar.jar()));
    words.addAll(List.of("-p", "0", "--cgi", "/cgi-bin", "--cgi-sendfile", folder.toString()));
    HttpClient client = HttpClient.newHttpClient();
    try (RunningJar server = RunningJar.start(RunningJar.patient(Command.of(words)).in(folder))) {
      for (int i = 0; i < 3; i++) {
        assertEquals(200, status(client, server, "/cgi-bin/talks.sh"));
        assertEquals(502, status(client, server, "/cgi-bin/refused.sh"));
        assertEquals(200, status(client, server, "/a.txt"));
      }
      assertEquals(0, server.end("TERM"));
    }
  }
}
