package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.http.Body;
import passerelle.http.Progress;
import passerelle.io.MemoryTransport;
import passerelle.posix.MemoryFile;

/** Which content has a file in memory, for how long, and that nobody sees a difference. */
final class MemoryContentTest {
  private static final int LARGEST = 65_536;
  private static final int LEAST = 49_152;
  private static final int MOST_FILES = 3;
  private static final Executor AT_ONCE = Runnable::run;

  @TempDir private Path folder;
  private final List<Reader> readers = new ArrayList<>();
  private FileStore store;
  private HeldFiles files;
  private long openBefore;

  @BeforeEach
  void room() throws IOException {
    assumeTrue(MemoryFile.isAvailable(), "native calls are missing");
    openBefore = memoryFiles();
    store = new FileStore(new FileBudget(1 << 20, 100, MOST_FILES));
    files = new HeldFiles(folder, store);
  }

  @AfterEach
  void nothingIsHeldAnyMore() throws IOException {
    if (MemoryFile.isAvailable()) {
      readers.forEach(Reader::end);
      files.clear();
      assertEquals(new FileBudget(0, 0), store.taken());
      assertEquals(openBefore, memoryFiles());
    }
  }

  private static long memoryFiles() throws IOException {
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links.filter(MemoryContentTest::isInMemory).count();
    }
  }

  private static boolean isInMemory(Path link) {
    try {
      return Files.readSymbolicLink(link).toString().startsWith("/memfd:content");
    } catch (IOException e) {
      return false; // the descriptor of the listing itself
    }
  }

  private CachedFile put(String name, int octets) throws IOException {
    files.write(name, octets);
    files.put(name, files.find(name));
    return files.plain(files.get(name));
  }

  @Test
  void contentHasAFileFromASizeOn() throws IOException {
    assertFalse(put("small", LEAST - 1).held().isInMemoryFile());
    assertTrue(put("least", LEAST).held().isInMemoryFile());
    assertTrue(put("largest", LARGEST).held().isInMemoryFile());
    assertFalse(put("beyond", LARGEST + 1).held().isInMemory());
    assertEquals(2, store.taken().memoryFiles());
    assertEquals(openBefore + 2, memoryFiles());
    assertEquals(LEAST - 1 + LEAST + LARGEST, store.taken().octets());
  }

  @Test
  void whatWasCompressedHasOneToo() throws IOException {
    byte[] letters = new byte[2 * LARGEST];
    Random random = new Random(7);
    for (int i = 0; i < letters.length; i++) {
      letters[i] = (byte) ('a' + random.nextInt(26));
    }
    Files.write(files.write("a.css", 1), letters);
    Files.setLastModifiedTime(folder.resolve("a.css"), FileTime.fromMillis(1_000_500));
    files.put("a.css", files.find("a.css", true));
    HeldFile made = Objects.requireNonNull(files.get("a.css").in(Coding.GZIP)).held();
    assertTrue(made.size() >= LEAST);
    assertTrue(made.isInMemoryFile());
    assertEquals(1, store.taken().memoryFiles());
    assertEquals(made.size(), store.taken().octets());
  }

  @Test
  void contentIsOnTheHeapWhereDescriptorsAreShort() throws IOException {
    for (int i = 0; i < MOST_FILES + 2; i++) {
      CachedFile file = put("file-" + i, LARGEST);
      assertTrue(file.held().isInMemory());
      assertEquals(i < MOST_FILES, file.held().isInMemoryFile());
      assertEquals("x".repeat(LARGEST), octets(file, 0, LARGEST));
    }
    assertEquals(MOST_FILES, store.taken().memoryFiles());
    assertEquals(0, store.taken().descriptors(), "open files have descriptors of their own");
    files.remove("file-0");
    assertTrue(put("another", LARGEST).held().isInMemoryFile());
  }

  @Test
  void itStaysUntilItsLastReaderIsDone() throws IOException {
    CachedFile file = put("file", LARGEST);
    Reader first = new Reader("192.0.2.7").reads(file);
    Reader second = new Reader("192.0.2.8").reads(file);
    readers.addAll(List.of(first, second));
    files.remove("file");
    first.end();
    first.end();
    assertEquals(openBefore + 1, memoryFiles());
    assertEquals(new FileBudget(LARGEST, 0, 1), store.taken());
    second.end();
    assertEquals(openBefore, memoryFiles());
    assertEquals(new FileBudget(0, 0), store.taken());
  }

  @Test
  void whatNobodySendsGivesWayWithItsDescriptor() throws IOException {
    store = new FileStore(new FileBudget(LARGEST, 100, MOST_FILES));
    files = new HeldFiles(folder, store);
    CachedFile first = put("first", LARGEST);
    put("second", LARGEST);
    assertFalse(first.held().isThere());
    assertEquals(new FileBudget(LARGEST, 0, 1), store.taken());
    assertEquals(openBefore + 1, memoryFiles());
  }

  @Test
  void anyPartOfItIsThatOfTheFile() throws IOException {
    String letters = letters();
    Files.writeString(files.write("file.css", 1), letters);
    Files.setLastModifiedTime(folder.resolve("file.css"), FileTime.fromMillis(1_000_500));
    files.put("file.css", files.find("file.css"));
    CachedFile file = files.plain(files.get("file.css"));
    assertTrue(file.held().isInMemoryFile());
    assertEquals("text/css; charset=utf-8", file.fields().mediaType(), "its octets were looked at");
    Random random = new Random(1);
    for (int i = 0; i < 300; i++) {
      int from = random.nextInt(LARGEST);
      int length = 1 + random.nextInt(LARGEST - from);
      assertEquals(letters.substring(from, from + length), octets(file, from, length));
    }
  }

  private static String letters() {
    StringBuilder letters = new StringBuilder(LARGEST);
    Random random = new Random(2);
    for (int i = 0; i < LARGEST; i++) {
      letters.append((char) ('a' + random.nextInt(26)));
    }
    return letters.toString();
  }

  /** A part, as a client gets it that reads 10,000 octets at a time. */
  private static String octets(CachedFile file, int from, int length) throws IOException {
    MemoryTransport transport = new MemoryTransport().capacity(10_000);
    Body body = file.part(from, length, HeldFiles.queue(AT_ONCE), HeldFiles.exchange());
    ByteBuffer first = ByteBuffer.allocateDirect(16_384).position(300);
    body.moveInto(first);
    first.flip().position(300);
    String start = StandardCharsets.ISO_8859_1.decode(first).toString();
    while (body.writeTo(transport, 256 * 1024) != Progress.DONE) {
      transport.drain();
    }
    body.close();
    return start + transport.output();
  }
}
