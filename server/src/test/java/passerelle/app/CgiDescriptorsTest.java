package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.io.OctetPath;

/** Of all that the server has open a script gets its three streams. */
@Timeout(300)
final class CgiDescriptorsTest {
  /** Both of their ends are in this process, and the server keeps some descriptors for others. */
  private static final int CONNECTIONS = Math.min(1000, Descriptors.limit() / 4);

  private final List<RawClient> clients = new ArrayList<>();
  private Site site;

  @BeforeEach
  void open() throws IOException {
    site = new Site();
    site.file("page.txt", "page");
    site.letters("large.bin", 8 << 20);
    site.script("open.sh", "printf 'X: y\\n\\n'", "ls /proc/self/fd");
    site.script(
        "streams.sh", "printf 'X: y\\n\\n'", "for fd in 0 1 2; do readlink /proc/$$/fd/$fd; done");
    site.script("background.sh", "printf 'X: y\\n\\n'", "while :; do echo; sleep 0.1; done");
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .accessLog(OctetPath.octets(site.folder.resolve("access.log")))
                .cgiLog(OctetPath.octets(site.folder.resolve("runs.log"))));
    for (int i = 0; i < CONNECTIONS; i++) {
      assertEquals("200 page", client().get("/page.txt").brief());
    }
    clients.get(0).ask("GET", "/large.bin").readHead(); // more than the system takes at once
    clients.get(1).send(RawClient.request("POST", "/cgi-bin/open.sh", "Content-Length: 200000"));
    clients.get(1).send(Site.letters(150_000));
    clients.get(2).ask("GET", "/cgi-bin/background.sh").readHead();
  }

  private RawClient client() throws IOException {
    RawClient client = site.connect();
    clients.add(client);
    return client;
  }

  @AfterEach
  void close() throws IOException {
    for (RawClient client : clients) {
      client.reset();
    }
    site.close();
  }

  @Test
  void noneOfTheServersDescriptorsReachesAScript() throws IOException {
    assertTrue(Site.descriptors() > 2 * CONNECTIONS);
    String own = "0\n1\n2\n3\n"; // the last is the folder that is being listed
    for (int i = 0; i < 4; i++) {
      assertEquals("200 " + own, site.get("/cgi-bin/open.sh").brief());
      assertEquals("200 " + own, site.post("/cgi-bin/open.sh", "small").brief());
      assertEquals("200 " + own, site.post("/cgi-bin/open.sh", Site.letters(100_000)).brief());
    }
  }

  @Test
  void theThreeAreItsContentAndTwoPipes() throws IOException {
    String content = site.get("/cgi-bin/streams.sh").content();
    assertTrue(
        content.matches(
            """
            /dev/null
            pipe:\\[\\d+]
            pipe:\\[\\d+]
            """),
        content);
  }
}
