package passerelle.app;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import passerelle.io.LocalClient;

/**
 * A short run of the server for nobody, from which the launcher's JVM makes its class archive: it
 * serves a small site on a free port of this machine, asks for what is usual, and ends.
 *
 * <p>Confined to the thread that runs {@code main}.
 *
 * <p>Immutable.
 */
final class Rehearsal {
  /** The property that asks for one, and names an empty folder for its site. */
  static final String PROPERTY = "passerelle.rehearsal";

  /** How often the page is asked for, so that the JVM knows what is used much. */
  private static final int ROUNDS = 20_000;

  /** No request waits longer. */
  private static final int PATIENCE_MILLIS = 10_000;

  private static final int PAGE_OCTETS = 2048;

  private final LocalClient client;

  private Rehearsal(LocalClient client) {
    this.client = client;
  }

  /** Runs the server; returns when it has answered all, and still runs. */
  static void run(Path folder, Map<String, String> environment, PrintStream out)
      throws IOException {
    Path site = folder.resolve("site");
    Files.createDirectories(site.resolve("folder"));
    Files.writeString(site.resolve("page.html"), "a page ".repeat(PAGE_OCTETS / 7));
    Path scripts = Files.createDirectories(site.resolve("cgi-bin"));
    Path script = scripts.resolve("hello.sh");
    Files.writeString(script, "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\nhello\\n'\n");
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Settings settings =
        PlainArguments.settings(
            List.of("--port", "0", "--cgi", "/cgi-bin", site.toString()), environment);
    if (settings == null) {
      return;
    }
    Server server = Main.start(settings, out);
    try (LocalClient client = new LocalClient(server.port(), PATIENCE_MILLIS)) {
      Rehearsal rehearsal = new Rehearsal(client);
      for (String path : List.of("/page.html", "/cgi-bin/hello.sh", "/folder/", "/", "/none")) {
        for (String field : List.of("", "Accept-Encoding: gzip\r\n", "Range: bytes=0-9\r\n")) {
          rehearsal.ask(path, field);
        }
      }
      for (int i = 0; i < ROUNDS; i++) {
        rehearsal.ask("/page.html", "");
      }
    }
  }

  /** All answers here are short. */
  private void ask(String path, String field) throws IOException {
    String request = "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n";
    client.exchange(request.getBytes(StandardCharsets.ISO_8859_1));
  }
}
