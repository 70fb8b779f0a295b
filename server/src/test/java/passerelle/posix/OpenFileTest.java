package passerelle.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import passerelle.io.OctetPath;

/** Opening along a path without links, both ways of doing it. */
final class OpenFileTest {
  /** The two ways. */
  enum Way {
    BEST,
    STEP_BY_STEP
  }

  @TempDir private Path folder;
  private Path real;

  @BeforeEach
  void prepare() throws IOException {
    real = folder.toRealPath();
    Files.createDirectories(real.resolve("a/b"));
    Files.writeString(real.resolve("a/b/file"), "content");
    Files.createSymbolicLink(real.resolve("a/link"), Path.of("b/file"));
    Files.createSymbolicLink(real.resolve("folder"), Path.of("a"));
  }

  private OpenFile open(Way way, String name) throws IOException {
    Path path = OctetPath.of(OctetPath.octets(real) + "/" + name);
    return way == Way.BEST ? OpenFile.open(path) : OpenFile.openStepByStep(path);
  }

  @ParameterizedTest
  @EnumSource
  void aFileIsOpenedWithItsAttributes(Way way) throws IOException {
    try (OpenFile file = open(way, "a/b/file")) {
      assertEquals(7, file.attributes().size());
      assertArrayEquals("content".getBytes(StandardCharsets.US_ASCII), file.readWhole());
      assertTrue(file.isUnchanged());
    }
    Files.writeString(OctetPath.of(OctetPath.octets(real) + "/\u00e9"), "not UTF-8");
    try (OpenFile file = open(way, "\u00e9")) {
      assertEquals(9, file.attributes().size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLinkIsNotFollowedWhereverItStands(Way way) {
    assertThrows(IOException.class, () -> open(way, "a/link"));
    assertThrows(IOException.class, () -> open(way, "folder/b/file"));
    assertThrows(NoSuchFileException.class, () -> open(way, "a/none"));
    assertThrows(NoSuchFileException.class, () -> open(way, "none/b/file"));
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNoFileIsRefusedAtOnce(Way way) throws Exception {
    assertThrows(IOException.class, () -> open(way, "a/b"));
    Process mkfifo = new ProcessBuilder("mkfifo", real.resolve("fifo").toString()).start();
    assertEquals(0, mkfifo.waitFor());
    assertThrows(IOException.class, () -> open(way, "fifo"));
    assertThrows(IOException.class, () -> open(way, "fifo/file"));
    assertThrows(IOException.class, () -> open(way, "a/b/file/file"));
  }

  /** A second close might close what another has opened meanwhile. */
  @ParameterizedTest
  @EnumSource
  void closingTwiceClosesNothingElse(Way way) throws IOException {
    OpenFile first = open(way, "a/b/file");
    first.close();
    try (OpenFile second = open(way, "a/b/file")) {
      first.close();
      assertTrue(second.isUnchanged());
      assertArrayEquals("content".getBytes(StandardCharsets.US_ASCII), second.readWhole());
      assertTrue(second.isSameVersion());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatGrewIsAnotherVersion(Way way) throws IOException {
    try (OpenFile file = open(way, "a/b/file")) {
      assertTrue(file.isSameVersion());
      Files.writeString(real.resolve("a/b/file"), "more", StandardOpenOption.APPEND);
      assertTrue(file.isUnchanged());
      assertFalse(file.isSameVersion());
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileOfTheSameSizeThatIsWrittenAnewIsAnotherVersion(Way way) throws IOException {
    Path path = real.resolve("a/b/file");
    Files.setLastModifiedTime(path, FileTime.fromMillis(1));
    try (OpenFile file = open(way, "a/b/file")) {
      assertTrue(file.isSameVersion());
      Files.writeString(path, "CONTENT");
      assertFalse(file.isUnchanged());
      assertFalse(file.isSameVersion());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatFailsLeavesNothingOpen(Way way) throws IOException {
    for (int i = 0; i < 3; i++) {
      assertThrows(IOException.class, () -> open(way, "a/b"));
      assertThrows(IOException.class, () -> open(way, "a/link"));
      open(way, "a/b/file").close();
    }
    noDescriptorIsLeft();
  }

  private static boolean leadsBelow(Path link, Path folder) {
    try {
      return Files.readSymbolicLink(link).startsWith(folder);
    } catch (IOException e) {
      return false; // the descriptor of the listing itself
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatGrowsIsUnchangedAndOneThatIsWrittenAnewIsNot(Way way) throws IOException {
    Path path = real.resolve("a/b/file");
    Files.writeString(path, "x".repeat(20_000));
    try (OpenFile file = open(way, "a/b/file")) {
      Files.writeString(path, "more", StandardOpenOption.APPEND);
      assertTrue(file.isUnchanged());
      assertArrayEquals("x".repeat(20_000).getBytes(StandardCharsets.US_ASCII), file.readWhole());
      Files.writeString(path, "y".repeat(30_000));
      assertFalse(file.isUnchanged());
      assertNull(file.readWhole());
    }
    try (OpenFile file = open(way, "a/b/file")) {
      Files.writeString(path, "y".repeat(29_999));
      assertFalse(file.isUnchanged());
      assertNull(file.readWhole());
    }
  }

  @Test
  void aFileOfTheSameSizeIsToldByItsDate() throws IOException {
    assumeTrue(NativeFile.isAvailable(), "native calls are missing");
    try (OpenFile file = open(Way.BEST, "a/b/file")) {
      Files.setLastModifiedTime(real.resolve("a/b/file"), FileTime.fromMillis(1));
      assertFalse(file.isUnchanged());
    }
  }

  @Test
  void whatWasJustWrittenIsResident() throws IOException {
    Kernel.requireResidencyIsTold(folder);
    Files.write(real.resolve("large"), new byte[500_000]);
    try (OpenFile file = open(Way.BEST, "large")) {
      assertTrue(file.isResident(0, 500_000));
      assertTrue(file.isResident(499_999, 1));
      assertTrue(file.isResident(600_000, 1), "there is nothing to wait for behind the end");
    }
  }

  @Test
  void withoutNativeCallsNothingCountsAsResident() throws IOException {
    try (OpenFile file = open(Way.STEP_BY_STEP, "a/b/file")) {
      assertFalse(file.isResident(0, 1));
    }
  }

  @Test
  void whatIsMissingIsKnownToBeOnlyIfTheSystemHasLookedAndFoundNothing() throws IOException {
    Kernel.requireMissingNamesAreKept(folder);
    String missing = OctetPath.octets(real) + "/none";
    assertFalse(Files.exists(OctetPath.of(missing)));
    assertTrue(OpenFile.isSurelyMissing(missing));
    assertFalse(OpenFile.isSurelyMissing(OctetPath.octets(real) + "/a/b/file/"));
    Files.writeString(OctetPath.of(missing), "there now");
    assertFalse(OpenFile.isSurelyMissing(missing));
    assertFalse(OpenFile.isSurelyMissing(OctetPath.octets(real)), "a directory is something");
    assertFalse(OpenFile.isSurelyMissing("/" + "x".repeat(5000)), "too long to ask");
    noDescriptorIsLeft();
  }

  private void noDescriptorIsLeft() throws IOException {
    try (var links = Files.list(Path.of("/proc/self/fd"))) {
      assertFalse(links.anyMatch(link -> leadsBelow(link, real)));
    }
  }

  @Test
  void aPartThatIsResidentIsReadBehindWhatTheBufferHolds() throws IOException {
    Kernel.requireResidencyIsTold(folder);
    try (OpenFile file = open(Way.BEST, "a/b/file")) {
      ByteBuffer target = ByteBuffer.allocateDirect(10).put((byte) 'x');
      assertEquals(3, file.readResident(target, 2, 3));
      assertEquals("xnte", StandardCharsets.US_ASCII.decode(target.flip()).toString());
      assertEquals(2, file.readResident(target.clear(), 5, 10), "there is no more");
      assertEquals(0, file.readResident(ByteBuffer.allocate(10), 0, 3), "no address to read to");
    }
    try (OpenFile file = open(Way.STEP_BY_STEP, "a/b/file")) {
      assertEquals(0, file.readResident(ByteBuffer.allocateDirect(10), 0, 3));
    }
  }

  /** What a real directory does, but for what happens before a file in it is opened. */
  private interface Meanwhile {
    void happens() throws Exception;
  }

  private OpenFile openWhile(Meanwhile opening, Meanwhile looking) throws IOException {
    try (DirectoryStream<Path> directory = Files.newDirectoryStream(real.resolve("a/b"))) {
      int[] looks = {0};
      Object watched =
          proxy(
              SecureDirectoryStream.class,
              (method, arguments) -> {
                if (method.getName().equals("newByteChannel")) {
                  opening.happens();
                }
                Object result = method.invoke(directory, arguments);
                return method.getName().equals("getFileAttributeView")
                    ? proxy(
                        BasicFileAttributeView.class,
                        (question, nothing) -> {
                          if (looks[0]++ > 0) {
                            looking.happens();
                          }
                          return question.invoke(result, nothing);
                        })
                    : result;
              });
      @SuppressWarnings("unchecked")
      DirectoryStream<Path> stream = (DirectoryStream<Path>) watched;
      Path file = real.resolve("a/b/file");
      return OpenFile.openBelow(stream, file, file.getNameCount() - 1);
    }
  }

  /** What is called instead of a method. */
  private interface Call {
    Object of(Method method, Object[] arguments) throws Exception;
  }

  private static Object proxy(Class<?> type, Call call) {
    return Proxy.newProxyInstance(
        OpenFileTest.class.getClassLoader(),
        new Class<?>[] {type},
        (self, method, arguments) -> {
          try {
            return call.of(method, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private void replace(String content) throws IOException {
    Path other = Files.writeString(real.resolve("other"), content);
    Files.move(other, real.resolve("a/b/file"), StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void withoutNativeCallsContentAndAttributesAreThoseOfOneFile() throws IOException {
    int[] replaced = {0};
    Meanwhile once =
        () -> {
          if (replaced[0]++ == 0) {
            replace("another content");
          }
        };
    try (OpenFile file = openWhile(() -> {}, once)) {
      assertEquals(15, file.attributes().size());
      assertArrayEquals("another content".getBytes(StandardCharsets.US_ASCII), file.readWhole());
    }
    Meanwhile always = () -> replace("x".repeat(++replaced[0]));
    assertThrows(FileSystemException.class, () -> openWhile(always, () -> {}));
    noDescriptorIsLeft();
  }

  @Test
  void withoutNativeCallsAFileThatIsBeingWrittenIsOpened() throws IOException {
    Path path = real.resolve("a/b/file");
    Meanwhile more = () -> Files.writeString(path, "more", StandardOpenOption.APPEND);
    try (OpenFile file = openWhile(more, () -> {})) {
      assertEquals(7 + 3 * 4, file.attributes().size());
    }
  }

  @Test
  void withoutNativeCallsAFileThatCannotBeAskedIsClosed() throws IOException {
    Meanwhile failing =
        () -> {
          throw new IOException("no answer");
        };
    assertThrows(IOException.class, () -> openWhile(() -> {}, failing));
    noDescriptorIsLeft();
  }

  @Test
  void onlyAWantOfDescriptorsIsTakenForOne() throws IOException {
    assumeTrue(NativeFile.isAvailable(), "native calls are missing");
    Path circle = Files.createSymbolicLink(real.resolve("circle"), Path.of("circle"));
    FileSystemException failure =
        assertThrows(FileSystemException.class, () -> OpenFile.openAgain(circle, real));
    assertFalse(failure instanceof OutOfDescriptorsException);
  }
}
