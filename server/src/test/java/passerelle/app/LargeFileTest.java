package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Files beyond 4 GiB, and files that change while they are served. */
final class LargeFileTest {
  private static final long GIB = 1L << 30;
  private static final long SIZE = 5 * GIB;
  private static final long MIDDLE = 4 * GIB + GIB / 2;

  private Site site;

  @BeforeEach
  void start() throws IOException {
    site = new Site();
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private void write(RandomAccessFile file, long position, String text) throws IOException {
    file.seek(position);
    file.write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Path sparse(String name, long size) throws IOException {
    Path path = site.file(name, "");
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      file.setLength(size);
      if (size == SIZE) {
        write(file, MIDDLE, "the middle");
        write(file, SIZE - 7, "the end");
      }
    }
    return path;
  }

  @Test
  void aFileOfFiveGibibytesIsResumedAnywhere() throws IOException {
    sparse("huge.bin", SIZE);
    site.start(s -> s);
    try (RawClient client = site.connect()) {
      Reply middle = client.get("/huge.bin", "Range: bytes=" + MIDDLE + "-" + (MIDDLE + 9));
      assertEquals("206 the middle", middle.brief());
      assertEquals(
          "bytes " + MIDDLE + "-" + (MIDDLE + 9) + "/" + SIZE, middle.only("Content-Range"));
      assertEquals("206 the end", client.get("/huge.bin", "Range: bytes=-7").brief());
      assertEquals(
          "206 the end", client.get("/huge.bin", "Range: bytes=" + (SIZE - 7) + "-").brief());
      assertEquals(416, client.get("/huge.bin", "Range: bytes=" + SIZE + "-").status());
      assertEquals(Long.toString(SIZE), client.head("/huge.bin").only("Content-Length"));
    }
  }

  @Test
  void theHeadOfAHugeDownloadNamesItsWholeLength() throws IOException {
    sparse("huge.bin", SIZE);
    site.start(s -> s);
    try (RawClient client = site.connect()) {
      Reply head = client.ask("GET", "/huge.bin", "Range: bytes=" + MIDDLE + "-").readHead();
      assertEquals(Long.toString(SIZE - MIDDLE), head.only("Content-Length"));
      assertEquals("the middle", client.readOctets(10));
      client.reset();
    }
  }

  @Test
  void aFileThatIsTruncatedWhileItIsSentEndsTheConnection() throws IOException {
    Path file = sparse("shrinks.bin", 100_000_000);
    site.start(s -> s);
    try (RawClient client = new RawClient(site.server(), 4096)) {
      assertEquals(200, client.ask("GET", "/shrinks.bin").readHead().status());
      client.readOctets(1000);
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.setLength(0);
      }
      assertThrows(EOFException.class, () -> client.assertOctets(100_000_000, i -> 0));
    }
  }

  @Test
  void aFileThatIsReplacedIsSeenWithinTwoSeconds() throws IOException {
    for (int size : new int[] {10, 100_000}) {
      Path file = site.letters("page.txt", size);
      if (size == 10) {
        site.start(s -> s);
      }
      try (RawClient client = site.connect()) {
        Site.await("the first").until(() -> client.get("/page.txt").content().length() == size);
        Reply before = client.get("/page.txt");
        Path other = Files.writeString(site.folder.resolve("new"), Site.letters(size) + "!");
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        Promise promise = new Promise("the new file");
        Site.await("the new file")
            .until(() -> promise.isKept(() -> client.get("/page.txt").content().endsWith("!")));
        Reply after = client.get("/page.txt");
        assertEquals(size + 1, after.content().length());
        assertNotEquals(before.only("ETag"), after.only("ETag"));
      }
    }
  }

  @Test
  void aFileThatIsRewrittenInPlaceGetsANewTag() throws IOException {
    site.file("page.txt", "one");
    site.start(s -> s);
    try (RawClient client = site.connect()) {
      Reply before = client.get("/page.txt");
      site.file("page.txt", "two");
      Site.await("the new content").until(() -> client.get("/page.txt").content().equals("two"));
      assertNotEquals(before.only("ETag"), client.get("/page.txt").only("ETag"));
      String old = "If-None-Match: " + before.only("ETag");
      assertEquals("200 two", client.get("/page.txt", old).brief());
    }
  }

  @Test
  void aFileThatIsDeletedIsGoneAndItsDescriptorWithIt() throws IOException {
    Path file = site.letters("page.bin", 100_000);
    site.start(s -> s);
    try (RawClient client = site.connect()) {
      assertEquals(200, client.get("/page.bin").status());
      Files.delete(file);
      Site.await("404").until(() -> client.get("/page.bin").status() == 404);
      Site.await("the descriptor").until(() -> !isOpen(file));
    }
  }

  @Test
  void aSlowReaderKeepsTheOldFileWhole() throws IOException {
    int size = 20_000_000;
    Path file = site.letters("page.bin", size);
    site.start(s -> s);
    try (RawClient slow = new RawClient(site.server(), 4096);
        RawClient other = site.connect()) {
      slow.ask("GET", "/page.bin").readHead();
      Path next = Files.writeString(site.folder.resolve("new"), "new");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
      Site.await("the new file").until(() -> other.get("/page.bin").content().equals("new"));
      slow.assertOctets(size, i -> 'a' + i % 26);
      Site.await("the old descriptor").until(() -> !isOpen(file));
    }
  }

  private static boolean isOpen(Path file) throws IOException {
    try (var links = Files.list(Path.of("/proc/self/fd"))) {
      return links.anyMatch(link -> target(link).startsWith(file.toString()));
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
