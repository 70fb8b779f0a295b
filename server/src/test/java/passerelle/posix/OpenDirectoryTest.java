package passerelle.posix;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Opening a directory, and nothing that took its place, both ways of doing it. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class OpenDirectoryTest {
  /** The two ways. */
  enum Way {
    BEST,
    WITHOUT_CALLS
  }

  @TempDir private Path folder;
  private Path real;

  @BeforeEach
  void prepare() throws Exception {
    real = folder.toRealPath();
    Files.createDirectories(real.resolve("d"));
    Files.writeString(real.resolve("d/name"), "content");
    assertEquals(
        0, new ProcessBuilder("mkfifo", real.resolve("fifo").toString()).start().waitFor());
  }

  private static List<String> names(OpenDirectory open) throws IOException {
    List<String> names = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(open.path())) {
      stream.forEach(path -> names.add(path.getFileName().toString()));
    }
    return names;
  }

  private static OpenDirectory open(Way way, Path path) throws IOException {
    return way == Way.BEST ? OpenDirectory.open(path) : OpenDirectory.withoutCalls(path);
  }

  @ParameterizedTest
  @EnumSource
  void whatItHoldsIsRead(Way way) throws IOException {
    try (OpenDirectory open = open(way, real.resolve("d"))) {
      assertEquals(List.of("name"), names(open));
    }
  }

  /** It was a directory when somebody looked; nobody will ever write to this FIFO. */
  @ParameterizedTest
  @EnumSource
  void aFifoInItsPlaceIsRefusedAtOnce(Way way) {
    assertThrows(
        IOException.class,
        () -> {
          try (OpenDirectory open = open(way, real.resolve("fifo"))) {
            names(open);
          }
        });
  }

  @ParameterizedTest
  @EnumSource
  void aFileInItsPlaceIsRefused(Way way) {
    assertThrows(
        IOException.class,
        () -> {
          try (OpenDirectory open = open(way, real.resolve("d/name"))) {
            names(open);
          }
        });
  }

  @Test
  void closingTwiceClosesNothingElse() throws IOException {
    OpenDirectory first = OpenDirectory.open(real.resolve("d"));
    first.close();
    try (OpenDirectory second = OpenDirectory.open(real.resolve("d"))) {
      first.close();
      assertEquals(List.of("name"), names(second));
    }
  }
}
