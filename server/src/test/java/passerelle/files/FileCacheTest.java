package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.http.Body;
import passerelle.http.Response;
import passerelle.io.Slice;

/** The cache's three bounds, and that a channel closes when its last user is done. */
final class FileCacheTest {
  private static final int ENTRIES = 4096;
  private static final int CHANNELS = 256;
  private static final int INLINE = 64 * 1024;

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
    assertEquals(0, openChannels());
  }

  private CachedFile file(int inlineOctets) throws IOException {
    CachedFile file =
        new CachedFile(path, Files.readAttributes(path, BasicFileAttributes.class), "x/y", 0);
    file.open(inlineOctets);
    return file;
  }

  private CachedFile put(String rawPath, int inlineOctets) throws IOException {
    CachedFile file = file(inlineOctets);
    cache.put(Slice.of(rawPath), file);
    return file;
  }

  private long openChannels() throws IOException {
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
    assertNull(cache.get(Slice.of("/a")));
    CachedFile file = put("/a", INLINE);
    assertSame(file, cache.get(Slice.of("/a")));
    assertSame(file, cache.get(Slice.of("x/a?").subSequence(1, 3)));
    for (String other : new String[] {"/", "/A", "/a/", "/b", "", "/%61"}) {
      assertNull(cache.get(Slice.of(other)), other);
    }
    // "Aa" and "BB" have the same hash.
    put("/Aa", INLINE);
    assertNull(cache.get(Slice.of("/BB")));
  }

  @Test
  void anEntryIsFreshForASecond() throws IOException {
    CachedFile file = file(INLINE);
    file.checkedNanos = Long.MAX_VALUE - 5; // the clock may overflow
    assertTrue(FileCache.isFresh(file, file.checkedNanos));
    assertTrue(FileCache.isFresh(file, file.checkedNanos + TimeUnit.MILLISECONDS.toNanos(999)));
    assertFalse(FileCache.isFresh(file, file.checkedNanos + TimeUnit.MILLISECONDS.toNanos(1001)));
  }

  @Test
  void entriesAreBoundedAndTheLeastRecentlyUsedLeaves() throws IOException {
    CachedFile shared = file(INLINE);
    for (int i = 0; i < ENTRIES; i++) {
      cache.put(Slice.of("/" + i), shared);
    }
    assertNotNull(cache.get(Slice.of("/0")));
    cache.put(Slice.of("/new"), shared);
    assertNotNull(cache.get(Slice.of("/0")));
    assertNull(cache.get(Slice.of("/1")));
    assertNotNull(cache.get(Slice.of("/2")));
    assertNotNull(cache.get(Slice.of("/new")));
  }

  @Test
  void contentInMemoryIsBounded() throws IOException {
    Files.write(path, new byte[INLINE]);
    int fits = (64 << 20) / INLINE;
    for (int i = 0; i < fits; i++) {
      put("/" + i, INLINE);
    }
    assertNotNull(cache.get(Slice.of("/0")));
    put("/new", INLINE);
    assertNull(cache.get(Slice.of("/1")));
    assertNotNull(cache.get(Slice.of("/0")));
    assertNotNull(cache.get(Slice.of("/2")));
    cache.remove(Slice.of("/2"));
    put("/more", INLINE);
    assertNotNull(cache.get(Slice.of("/3")));
  }

  @Test
  void openChannelsAreBoundedAndThoseThatLeaveAreClosed() throws IOException {
    for (int i = 0; i < CHANNELS + 50; i++) {
      put("/" + i, 0);
      assertTrue(openChannels() <= CHANNELS);
    }
    assertEquals(CHANNELS, openChannels());
    assertNull(cache.get(Slice.of("/49")));
    assertNotNull(cache.get(Slice.of("/50")));
    cache.clear();
    assertEquals(0, openChannels());
    assertNull(cache.get(Slice.of("/50")));
  }

  @Test
  void smallContentKeepsNoChannelOpen() throws IOException {
    put("/a", 7);
    assertEquals(0, openChannels());
    put("/b", 6);
    assertEquals(1, openChannels());
  }

  @Test
  void replacingAnEntryClosesTheOldOne() throws IOException {
    put("/a", 0);
    put("/a", 0);
    assertEquals(1, openChannels());
    cache.remove(Slice.of("/a"));
    cache.remove(Slice.of("/a"));
    assertEquals(0, openChannels());
  }

  @Test
  void aChannelInUseClosesWithItsLastUser() throws IOException {
    CachedFile file = put("/a", 0);
    Response first = new Response();
    Response second = new Response();
    file.sendPart(first, 0, 7);
    file.sendPart(second, 2, 3);
    cache.remove(Slice.of("/a"));
    assertEquals(1, openChannels());
    close(first);
    assertEquals(1, openChannels());
    close(second);
    assertEquals(0, openChannels());
  }

  private static void close(Response response) {
    Body body = response.body();
    assertNotNull(body);
    if (body != null) {
      body.close();
    }
  }

  @Test
  void aFileThatIsGoneOrALinkByNowIsNotOpened() throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    Files.delete(path);
    CachedFile gone = new CachedFile(path, attributes, "x/y", 0);
    assertThrows(IOException.class, () -> gone.open(INLINE));
    Files.createSymbolicLink(path, Files.createFile(folder.resolve("other")));
    assertThrows(IOException.class, () -> gone.open(INLINE));
  }

  @Test
  void theSameFileIsKnownByPathTimeSizeAndInode() throws IOException {
    CachedFile file = file(INLINE);
    assertTrue(file.isSameAs(path, Files.readAttributes(path, BasicFileAttributes.class)));
    Path copy = Files.copy(path, folder.resolve("copy"));
    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(path));
    assertFalse(file.isSameAs(path, Files.readAttributes(copy, BasicFileAttributes.class)));
    assertFalse(file.isSameAs(copy, Files.readAttributes(path, BasicFileAttributes.class)));
    Files.writeString(path, "CONTENT!");
    assertFalse(file.isSameAs(path, Files.readAttributes(path, BasicFileAttributes.class)));
  }
}
