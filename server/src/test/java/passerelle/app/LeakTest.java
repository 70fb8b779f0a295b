package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import passerelle.io.OctetPath;

/** Hundreds of requests of every kind leave nothing open. {@link Site#close} checks the rest. */
final class LeakTest {
  private static final int ROUNDS = 25;

  /** For both ends of six hundred connections, and a server that keeps half for other things. */
  private static final int ENOUGH_DESCRIPTORS = 2048;

  /** Threads that a server starts when it needs them, and keeps. */
  private static final int WORKERS = 8;

  /** How all content begins that is large enough for a file. */
  private final String mark = UUID.randomUUID().toString();

  @Test
  void nothingIsLeftOfHundredsOfRequests() throws IOException {
    try (Site site = new Site()) {
      site.file("small.txt", "small");
      site.letters("large.txt", 100_000);
      site.script("echo.sh", "printf 'Content-Type: text/plain\\n\\n'", "cat");
      site.script("crash.sh", "exit 1");
      site.script("large.sh", "printf 'X: y\\n\\n'; cat ../large.txt");
      site.script("job.sh", "printf 'X: y\\n\\n'; sleep 0.1 </dev/null >/dev/null 2>&1 &");
      site.script("nohead.sh", "echo hello; exec sleep 1000");
      site.script("silent.sh", "sleep 1000 & exec sleep 1000");
      site.start(s -> s.cgi("/cgi-bin").cgiWorkers(4, 64));
      try (ServerLog log = new ServerLog()) {
        round(site);
        Site.await("the end of the first round").until(() -> Site.processes().isEmpty());
        int before = Site.descriptors();
        int threads = Site.threads().size();
        for (int i = 0; i < ROUNDS; i++) {
          round(site);
        }
        Site.await("no more descriptors than before").until(() -> Site.descriptors() <= before);
        Site.await("no processes, dead or alive").until(() -> Site.processes().isEmpty());
        Site.await("no more threads").until(() -> Site.threads().size() <= threads + WORKERS);
        Site.await("no files").untilAsserted(() -> assertEquals(List.of(), contentFiles()));
        assertTrue(log.text().contains("crash.sh"));
      }
    }
  }

  /** The temporary files with content of this test; other processes have theirs in that folder. */
  private List<Path> contentFiles() throws IOException {
    return Site.spoolFiles().stream().filter(this::isMarked).toList();
  }

  private boolean isMarked(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] start = in.readNBytes(mark.length());
      return new String(start, StandardCharsets.ISO_8859_1).equals(mark);
    } catch (NoSuchFileException | AccessDeniedException e) {
      return false; // deleted just now, or another user's
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void round(Site site) throws IOException {
    try (RawClient client = site.connect()) {
      assertEquals(200, client.get("/small.txt").status());
      assertEquals(200, client.get("/large.txt").status());
      assertEquals(206, client.get("/large.txt", "Range: bytes=5-").status());
      assertEquals(404, client.get("/nothing").status());
      assertEquals(200, client.get("/").status());
      assertEquals(502, client.get("/cgi-bin/crash.sh").status());
      assertEquals(200, client.post("/cgi-bin/echo.sh", mark + Site.letters(70_000)).status());
      assertEquals(200, client.post("/cgi-bin/echo.sh", "small").status());
      assertEquals(200, client.head("/cgi-bin/large.sh").status());
    }
    assertEquals(200, site.get("/cgi-bin/job.sh").status());
    assertEquals(502, site.get("/cgi-bin/nohead.sh").status());
    for (String script : new String[] {"large.sh", "silent.sh"}) {
      try (RawClient client = site.connect()) {
        client.ask("GET", "/cgi-bin/" + script);
        client.reset();
      }
    }
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/large.sh").readHead();
      client.reset();
    }
    try (RawClient client = site.connect()) {
      client.ask("GET", "/large.txt").readHead();
      client.reset();
    }
    try (RawClient client = site.connect()) {
      client.send(RawClient.request("POST", "/cgi-bin/echo.sh", "Content-Length: 100000"));
      client.send(mark + Site.letters(80_000));
      client.reset();
    }
  }

  /** What an idle connection still points at cannot be freed, though it was given back. */
  @Test
  void idleConnectionsHoldNoBuffers() throws IOException {
    int count = 600; // many more than the pool keeps
    assumeTrue(
        Descriptors.limit() >= ENOUGH_DESCRIPTORS,
        "this takes a limit on open files (ulimit -n) of " + ENOUGH_DESCRIPTORS);
    RawClient[] clients = new RawClient[count];
    try (Site site = new Site()) {
      site.file("a.txt", "A");
      site.start(s -> s);
      String head = RawClient.request("GET", "/a.txt?query", "X: y");
      for (int i = 0; i < count; i++) {
        clients[i] = site.connect();
        clients[i].send(head.substring(0, 10));
      }
      Site.await("all heads are under way")
          .until(() -> site.server().outstandingBuffers() == count);
      for (RawClient client : clients) {
        assertEquals("200 A", client.send(head.substring(10)).read().brief());
      }
      Site.await("the buffers are freed")
          .until(
              () -> {
                System.gc();
                return directBuffers() < count;
              });
    } finally {
      for (RawClient client : clients) {
        if (client != null) {
          client.leave();
        }
      }
    }
  }

  private static long directBuffers() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getCount)
        .sum();
  }

  @Test
  void serversThatStartAndCloseLeaveNothingOpen() throws IOException {
    assertServersLeaveNothing(s -> s.cgi("/cgi-bin"));
  }

  @Test
  void aServerClosesItsAccessLog() throws IOException {
    Path log = Files.createTempFile("passerelle-", ".log");
    try {
      assertServersLeaveNothing(s -> s.cgi("/cgi-bin").accessLog(OctetPath.octets(log)));
    } finally {
      Files.delete(log);
    }
  }

  private static void assertServersLeaveNothing(UnaryOperator<Settings.Builder> choices)
      throws IOException {
    Set<Thread> threads = Site.threads();
    try (Site site = new Site()) {
      site.script("x.sh", "printf 'X: y\\n\\n'");
      startAndClose(site, choices);
      int before = Site.descriptors();
      for (int i = 0; i < 5; i++) {
        startAndClose(site, choices);
      }
      Site.await("no more descriptors than before").until(() -> Site.descriptors() <= before);
      Site.await("no threads of the servers")
          .untilAsserted(() -> assertEquals(Set.of(), Site.threadsBeside(threads)));
    }
  }

  private static void startAndClose(Site site, UnaryOperator<Settings.Builder> choices)
      throws IOException {
    site.start(choices);
    assertEquals(200, site.get("/cgi-bin/x.sh").status());
    site.server().close(Duration.ofSeconds(2));
  }
}
