package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.http.Body;
import passerelle.http.FileSource;
import passerelle.io.Slice;
import passerelle.posix.Kernel;

/** The cache's three bounds, and that a channel closes when its last user is done. */
final class FileCacheTest {
  private static final int ENTRIES = 4096;
  private static final int OPEN_FILES = 256;
  private static final int INLINE = 64 * 1024;
  private static final int LARGE = INLINE + 1;

  /** An open file is a channel and, where the system is asked, a descriptor to do that by. */
  private static final long PER_FILE = Kernel.isCalled() ? 2 : 1;

  @TempDir private Path folder;
  private final FileCache cache = new FileCache();
  private Path path;

  @BeforeEach
  void prepare() throws IOException {
    path = Files.writeString(folder.toRealPath().resolve("file"), "content");
  }

  @AfterEach
  void everyChannelIsClosed() throws IOException {
    cache.clear();
    assertEquals(0, descriptors());
  }

  private Resource resource(int size) throws IOException {
    Files.write(path, new byte[size]);
    FileSettings settings = FileSettings.standard();
    DocumentRoot root = new DocumentRoot(folder, any -> false, settings);
    Finder finder = new Finder(root, MediaTypes.standard(), settings);
    return Objects.requireNonNull(finder.find("/file", null, false).resource());
  }

  private static CachedFile file(Resource resource) {
    return Objects.requireNonNull(resource.in(Coding.IDENTITY));
  }

  private Resource put(String rawPath, int size) throws IOException {
    Resource resource = resource(size);
    cache.put(rawPath, resource);
    return resource;
  }

  private long descriptors() throws IOException {
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links.filter(this::leadsToFile).count();
    }
  }

  private boolean leadsToFile(Path link) {
    try {
      return Files.readSymbolicLink(link).equals(path);
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void anEntryIsFoundByTheOctetsOfItsPath() throws IOException {
    assertNull(cache.get("/a"));
    Resource file = put("/a", INLINE);
    assertSame(file, cache.get("/a"));
    assertSame(file, cache.get(Slice.of("x/a?").subSequence(1, 3)));
    for (String other : new String[] {"/", "/A", "/a/", "/b", "", "/%61"}) {
      assertNull(cache.get(other), other);
    }
    // "Aa" and "BB" have the same hash.
    put("/Aa", INLINE);
    assertNull(cache.get("/BB"));
  }

  @Test
  void entriesAreBoundedAndTheLeastRecentlyUsedLeaves() throws IOException {
    Resource shared = resource(1);
    for (int i = 0; i < ENTRIES; i++) {
      cache.put("/" + i, shared);
    }
    assertNotNull(cache.get("/0"));
    cache.put("/new", shared);
    assertNotNull(cache.get("/0"));
    assertNull(cache.get("/1"));
    assertNotNull(cache.get("/2"));
    assertNotNull(cache.get("/new"));
  }

  @Test
  void contentInMemoryIsBounded() throws IOException {
    int fits = (64 << 20) / INLINE;
    for (int i = 0; i < fits; i++) {
      put("/" + i, INLINE);
    }
    assertNotNull(cache.get("/0"));
    put("/new", INLINE);
    assertNull(cache.get("/1"));
    assertNotNull(cache.get("/0"));
    assertNotNull(cache.get("/2"));
    cache.remove("/2");
    put("/more", INLINE);
    assertNotNull(cache.get("/3"));
  }

  @Test
  void openChannelsAreBoundedAndThoseThatLeaveAreClosed() throws IOException {
    for (int i = 0; i < OPEN_FILES + 50; i++) {
      put("/" + i, LARGE);
      assertTrue(descriptors() <= PER_FILE * OPEN_FILES);
    }
    assertEquals(PER_FILE * OPEN_FILES, descriptors());
    assertNull(cache.get("/49"));
    assertNotNull(cache.get("/50"));
    cache.clear();
    assertEquals(0, descriptors());
    assertNull(cache.get("/50"));
  }

  @Test
  void smallContentKeepsNoChannelOpen() throws IOException {
    put("/a", INLINE);
    assertEquals(0, descriptors());
    put("/b", LARGE);
    assertEquals(PER_FILE, descriptors());
  }

  @Test
  void replacingAnEntryClosesTheOldOne() throws IOException {
    put("/a", LARGE);
    put("/a", LARGE);
    assertEquals(PER_FILE, descriptors());
    cache.remove("/a");
    cache.remove("/a");
    assertEquals(0, descriptors());
  }

  @Test
  void aFileInUseClosesWithItsLastUser() throws IOException {
    CachedFile file = file(put("/a", LARGE));
    Body first = file.part(0, 7, Runnable::run, Runnable::run);
    Body second = file.part(2, 3, Runnable::run, Runnable::run);
    cache.remove("/a");
    assertEquals(PER_FILE, descriptors());
    first.close();
    assertEquals(PER_FILE, descriptors());
    second.close();
    assertEquals(0, descriptors());
  }

  @Test
  void aFileThatIsBeingFetchedStaysOpenUntilThatIsOver() throws IOException {
    CachedFile file = file(put("/a", LARGE));
    List<Runnable> reads = new ArrayList<>();
    FileSource source = file.source(reads::add, Runnable::run);
    source.fetch(0, LARGE, () -> {});
    cache.remove("/a");
    source.release();
    assertEquals(PER_FILE, descriptors());
    reads.forEach(Runnable::run);
    assertEquals(0, descriptors());
  }

  @Test
  void theSameFileIsKnownByPathTimeSizeAndInode() throws IOException {
    CachedFile file = file(put("/a", LARGE));
    assertTrue(file.isSameAs(path, attributes(path)));
    Path copy = Files.copy(path, folder.resolve("copy"));
    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(path));
    assertFalse(file.isSameAs(path, attributes(copy)));
    assertFalse(file.isSameAs(copy, attributes(path)));
    Files.writeString(path, "CONTENT!");
    assertFalse(file.isSameAs(path, attributes(path)));
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class);
  }
}
