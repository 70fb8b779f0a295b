package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import passerelle.harness.Needs;

/** What the system holds of answers for clients that do not read them. */
final class UnreadAnswerTest {
  private static final int CLIENTS = 5;

  /** Each gives the loop a turn for those that have more to send, a quantum at least. */
  private static final int TURNS = 100;

  private static final long MOST_OCTETS = 256 * 1024;

  private Site site;

  @BeforeEach
  void start() throws IOException {
    site = new Site();
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  @Test
  void itHoldsLittleOfALargeFile() throws IOException {
    Needs.nativeCalls();
    Path file = site.file("large.bin", "");
    try (RandomAccessFile large = new RandomAccessFile(file.toFile(), "rw")) {
      large.setLength(100_000_000);
    }
    site.file("small.txt", "small");
    site.start(s -> s);
    List<RawClient> clients = new ArrayList<>();
    try (RawClient other = site.connect()) {
      for (int i = 0; i < CLIENTS; i++) {
        RawClient client = new RawClient(site.server(), 4096);
        clients.add(client);
        assertEquals(200, client.ask("GET", "/large.bin").readHead().status());
      }
      for (int i = 0; i < TURNS; i++) {
        assertEquals("200 small", other.get("/small.txt").brief());
      }
      List<Long> held = unacknowledged(site.server().port());
      assertTrue(held.size() > CLIENTS, "every connection is in the table");
      assertTrue(held.stream().anyMatch(octets -> octets > 0), "and some wait for their clients");
      assertTrue(held.stream().allMatch(octets -> octets <= MOST_OCTETS), held::toString);
    } finally {
      for (RawClient client : clients) {
        client.reset();
      }
    }
  }

  /** How many octets the sockets with this port of ours hold, that were not acknowledged. */
  private static List<Long> unacknowledged(int port) throws IOException {
    List<Long> octets = new ArrayList<>();
    String ending = String.format(":%04X", port);
    for (String table : new String[] {"/proc/net/tcp", "/proc/net/tcp6"}) {
      for (String line : Files.readAllLines(Path.of(table))) {
        String[] columns = line.trim().split("\\s+", -1);
        if (columns[1].endsWith(ending) && columns[3].equals("01")) {
          octets.add(Long.parseLong(columns[4].substring(0, 8), 16));
        }
      }
    }
    return octets;
  }
}
