package passerelle.files;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.posix.FileAttributes;
import passerelle.posix.OpenFile;

/** Waiting for a file that is being written, without any clock but the test's. */
final class QuietFilesTest {
  private static final long START_NANOS = TimeUnit.DAYS.toNanos(20_000);

  @TempDir private Path folder;
  private final FileStore store = new FileStore(FileBudget.standard());
  private long passed;
  private int pauses;
  private Writer writer = pause -> {};
  private Path path;
  private final QuietFiles files = new QuietFiles(store, () -> START_NANOS + passed, this::pass);

  /** What happens to the file while somebody waits. */
  private interface Writer {
    void write(int pause) throws IOException;
  }

  @BeforeEach
  void prepare() throws IOException {
    path = folder.toRealPath().resolve("file");
    write("first");
  }

  private void pass(long nanos) {
    passed += nanos;
    try {
      writer.write(++pauses);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Writes it now. */
  private void write(String content) throws IOException {
    Files.writeString(path, content);
    Files.setLastModifiedTime(path, FileTime.from(START_NANOS + passed, TimeUnit.NANOSECONDS));
  }

  private String whenQuiet() throws IOException {
    try (OpenFile open = files.whenQuiet(path, files.open(path), new QuietFiles.Allowance())) {
      return new String(Objects.requireNonNull(open.readWhole()), StandardCharsets.US_ASCII);
    }
  }

  private boolean isBeingWritten() throws IOException {
    return files.isBeingWritten(FileAttributes.read(path));
  }

  @Test
  void aFileIsQuietFiftyMillisecondsAfterItsLastChange() throws IOException {
    assertTrue(isBeingWritten());
    passed = TimeUnit.MILLISECONDS.toNanos(49);
    assertTrue(isBeingWritten());
    passed = TimeUnit.MILLISECONDS.toNanos(50);
    assertFalse(isBeingWritten());
    Files.setLastModifiedTime(path, FileTime.from(START_NANOS * 2, TimeUnit.NANOSECONDS));
    assertFalse(isBeingWritten(), "a date far ahead is no sign of a writer");
  }

  @Test
  void whatIsReadIsWhatItWasWhenItBecameQuiet() throws IOException {
    writer =
        pause -> {
          if (pause < 4) {
            write("version " + pause);
          }
        };
    assertEquals("version 3", whenQuiet());
    assertEquals(TimeUnit.MILLISECONDS.toNanos(200), passed);
  }

  @Test
  void afterAWhileItIsTakenAsItIs() throws IOException {
    writer = pause -> write("version " + pause);
    assertEquals("version " + QuietFiles.PATIENCE_NANOS / QuietFiles.QUIET_NANOS, whenQuiet());
    assertEquals(QuietFiles.PATIENCE_NANOS, passed);
  }

  @Test
  void onlyAFewWaitAtTheSameTime() throws IOException {
    String[] inner = {""};
    writer =
        pause -> {
          if (pause == 1) {
            write("second");
            inner[0] = whenQuiet(); // another worker
          } else if (pause == 2) {
            write("third");
            try (OpenFile first = files.open(path)) {
              OpenFile same = files.whenQuiet(path, first, new QuietFiles.Allowance());
              assertSame(first, same, "there is no place left to wait in");
            }
          }
        };
    assertEquals("third", whenQuiet());
    assertEquals("third", inner[0]);
    assertEquals(2, QuietFiles.WAITING_AT_ONCE);
    writer = pause -> {};
    write("fourth");
    assertEquals("fourth", whenQuiet(), "the places are free again");
  }

  @Test
  void aFileThatGoesAwayMeanwhileIsGone() {
    writer = pause -> Files.delete(path);
    assertThrows(java.nio.file.NoSuchFileException.class, this::whenQuiet);
  }

  private Resource load(@Nullable Resource known) throws IOException {
    FileSettings settings = FileSettings.standard();
    FileLoader loader = new FileLoader(MediaTypes.standard(), settings, store, files);
    BasicFileAttributes attributes = FileAttributes.read(path);
    return loader.load(new Target(new Located(path, attributes), Map.of()), known, false);
  }

  private long sizeOf(Resource resource) {
    return Objects.requireNonNull(resource.in(Coding.IDENTITY)).size();
  }

  @Test
  void aLargeFileAndOneThatWasJustEmptiedAreWaitedForAndASmallOneIsNot() throws IOException {
    Resource small = load(null);
    assertEquals(0, pauses);
    write("");
    writer = pause -> write(pause == 1 ? "now there is something" : "x".repeat(100_000));
    Resource emptied = load(null);
    assertTrue(pauses > 0);
    int before = pauses;
    writer = pause -> {};
    write("y".repeat(70_000));
    Resource large = load(emptied);
    assertEquals(before + 1, pauses);
    assertEquals(70_000, sizeOf(large));
    small.retire();
    emptied.retire();
    large.retire();
  }

  /** However many files belong to it, and however often each is opened. */
  @Test
  void oneLoadWaitsNoLongerThanForOneFile() throws IOException {
    Path sibling = folder.toRealPath().resolve("file.gz");
    writer =
        pause -> {
          write("x".repeat(100_000 + pause));
          Files.copy(path, sibling, StandardCopyOption.COPY_ATTRIBUTES, REPLACE_EXISTING);
        };
    writer.write(0);
    FileLoader loader =
        new FileLoader(MediaTypes.standard(), FileSettings.standard(), store, files);
    Resource both =
        loader.load(new Target(located(path), Map.of(Coding.GZIP, located(sibling))), null, false);
    assertEquals(QuietFiles.PATIENCE_NANOS, passed);
    both.retire();
  }

  private static Located located(Path path) throws IOException {
    return new Located(path, FileAttributes.read(path));
  }

  @Test
  void aLogThatGrowsIsNotWaitedFor() throws IOException {
    write("x".repeat(100_000));
    passed += QuietFiles.QUIET_NANOS;
    Resource first = load(null);
    Files.writeString(path, "one line more", StandardOpenOption.APPEND);
    Files.setLastModifiedTime(path, FileTime.from(START_NANOS + passed, TimeUnit.NANOSECONDS));
    Resource grown = load(first);
    assertEquals(100_013, sizeOf(grown));
    assertEquals(0, pauses);
    write("y".repeat(100_020));
    Resource anew = load(grown);
    assertEquals(1, pauses, "this is no growth");
    first.retire();
    grown.retire();
    anew.retire();
    assertEquals(new FileBudget(0, 0), store.taken());
  }
}
