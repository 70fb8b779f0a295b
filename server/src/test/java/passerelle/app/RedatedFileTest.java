package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;

/**
 * New content with the size and the date of the old, as {@code cp -p} over a file makes it where
 * builds give every file one date.
 */
final class RedatedFileTest {
  private static final String GZIP = "Accept-Encoding: gzip";
  private static final FileTime DATE = FileTime.from(Instant.parse("2020-02-02T00:00:00Z"));

  private Site site;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {2_000, 60_000, 200_000})
  void itIsSeenAndHasAnotherTag(int size) throws IOException {
    Needs.nativeCalls(); // nobody else tells the system's own date of a file that is open
    Path file = site.file("a.txt", "a".repeat(size));
    Files.setLastModifiedTime(file, DATE);
    site.start(s -> s);
    String old = site.get("/a.txt").only("ETag");
    String oldOfGzip = site.get("/a.txt", GZIP).only("ETag");
    assertNotEquals(old, oldOfGzip);

    Files.writeString(file, "b".repeat(size)); // in place: the inode stays
    Files.setLastModifiedTime(file, DATE);
    Site.await("the new content").until(() -> site.get("/a.txt").brief().startsWith("200 b"));
    Site.await("its coding").until(() -> !site.get("/a.txt", GZIP).only("ETag").equals(oldOfGzip));
    assertNotEquals(old, site.get("/a.txt").only("ETag"));
    assertEquals(200, site.get("/a.txt", "If-None-Match: " + old).status());
    assertEquals(200, site.get("/a.txt", "If-Range: " + old, "Range: bytes=1-2").status());
  }
}
