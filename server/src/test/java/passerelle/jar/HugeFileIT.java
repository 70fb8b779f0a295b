package passerelle.jar;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import passerelle.harness.Needs;

/** curl goes on with a file of 5 GiB; sparse, so that it takes no room on the disk. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class HugeFileIT {
  private static final long GIB = 1L << 30;
  private static final long SIZE = 5 * GIB;
  private static final int PART = 1 << 20;
  private static final long SEED = 5_368_709_120L;

  private final Path folder;
  private final String curl;
  private final RunningJar jar;

  HugeFileIT(@TempDir Path temporary) throws IOException {
    curl = Needs.tool("curl").toString();
    folder = temporary;
    Path site = Files.createDirectory(folder.resolve("site"));
    try (RandomAccessFile file = made(site.resolve("huge.bin"))) {
      for (long place : new long[] {0, 2 * GIB, 3 * GIB, 4 * GIB, SIZE - PART}) {
        file.seek(place);
        file.write(bytesAt(place));
      }
    }
    jar = RunningJar.serve(site);
  }

  @AfterAll
  void end() throws IOException {
    jar.close();
  }

  private static RandomAccessFile made(Path path) throws IOException {
    try {
      return sparse(path, SIZE);
    } catch (IOException e) {
      Needs.that(false, "no file may be of 5 GiB here: " + e.getMessage());
      throw e;
    }
  }

  private static RandomAccessFile sparse(Path path, long size) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
    file.setLength(size);
    return file;
  }

  /** A MiB that is different at every place. */
  private static byte[] bytesAt(long place) {
    byte[] bytes = new byte[PART];
    new Random(SEED + place).nextBytes(bytes);
    return bytes;
  }

  private static byte[] read(Path path, long from, int count) throws IOException {
    byte[] bytes = new byte[count];
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      file.seek(from);
      file.readFully(bytes);
    }
    return bytes;
  }

  private String url() {
    return jar.uri("/huge.bin").toString();
  }

  @Test
  void resumesADownloadThatStoppedShortOfTheEnd() throws IOException {
    Path partial = folder.resolve("partial.bin");
    sparse(partial, SIZE - PART).close();
    Command.Outcome outcome =
        Command.of(curl, "-q", "-sS", "--fail", "-C", "-", "-o", partial.toString(), url()).run();
    assertEquals(new Command.Outcome(0, "", ""), outcome);
    assertEquals(SIZE, Files.size(partial));
    assertArrayEquals(bytesAt(SIZE - PART), read(partial, SIZE - PART, PART));
  }

  @Test
  void resumesInTheMiddleBeyondTwoGibibytes() throws IOException {
    Path rest = folder.resolve("rest.bin");
    // head closes the pipe after a MiB: the other 2 GiB need not be stored to see the right start.
    String script =
        "\"$1\" -q -sS --fail -C " + 3 * GIB + " \"$2\" 2>/dev/null | head -c \"$3\" > \"$4\"";
    Command.Outcome outcome =
        Command.of("sh", "-c", script, "sh", curl, url(), Integer.toString(PART), rest.toString())
            .run();
    assertEquals(new Command.Outcome(0, "", ""), outcome);
    assertArrayEquals(bytesAt(3 * GIB), Files.readAllBytes(rest));
  }

  @Test
  void sendsRangesAtEveryGibibyte() throws IOException {
    for (long place : new long[] {0, 2 * GIB, 3 * GIB, 4 * GIB, SIZE - PART}) {
      Path part = folder.resolve("part.bin");
      String range = place + "-" + (place + PART - 1);
      Command.Outcome outcome =
          Command.of(curl, "-q", "-sS", "-r", range, "-D", "-", "-o", part.toString(), url()).run();
      assertEquals(0, outcome.code(), outcome.err());
      assertTrue(outcome.out().startsWith("HTTP/1.1 206 "), outcome.out());
      assertTrue(outcome.out().contains("\r\nContent-Length: " + PART + "\r\n"), outcome.out());
      assertTrue(
          outcome.out().contains("\r\nContent-Range: bytes " + range + "/" + SIZE + "\r\n"),
          outcome.out());
      assertArrayEquals(bytesAt(place), Files.readAllBytes(part), range);
    }
  }

  @Test
  void sendsASuffixAndSaysTheWholeLength() throws IOException {
    Command.Outcome outcome = Command.of(curl, "-q", "-sS", "-I", url()).run();
    assertTrue(outcome.out().contains("\r\nContent-Length: " + SIZE + "\r\n"), outcome.out());
    Path part = folder.resolve("suffix.bin");
    outcome = Command.of(curl, "-q", "-sS", "-r", "-" + PART, "-o", part.toString(), url()).run();
    assertEquals(new Command.Outcome(0, "", ""), outcome);
    assertArrayEquals(bytesAt(SIZE - PART), Files.readAllBytes(part));
    String beyond = SIZE + "-";
    outcome =
        Command.of(curl, "-q", "-sS", "-D", "-", "-o", "/dev/null", "-r", beyond, url()).run();
    assertTrue(outcome.out().startsWith("HTTP/1.1 416 "), outcome.out());
    assertTrue(outcome.out().contains("\r\nContent-Range: bytes */" + SIZE + "\r\n"));
  }
}
