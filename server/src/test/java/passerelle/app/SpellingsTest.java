package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.posix.OpenFile;

/** One file by many spellings of its path, for clients that do not read: it is held once. */
final class SpellingsTest {
  private static final int SPELLINGS = 40;

  private static String spelling(int number, String name) {
    return "/".repeat(1 + number % 8) + "./".repeat(number / 8) + name;
  }

  /** How many descriptors of this process lead to a file. */
  private static long descriptors(Path file) throws IOException {
    Path real = file.toRealPath();
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links.filter(link -> leadsTo(link, real)).count();
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).equals(file);
    } catch (IOException e) {
      return false; // the descriptor of the listing itself
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {100_000, 20_000_000})
  void anOpenFileIsOpenOnce(int octets) throws IOException {
    List<RawClient> clients = new ArrayList<>();
    try (Site site = new Site()) {
      Path path = site.letters("large.bin", octets);
      site.script("send.sh", "printf 'X-Sendfile: %s\\n\\n' \"" + path.toRealPath() + "\"");
      site.start(s -> s.cgi("/cgi-bin"));
      try {
        for (int i = 0; i < SPELLINGS; i++) {
          RawClient client = new RawClient(site.server(), 4096);
          clients.add(client);
          client.ask("GET", i % 10 == 9 ? "/cgi-bin/send.sh" : spelling(i, "large.bin"));
          assertEquals(200, client.readHead().status());
        }
        assertTrue(descriptors(path) <= OpenFile.descriptorsOfEach());
      } finally {
        for (RawClient client : clients) {
          client.close();
        }
      }
    }
  }
}
