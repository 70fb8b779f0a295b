package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.http.Body;
import passerelle.http.FileSource;
import passerelle.posix.FileAttributes;

/** Each version is held once, within the budget, and who gives way when that is used up. */
final class FileStoreTest {
  private static final int SMALL = 50_000;
  private static final int LARGE = 70_000;

  @TempDir private Path folder;
  private final List<Reader> readers = new ArrayList<>();
  private FileStore store;
  private HeldFiles files;

  @BeforeEach
  void room() throws IOException {
    room(100, 1 << 20);
  }

  private void room(int openFiles, long octets) throws IOException {
    store = new FileStore(new FileBudget(octets, openFiles * HeldFiles.PER_FILE));
    files = new HeldFiles(folder, store);
  }

  @AfterEach
  void nothingIsHeldAnyMore() throws IOException {
    readers.forEach(Reader::end);
    files.clear();
    assertEquals(new FileBudget(0, 0), store.taken());
    assertEquals(0, files.descriptors());
  }

  /** Closing may wait for a file system, and the loop may not wait for who does. */
  @Test
  void anOpenFileIsClosedByAnotherThreadAndNobodyWaitsForThat() throws IOException {
    List<Runnable> closings = new ArrayList<>();
    AtomicBoolean isFull = new AtomicBoolean();
    store =
        new FileStore(
            FileBudget.standard(),
            task -> {
              assertEquals(0, CompletableFuture.supplyAsync(store::taken).join().descriptors());
              if (isFull.get()) {
                throw new RejectedExecutionException();
              }
              closings.add(task);
            });
    files = new HeldFiles(folder, store);
    files.write("large", LARGE);
    put("large");
    files.remove("large");
    assertEquals(HeldFiles.PER_FILE, files.descriptors());
    closings.forEach(Runnable::run);
    assertEquals(0, files.descriptors());
    isFull.set(true);
    put("large");
    files.remove("large");
    assertEquals(0, files.descriptors(), "whoever lets it go closes it");
  }

  /** The number of a file that there is no memory to look up, once. */
  private static final class Faulty {
    private boolean isOver;

    @Override
    public int hashCode() {
      if (!isOver) {
        isOver = true;
        throw new OutOfMemoryError("a test");
      }
      return 1;
    }
  }

  @Test
  void whatCannotBeAddedGivesItsRoomBack() throws IOException {
    Path path = files.write("small", SMALL);
    BasicFileAttributes real = FileAttributes.read(path);
    FileVersion version =
        new FileVersion(
            new Faulty(), SMALL, real.lastModifiedTime(), real.lastModifiedTime(), false);
    store.takeOctets(SMALL);
    Validators.Fingerprint fingerprint = Validators.Fingerprint.whole(new byte[SMALL], 0);
    HeldFile file = store.keep(new HeldFile.Identity(version, real, fingerprint), new byte[SMALL]);
    assertThrows(OutOfMemoryError.class, () -> store.share(file));
    assertEquals(new FileBudget(0, 0), store.taken());
    assertFalse(file.isThere());
  }

  @Test
  void aLoopThatHadNoMemoryIsAskedAgain() throws IOException {
    room(1, 1 << 20);
    write(LARGE, "a", "b");
    AtomicBoolean isShort = new AtomicBoolean(true);
    Executor loop =
        task -> {
          if (isShort.getAndSet(false)) {
            throw new OutOfMemoryError("a test");
          }
          task.run();
        };
    Reader reader = new Reader("192.0.2.7", loop).reads(put("a"));
    readers.add(reader);
    assertThrows(OutOfMemoryError.class, () -> files.find("b"));
    put("b");
    assertTrue(reader.isBrokenOff());
  }

  private CachedFile put(String name) throws IOException {
    return put(name, name);
  }

  private CachedFile put(String path, String name) throws IOException {
    Resource resource = files.find(name);
    files.put(path, resource);
    return files.plain(resource);
  }

  private Reader reader(String address, CachedFile file) {
    Reader reader = new Reader(address).reads(file);
    readers.add(reader);
    return reader;
  }

  @Test
  void allSpellingsOfAPathShareOneOpenFile() throws IOException {
    files.write("large", LARGE);
    HeldFile first = put("large").held();
    for (int i = 1; i < 100; i++) {
      assertSame(first, put("/".repeat(i) + "large", "large").held());
    }
    assertEquals(new FileBudget(0, HeldFiles.PER_FILE), store.taken());
    assertEquals(HeldFiles.PER_FILE, files.descriptors());
  }

  @Test
  void linksToAFileShareItsContentAndHaveTypesOfTheirOwn() throws IOException {
    Path path = files.write("a.css", SMALL);
    Files.createLink(folder.resolve("a.txt"), path);
    CachedFile style = put("a.css");
    CachedFile text = put("a.txt");
    assertSame(style.held(), text.held());
    assertEquals("text/css; charset=utf-8", style.fields().mediaType());
    assertEquals("text/plain; charset=utf-8", text.fields().mediaType());
    assertEquals(style.fields().entityTag(), text.fields().entityTag());
    assertEquals(SMALL, store.taken().octets());
  }

  @Test
  void allSpellingsOfAPathShareOneCompressedCopy() throws IOException {
    files.write("a.css", LARGE);
    Resource first = files.find("a.css", true);
    files.put("/a.css", first);
    CachedFile gzip = Objects.requireNonNull(first.in(Coding.GZIP));
    long octets = store.taken().octets();
    assertEquals(gzip.size(), octets);
    Resource second = files.find("a.css", true);
    files.put("///a.css", second);
    assertSame(gzip.held(), Objects.requireNonNull(second.in(Coding.GZIP)).held());
    assertEquals(octets, store.taken().octets());
  }

  @Test
  void whatCannotBeCompressedIsTriedOnce() throws IOException {
    byte[] noise = new byte[LARGE];
    new Random(7).nextBytes(noise);
    Path path = Files.write(folder.resolve("noise.css"), noise);
    Files.setLastModifiedTime(path, FileTime.fromMillis(1_000_500));
    Resource first = files.find("noise.css", true);
    files.put("/noise.css", first);
    assertEquals(null, first.in(Coding.GZIP));
    assertTrue(files.plain(first).held().isIncompressible);
  }

  @Test
  void aFileThatAScriptWantsSentIsSharedToo() throws IOException {
    files.write("large", LARGE);
    CachedFile byPath = put("large");
    CachedFile byName = files.load("large");
    assertSame(byPath.held(), byName.held());
    byName.release();
    assertTrue(byPath.held().isThere());
  }

  @Test
  void anotherVersionIsHeldBesideTheOneThatIsStillSent() throws IOException {
    files.write("large", LARGE);
    CachedFile old = put("large");
    Reader reader = reader("192.0.2.7", old);
    files.write("large", LARGE);
    CachedFile fresh = put("large");
    assertNotSame(old.held(), fresh.held());
    assertEquals(2 * HeldFiles.PER_FILE, store.taken().descriptors());
    reader.end();
    assertEquals(HeldFiles.PER_FILE, store.taken().descriptors());
    assertFalse(old.tryHold());
  }

  @Test
  void whatMayStillChangeUnseenIsNotShared() throws IOException {
    Path path = files.write("large", LARGE);
    // A whole second may be all that its file system tells, and more can happen within that.
    Instant second = Instant.now().truncatedTo(ChronoUnit.SECONDS);
    Files.setLastModifiedTime(path, FileTime.from(second));
    CachedFile first = put("large");
    assertNotSame(first.held(), put("//large", "large").held());
  }

  @Test
  void whatNobodySendsGivesWayAndIsFoundAgain() throws IOException {
    room(2, SMALL * 2);
    for (String name : List.of("a", "b", "c")) {
      files.write(name, LARGE);
      files.write("small-" + name, SMALL);
    }
    CachedFile a = put("a");
    CachedFile smallA = put("small-a");
    put("b");
    put("small-b");
    put("c");
    put("small-c");
    assertEquals(new FileBudget(2 * SMALL, 2 * HeldFiles.PER_FILE), store.taken());
    assertFalse(a.tryHold() || smallA.tryHold());
    assertFalse(files.get("a").isSameAs(files.target("a"), 0), "what gave way is loaded again");
    assertTrue(put("a").tryHold());
    files.plain(files.get("a")).release();
  }

  @Test
  void whatWasSentLatelyStaysLonger() throws IOException {
    room(3, 1 << 20);
    for (String name : List.of("a", "b", "c", "d")) {
      files.write(name, LARGE);
    }
    CachedFile a = put("a");
    CachedFile b = put("b");
    put("c");
    reader("192.0.2.7", a).end();
    put("d");
    assertTrue(a.held().isThere());
    assertFalse(b.held().isThere());
  }

  @Test
  void aFileThatIsSentNeverGivesWayToKeepAnother() throws IOException {
    room(2, 1 << 20);
    for (String name : List.of("a", "b", "c")) {
      files.write(name, LARGE);
    }
    CachedFile a = put("a");
    assertTrue(a.tryHold());
    CachedFile b = put("b");
    assertTrue(b.tryHold());
    assertThrows(ShortageException.class, () -> files.find("c"));
    b.release();
    put("c");
    assertTrue(a.held().isThere());
    a.release();
  }

  /** Open files and contents in memory are treated alike. */
  private void write(int octets, String... names) throws IOException {
    for (String name : names) {
      files.write(name, octets);
    }
  }

  @Test
  void theGreediestClientGivesWayAndItsOldestAnswerFirst() throws IOException {
    for (int octets : new int[] {LARGE, SMALL}) {
      room(4, 4 * SMALL);
      write(octets, "a", "b", "c", "d", "e", "f", "g");
      Reader modest = reader("192.0.2.1", put("a"));
      Reader first = reader("192.0.2.2", put("b"));
      Reader second = reader("192.0.2.2", put("c"));
      Reader third = reader("192.0.2.2", put("d"));
      put("e");
      assertTrue(first.isBrokenOff());
      assertFalse(modest.isBrokenOff() || second.isBrokenOff() || third.isBrokenOff());
      reader("192.0.2.3", put("e"));
      put("f");
      assertTrue(second.isBrokenOff());
      assertFalse(modest.isBrokenOff() || third.isBrokenOff());
      nothingIsHeldAnyMore();
    }
  }

  @Test
  void aFileThatManySendCountsForEachInPart() throws IOException {
    for (int octets : new int[] {LARGE, SMALL}) {
      room(3, 3 * SMALL);
      write(octets, "shared", "b", "c", "d");
      CachedFile shared = put("shared");
      List<Reader> crowd = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        crowd.add(reader("192.0.2." + i, shared));
      }
      Reader other = reader("198.51.100.1", put("b"));
      Reader same = reader("198.51.100.1", put("c"));
      Reader again = reader("198.51.100.1", files.plain(files.get("b")));
      put("d");
      assertTrue(other.isBrokenOff() && again.isBrokenOff(), "all that it gets of that file");
      assertFalse(same.isBrokenOff() || crowd.stream().anyMatch(Reader::isBrokenOff));
      nothingIsHeldAnyMore();
    }
  }

  @Test
  void manyAddressesOfOneSubnetAreOneClient() throws IOException {
    room(3, 1 << 20);
    write(LARGE, "a", "b", "c", "d");
    Reader modest = reader("2001:db8:0:1::1", put("a"));
    Reader greedy = reader("2001:db8:0:2::1", put("b"));
    reader("2001:db8:0:2:ffff::2", put("c"));
    put("d");
    assertTrue(greedy.isBrokenOff());
    assertFalse(modest.isBrokenOff());
  }

  @Test
  void onlyOneWorkerCompressesAVersion() throws Exception {
    Path path = files.write("a.css", LARGE);
    FileVersion version = Objects.requireNonNull(FileVersion.of(FileAttributes.read(path), true));
    assertTrue(store.makings().tryBegin(version));
    CountDownLatch asked = new CountDownLatch(1);
    AtomicBoolean isSecondToMake = new AtomicBoolean(true);
    Thread other =
        new Thread(
            () -> {
              asked.countDown();
              isSecondToMake.set(store.makings().tryBegin(version));
            },
            "another worker");
    other.start();
    assertTrue(asked.await(60, TimeUnit.SECONDS));
    store.makings().end(version);
    other.join(TimeUnit.SECONDS.toMillis(60));
    // If it came after the end, it makes it; else it is told to look.
    if (isSecondToMake.get()) {
      store.makings().end(version);
    }
    assertFalse(other.isAlive());
    assertTrue(store.makings().tryBegin(version), "and then it can be made again");
    store.makings().end(version);
  }

  @Test
  void replacingAnEntryClosesTheOldVersion() throws IOException {
    files.write("file", LARGE);
    put("a", "file");
    files.write("file", LARGE + 1);
    put("a", "file");
    assertEquals(HeldFiles.PER_FILE, files.descriptors());
    files.remove("a");
    files.remove("a");
    assertEquals(0, files.descriptors());
  }

  @Test
  void smallContentKeepsNoChannelOpen() throws IOException {
    files.write("small", 65_536);
    put("a", "small");
    assertEquals(new FileBudget(65_536, 0), store.taken());
    files.write("large", LARGE);
    put("b", "large");
    assertEquals(new FileBudget(65_536, HeldFiles.PER_FILE), store.taken());
    assertEquals(HeldFiles.PER_FILE, files.descriptors());
  }

  @Test
  void aFileInUseClosesWithItsLastUser() throws IOException {
    files.write("file", LARGE);
    CachedFile file = put("a", "file");
    Body first = file.part(0, 7, HeldFiles.queue(Runnable::run), HeldFiles.exchange());
    Body second = file.part(2, 3, HeldFiles.queue(Runnable::run), HeldFiles.exchange());
    files.remove("a");
    assertEquals(HeldFiles.PER_FILE, files.descriptors());
    first.close();
    assertEquals(HeldFiles.PER_FILE, store.taken().descriptors(), "it counts until it is sent");
    second.close();
    assertEquals(0, files.descriptors());
  }

  @Test
  void contentInUseCountsUntilItsLastUserIsDone() throws IOException {
    files.write("file", 65_536);
    CachedFile file = put("a", "file");
    Body body = file.part(0, 65_536, HeldFiles.queue(Runnable::run), HeldFiles.exchange());
    files.remove("a");
    assertEquals(65_536, store.taken().octets());
    body.close();
    assertEquals(0, store.taken().octets());
    body.close();
    assertEquals(0, store.taken().octets());
  }

  @Test
  void aFileThatIsBeingFetchedStaysOpenUntilThatIsOver() throws IOException {
    files.write("file", LARGE);
    CachedFile file = put("a", "file");
    List<Runnable> reads = new ArrayList<>();
    FileSource source = file.source(HeldFiles.queue(reads::add), HeldFiles.exchange());
    source.fetch(0, LARGE, () -> {});
    files.remove("a");
    source.release();
    assertEquals(HeldFiles.PER_FILE, files.descriptors());
    reads.forEach(Runnable::run);
    assertEquals(0, files.descriptors());
  }

  @Test
  void theSameFileIsKnownByPathTimeSizeAndInode() throws IOException {
    Path path = files.write("file", LARGE);
    CachedFile file = put("a", "file");
    assertTrue(file.isSameAs(path, FileAttributes.read(path)));
    Path copy = Files.copy(path, folder.resolve("copy"));
    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(path));
    assertFalse(file.isSameAs(path, FileAttributes.read(copy)));
    assertFalse(file.isSameAs(copy, FileAttributes.read(path)));
    Files.writeString(path, "CONTENT!");
    assertFalse(file.isSameAs(path, FileAttributes.read(path)));
  }
}
