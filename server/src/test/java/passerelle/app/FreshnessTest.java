package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Files that change while they are asked for all the time: each answer is one version, with the tag
 * of that version, and soon it is the new one.
 */
final class FreshnessTest {
  private static final int VERSIONS = 40;
  private static final int BLOCK = 1_000_000;
  private static final int LARGE = 40 * BLOCK;

  private Site site;
  private Path path;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    path = site.root.resolve("a.bin");
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private static String version(int number, int size) {
    return Character.toString('!' + number).repeat(size);
  }

  /** A replacement leaves the version before to those who are reading it. */
  @ParameterizedTest
  @ValueSource(ints = {2000, 300_000})
  void everyAnswerIsOneVersionWithItsOwnTag(int size) throws IOException {
    Files.writeString(path, version(0, size));
    site.start(s -> s);
    Map<String, String> contents = new HashMap<>();
    try (RawClient client = site.connect()) {
      for (int i = 1; i < VERSIONS; i++) {
        Path next = Files.writeString(site.folder.resolve("next"), version(i, size));
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE);
        for (int j = 0; j < 5; j++) {
          Reply reply = client.get("/a.bin");
          char first = reply.content().charAt(0);
          assertEquals(version(first - '!', size), reply.content());
          String known = contents.putIfAbsent(reply.only("ETag"), "" + first);
          assertTrue(known == null || known.equals("" + first), "an old tag for new content");
        }
      }
      String last = version(VERSIONS - 1, size);
      Site.await("the last version").until(() -> client.get("/a.bin").content().equals(last));
    }
  }

  /** The date need not tell such versions apart: the content does. */
  @Test
  void aSmallFileThatIsChangedInPlaceGetsANewTag() throws IOException {
    site.start(s -> s);
    Map<String, String> contents = new HashMap<>();
    for (int i = 0; i < 4; i++) {
      String version = version(i, 1000);
      Files.writeString(path, version);
      Site.await("version " + i).until(() -> site.get("/a.bin").content().equals(version));
      String tag = site.get("/a.bin").only("ETag");
      assertEquals(null, contents.put(tag, version), "the tag of another version");
    }
  }

  @Test
  void aFileThatComesAndGoesIsSeenInTime() throws IOException {
    site.start(s -> s);
    for (int i = 0; i < 2; i++) {
      assertEquals(404, site.get("/a.bin").status());
      Files.writeString(path, "here");
      assertEquals("200 here", site.get("/a.bin").brief());
      Files.delete(path);
      Promise promise = new Promise("the end of the file");
      Site.await("the end of the file")
          .until(() -> promise.isKept(() -> site.get("/a.bin").status() == 404));
    }
  }

  /**
   * Writes a file that is more than any socket takes, without having it all in memory. One that is
   * there keeps its length at every moment.
   */
  private void writeLarge(String block) throws IOException {
    try (Writer out =
        Files.newBufferedWriter(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      for (int written = 0; written < LARGE; written += block.length()) {
        out.write(block);
      }
    }
  }

  /** A page is loaded again the moment a build tool has written it. */
  @Test
  void aLargeFileThatWasWrittenAnewInPlaceIsServedWholeAtOnce() throws IOException {
    int size = 1_000_000;
    Files.writeString(path, version(0, size));
    site.start(s -> s);
    for (int i = 1; i < 10; i++) {
      String version = version(i, size + i % 2);
      Files.writeString(path, version);
      Reply reply = site.get("/a.bin");
      assertEquals(200, reply.status());
      assertTrue(version.equals(reply.content()), "version " + i + " was expected");
    }
  }

  /** Half a download of one version must not be completed by half of another. */
  @Test
  void aLargeFileThatIsWrittenAnewWhileItIsSentIsBrokenOff() throws IOException {
    writeLarge(version(0, BLOCK));
    // Whatever the clock of the file system is: the new version has another date.
    Files.setLastModifiedTime(path, FileTime.fromMillis(0));
    site.start(s -> s);
    try (RawClient client = new RawClient(site.server(), 4096)) {
      client.ask("GET", "/a.bin", "Connection: close");
      Reply head = client.readHead();
      assertEquals(Integer.toString(LARGE), head.only("Content-Length"));
      writeLarge(version(1, BLOCK));
      assertTrue(client.countToEnd() < LARGE, "it came whole");
    }
  }

  @Test
  void aLogThatGrowsWhileItIsSentIsSentAsItWas() throws IOException {
    writeLarge(version(0, BLOCK));
    site.start(s -> s);
    try (RawClient client = new RawClient(site.server(), 4096)) {
      client.ask("GET", "/a.bin").readHead();
      Files.writeString(path, "more", StandardOpenOption.APPEND);
      client.assertOctets(LARGE, i -> '!');
      assertEquals(200, client.head("/a.bin").status());
    }
  }

  /** A file that turns into a link out of the root and back: what is outside is never seen. */
  @Test
  void aFileThatIsSwappedForALinkWhileItIsOpenedNeverLeadsOut() throws Exception {
    Files.writeString(site.folder.resolve("secret.txt"), "secret");
    Files.writeString(site.root.resolve("swap.txt"), "inside");
    site.start(s -> s);
    boolean[] isOver = new boolean[1];
    Thread swapping = new Thread(() -> swap(isOver), "swapping");
    swapping.start();
    try (RawClient client = site.connect()) {
      for (int i = 0; i < 4000; i++) {
        String content = client.get(spelling(i)).content();
        assertTrue(!content.contains("secret"), "the secret was sent");
      }
    } finally {
      synchronized (isOver) {
        isOver[0] = true;
      }
      swapping.join();
    }
  }

  /** The same path in other words: the cache does not know it, so it is looked up anew. */
  private static String spelling(int number) {
    StringBuilder path = new StringBuilder("/").append("./".repeat(number / 256));
    String name = "swap.txt";
    for (int i = 0; i < name.length(); i++) {
      boolean isEncoded = (number >> i & 1) == 1;
      path.append(isEncoded ? "%" + Integer.toHexString(name.charAt(i)) : name.substring(i, i + 1));
    }
    return path.toString();
  }

  private void swap(boolean[] isOver) {
    Path next = site.folder.resolve("next");
    try {
      for (int i = 0; ; i++) {
        if (i % 2 == 0) {
          Files.createSymbolicLink(next, Path.of("../secret.txt"));
        } else {
          Files.writeString(next, "inside");
        }
        Files.move(next, site.root.resolve("swap.txt"), StandardCopyOption.ATOMIC_MOVE);
        synchronized (isOver) {
          if (isOver[0]) {
            return;
          }
        }
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
