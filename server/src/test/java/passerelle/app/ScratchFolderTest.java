package passerelle.app;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a server that is killed leaves behind goes, and nothing else. */
final class ScratchFolderTest {
  @TempDir Path parent;

  private List<String> left() throws IOException {
    try (Stream<Path> all = Files.list(parent)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** As a process that was killed leaves it: the lock is nobody's. */
  private Path abandoned(String name) throws IOException {
    Path folder = Files.createDirectory(parent.resolve(name));
    Files.createFile(folder.resolve("lock"));
    Files.writeString(folder.resolve("1.content"), "secret");
    return folder;
  }

  @Test
  void isMadeWithItsFirstFileAndGoesWithItsServer() throws IOException {
    try (ScratchFolder scratch = new ScratchFolder(parent)) {
      assertEquals(List.of(), left());
      Path one = scratch.newFile(".content");
      Path two = scratch.newFile(".content");
      assertNotEquals(one, two);
      assertTrue(Files.exists(one));
      Path folder = requireNonNull(one.getParent());
      assertEquals(folder, two.getParent());
      assertEquals("rwx------", permissions(folder));
      assertTrue(left().get(0).matches("passerelle-.*\\.scratch"), left().toString());
    }
    assertEquals(List.of(), left());
  }

  private static String permissions(Path path) throws IOException {
    return java.nio.file.attribute.PosixFilePermissions.toString(
        Files.getPosixFilePermissions(path));
  }

  @Test
  void whatADeadServerLeftIsRemoved() throws IOException {
    abandoned("passerelle-1.scratch");
    try (ScratchFolder scratch = new ScratchFolder(parent)) {
      scratch.removeAbandoned();
      assertEquals(List.of(), left());
    }
  }

  /** Another server in this process, and one in another. */
  @Test
  void whatALivingServerHasStays() throws IOException, InterruptedException {
    try (ScratchFolder other = new ScratchFolder(parent);
        ScratchFolder scratch = new ScratchFolder(parent)) {
      Path file = other.newFile(".content");
      scratch.removeAbandoned();
      assertTrue(Files.exists(file));
      // The lock is still there for others: a look must not have let it go.
      assertEquals("held", tryLockElsewhere(file.resolveSibling("lock")));
    }
  }

  /** Tries the lock as another process does. */
  private static String tryLockElsewhere(Path lock) throws IOException, InterruptedException {
    String java = ProcessHandle.current().info().command().orElse("java");
    String classes = Locker.class.getProtectionDomain().getCodeSource().getLocation().getPath();
    Process process =
        new ProcessBuilder(java, "-cp", classes, Locker.class.getName(), lock.toString())
            .redirectErrorStream(true)
            .start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    process.waitFor();
    return said;
  }

  @Test
  void whatMayBeAnothersStays() throws IOException {
    Path outside = Files.createDirectory(parent.resolve("outside"));
    Files.createFile(outside.resolve("lock"));
    Files.createSymbolicLink(parent.resolve("passerelle-link.scratch"), outside);
    Files.createDirectory(parent.resolve("passerelle-young.scratch")); // without a lock yet
    Files.createFile(parent.resolve("passerelle-file.scratch"));
    abandoned("another.scratch");
    List<String> before = left();
    try (ScratchFolder scratch = new ScratchFolder(parent)) {
      scratch.removeAbandoned();
    }
    assertEquals(before, left());
    assertTrue(Files.exists(outside.resolve("lock")));
  }

  @Test
  void isMadeAnewIfSomebodyTidiedUp() throws IOException {
    try (ScratchFolder scratch = new ScratchFolder(parent)) {
      Path file = scratch.newFile(".content");
      Files.delete(file);
      Files.delete(file.resolveSibling("lock"));
      Files.delete(file.getParent());
      assertTrue(Files.exists(scratch.newFile(".content")));
      assertFalse(Files.exists(file.getParent()));
    }
    assertEquals(List.of(), left());
  }
}
