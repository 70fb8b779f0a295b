package passerelle.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Opening by a name that others may change: nothing that took its place makes anybody wait. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class PlainOpeningTest {
  @TempDir private Path folder;
  private Path fifo;

  @BeforeEach
  void prepare() throws Exception {
    fifo = folder.resolve("fifo");
    assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
    Files.writeString(folder.resolve("file"), "content");
    Files.createSymbolicLink(folder.resolve("link"), Path.of("file"));
    Files.createSymbolicLink(folder.resolve("to-fifo"), Path.of("fifo"));
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aFileIsReadFromItsStartByWhateverLink() throws IOException {
    assertArrayEquals(octets("content"), PlainOpening.read(folder.resolve("file"), 100));
    assertArrayEquals(octets("con"), PlainOpening.read(folder.resolve("link"), 3));
  }

  @Test
  void whatIsNoFileIsRefusedAtOnce() {
    for (String name : new String[] {"fifo", "to-fifo", "."}) {
      assertThrows(
          FileSystemException.class, () -> PlainOpening.read(folder.resolve(name), 1), name);
    }
    assertThrows(FileSystemException.class, () -> PlainOpening.read(Path.of("/dev/zero"), 1));
    assertThrows(NoSuchFileException.class, () -> PlainOpening.read(folder.resolve("nothing"), 1));
  }

  private static void append(Path path, String text) throws IOException {
    try (OutputStream out = PlainOpening.append(path)) {
      out.write(octets(text));
    }
  }

  @Test
  void aLogIsCreatedAndGoesOn() throws IOException {
    append(folder.resolve("new"), "one ");
    append(folder.resolve("new"), "two");
    append(folder.resolve("link"), ", and more");
    append(Path.of("/dev/null"), "nobody reads this");
    assertEquals("one two", Files.readString(folder.resolve("new")));
    assertEquals("content, and more", Files.readString(folder.resolve("file")));
    assertThrows(IOException.class, () -> PlainOpening.append(folder));
    assertThrows(IOException.class, () -> PlainOpening.append(folder.resolve("no/folder")));
  }

  @Test
  void aFifoThatNobodyReadsIsNoLog() {
    assumeTrue(NativeFile.isAvailable(), "native calls are missing");
    assertThrows(FileSystemException.class, () -> PlainOpening.append(fifo));
  }

  @Test
  void aFifoThatSomebodyReadsIsALog() throws Exception {
    assumeTrue(NativeFile.isAvailable(), "native calls are missing");
    Process reader =
        new ProcessBuilder("sh", "-c", "exec 3<>\"$0\"; echo ready; head -n 1 <&3", fifo.toString())
            .start();
    try {
      assertEquals('r', reader.getInputStream().read());
      append(fifo, "a line\n");
      assertEquals(0, reader.waitFor());
      assertArrayEquals(octets("eady\na line\n"), reader.getInputStream().readAllBytes());
    } finally {
      reader.destroyForcibly().waitFor();
    }
  }
}
