package passerelle.site;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.files.FileSettings;
import passerelle.io.Slice;

/** What is kept by the paths that were asked for, and what leaves. */
final class PathCacheTest {
  @TempDir private Path folder;
  private final PathCache cache = new PathCache(PathCache.ENTRIES);
  private Finder.Subject subject;

  @BeforeEach
  void prepare() throws IOException {
    Mount mount = Sites.root(folder);
    subject = new Finder.Subject(new Place(mount, FileSettings.standard(), System::nanoTime), "/");
  }

  private PathCache.Entry put(String rawPath) {
    PathCache.Entry entry =
        new PathCache.Entry(subject, new Finding.LacksSlash(Path.of(rawPath)), 0);
    assertTrue(cache.tryPut(rawPath, entry));
    return entry;
  }

  @Test
  void anEntryIsFoundByTheOctetsOfItsPath() {
    assertNull(cache.get("/a"));
    PathCache.Entry entry = put("/a");
    assertSame(entry, cache.get("/a"));
    assertSame(entry, cache.get(Slice.of("x/a?").subSequence(1, 3)));
    for (String other : new String[] {"/", "/A", "/a/", "/b", "", "/%61"}) {
      assertNull(cache.get(other), other);
    }
    put("/Aa"); // "Aa" and "BB" have the same hash
    assertNull(cache.get("/BB"));
    cache.remove("/a");
    cache.remove("/a");
    assertNull(cache.get("/a"));
  }

  @Test
  void entriesAreBoundedAndTheLeastRecentlyUsedLeaves() {
    for (int i = 0; i < PathCache.ENTRIES; i++) {
      put("/" + i);
    }
    assertNotNull(cache.get("/0"));
    put("/new");
    assertEquals(PathCache.ENTRIES, cache.size());
    assertNotNull(cache.get("/0"));
    assertNull(cache.get("/1"));
    assertNotNull(cache.get("/2"));
    put("/new");
    assertEquals(PathCache.ENTRIES, cache.size());
    cache.clear();
    assertEquals(0, cache.size());
  }

  @Test
  void aPathThatIsTooLongIsNotKept() {
    String longest = "/" + "x".repeat(PathCache.LONGEST_OCTETS - 1);
    put(longest);
    PathCache.Entry entry = new PathCache.Entry(subject, new Finding.Nothing(), 0);
    assertFalse(cache.tryPut(longest + "x", entry));
    assertEquals(1, cache.size());
  }
}
