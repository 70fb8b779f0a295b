package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.posix.FileAttributes;

/** Validators are those of the content, not of the place it lies in; with the test's own clock. */
final class ValidatorsTest {
  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);
  private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);

  /** Not at the beginning of a second. */
  private static final long START_NANOS = TimeUnit.DAYS.toNanos(20_000) + 500 * MILLI;

  private static final int SMALL = 3000;
  private static final int LARGE = 200_000;

  @TempDir private Path folder;
  private final FileStore store = new FileStore(FileBudget.standard());
  private final List<Resource> loaded = new ArrayList<>();
  private long now = START_NANOS;
  private FileLoader loader;

  @BeforeEach
  void prepare() throws IOException {
    folder = folder.toRealPath();
    QuietFiles files = new QuietFiles(store, () -> now, nanos -> now += nanos);
    loader = new FileLoader(MediaTypes.standard(), FileSettings.standard(), store, files);
  }

  @AfterEach
  void nothingIsHeldAnyMore() {
    loaded.forEach(Resource::retire);
    assertEquals(new FileBudget(0, 0), store.taken());
  }

  private Path write(String name, String content, long dateNanos) throws IOException {
    Path path = folder.resolve(name);
    Files.writeString(path, content);
    return Files.setLastModifiedTime(path, FileTime.from(dateNanos, TimeUnit.NANOSECONDS));
  }

  private static Target target(Path path) throws IOException {
    return new Target(new Located(path, FileAttributes.read(path)), Map.of());
  }

  private Resource load(Path path, @Nullable Resource known) throws IOException {
    Resource resource = loader.load(target(path), known, true);
    loaded.add(resource);
    return resource;
  }

  private static FileFields fields(Resource resource, Coding coding) {
    return Objects.requireNonNull(resource.in(coding)).fields();
  }

  private String tag(Path path) throws IOException {
    return fields(load(path, null), Coding.IDENTITY).entityTag();
  }

  /** As cp -p, rsync and unpacked archives leave them: some tools keep the second only. */
  @ParameterizedTest
  @ValueSource(ints = {0, 1, SMALL, LARGE})
  void equalCopiesHaveEqualStrongTags(int size) throws IOException {
    String content = "x".repeat(size);
    now = START_NANOS + 10 * SECOND;
    Resource original = load(write("a.txt", content, START_NANOS + 7), null);
    Resource exact = load(write("b.txt", content, START_NANOS + 7), null);
    Resource rough = load(write("c.txt", content, START_NANOS - 500 * MILLI), null);
    for (Coding coding : List.of(Coding.IDENTITY, Coding.GZIP)) {
      if (original.in(coding) != null) {
        String tag = fields(original, coding).entityTag();
        assertTrue(tag.startsWith("\""), tag);
        assertEquals(tag, fields(exact, coding).entityTag());
        assertEquals(tag, fields(rough, coding).entityTag());
        assertFalse(fields(original, coding).isEarly());
      }
    }
    assertEquals(size >= 1024, original.in(Coding.GZIP) != null);
  }

  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void otherContentOfTheSameSizeHasAnotherTag(int size) throws IOException {
    now = START_NANOS + 10 * SECOND;
    String tag = tag(write("a.txt", "x".repeat(size), START_NANOS));
    assertNotEquals(tag, tag(write("a.txt", "y".repeat(size), START_NANOS + SECOND)));
    // Dates of archives may be the same for all versions. A small file is told by its content, a
    // large one by its ends.
    assertNotEquals(tag, tag(write("b.txt", "x".repeat(size - 1) + "y", START_NANOS)));
    assertNotEquals(tag, tag(write("c.txt", "y" + "x".repeat(size - 1), START_NANOS)));
  }

  /** What is written twice within a second must not have one strong tag. */
  @Test
  void withinTheSecondOfItsDateALargeFileIsToldByTheNanosecond() throws IOException {
    String middle = "x".repeat(LARGE / 2);
    now = START_NANOS + 100 * MILLI;
    String first = tag(write("a.txt", middle + "1" + middle, START_NANOS));
    String second = tag(write("a.txt", middle + "2" + middle, START_NANOS + 10 * MILLI));
    assertTrue(first.startsWith("\"") && second.startsWith("\""), first + second);
    assertNotEquals(first, second);
  }

  /** When the second is over there is one tag for all copies, for who asked early as well. */
  @ParameterizedTest
  @ValueSource(ints = {SMALL, LARGE})
  void whatWasEarlyIsSaidAnewWhenItIsNoMore(int size) throws IOException {
    Path path = write("a.txt", "x".repeat(size), START_NANOS);
    now = START_NANOS + 100 * MILLI;
    Resource early = load(path, null);
    assertTrue(fields(early, Coding.IDENTITY).isEarly());
    assertTrue(fields(early, Coding.GZIP).isEarly());
    assertTrue(loader.isCurrent(early, target(path)));
    now = START_NANOS + 520 * MILLI - 1; // the second is over, and a tick
    assertTrue(loader.isCurrent(early, target(path)));
    now++;
    assertFalse(loader.isCurrent(early, target(path)));
    Resource later = load(path, early);
    assertTrue(loader.isCurrent(later, target(path)));
    assertFalse(fields(later, Coding.IDENTITY).isEarly());
    assertFalse(fields(later, Coding.GZIP).isEarly());
    now = START_NANOS + 2 * SECOND; // a whole second may be one of a coarse clock
    String copy = tag(write("copy.txt", "x".repeat(size), START_NANOS - 500 * MILLI));
    assertEquals(copy, fields(later, Coding.IDENTITY).entityTag());
    assertEquals(held(early), held(later), "it is neither opened nor read again");
  }

  private static HeldFile held(Resource resource) {
    return Objects.requireNonNull(resource.in(Coding.IDENTITY)).held();
  }

  @Test
  void withinATickOfTheClockALargeFilesTagIsWeakAndASmallOnesIsNot() throws IOException {
    now = START_NANOS + QuietFiles.QUIET_NANOS;
    // As whole seconds are all that this file system keeps, the tick is two seconds.
    long coarse = START_NANOS - 500 * MILLI;
    String tag = tag(write("a.txt", "x".repeat(LARGE), coarse));
    assertTrue(tag.startsWith("W/\""), tag);
    now++;
    assertNotEquals(tag, tag(folder.resolve("a.txt")), "it may have changed in between");
    assertTrue(tag(write("b.txt", "x".repeat(SMALL), coarse)).startsWith("\""));
  }

  /** A clock somewhere is wrong: nobody knows when that second will be over. */
  @Test
  void aDateInTheFutureIsEarlyUntilItHasPassed() throws IOException {
    Path path = write("a.txt", "x".repeat(LARGE), START_NANOS + 5 * SECOND);
    Resource early = load(path, null);
    FileFields fields = fields(early, Coding.IDENTITY);
    assertTrue(fields.isEarly());
    assertEquals(START_NANOS / SECOND, fields.lastModifiedSecond(), "as RFC 9110 §8.8.2.1 says");
    assertTrue(loader.isCurrent(early, target(path)));
    now = START_NANOS + 8 * SECOND;
    assertFalse(loader.isCurrent(early, target(path)));
    FileFields later = fields(load(path, early), Coding.IDENTITY);
    assertEquals(START_NANOS / SECOND + 5, later.lastModifiedSecond());
  }
}
