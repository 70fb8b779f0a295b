package passerelle.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.io.TemporaryFiles;

/**
 * A folder of one server's own for temporary files, made with the first of them.
 *
 * <p>A process that is killed leaves it behind. So it holds a file that is locked as long as its
 * server lives: the kernel lets the lock go with the process, in whatever container that was. Who
 * gets the lock of another folder knows that its server is dead, and removes it. The lock is taken
 * before its file has the name by which others find it, so a young folder is not mistaken for one
 * that was left.
 *
 * <p>Safe from any thread.
 */
final class ScratchFolder implements TemporaryFiles, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ScratchFolder.class);
  private static final String NAMES = "passerelle-*.scratch";
  private static final String LOCK = "lock";

  /** Of this process. To look at their locks, even in vain, would let them go. */
  private static final Set<Path> OWN = ConcurrentHashMap.newKeySet();

  private final Path parent;
  // Guarded by this:
  private @Nullable Path folder;
  private @Nullable FileChannel lock;

  /** No folder yet, in the system's for temporary files. */
  ScratchFolder() {
    this(Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  /** No folder yet, below another. */
  ScratchFolder(Path parent) {
    this.parent = parent;
  }

  @Override
  public synchronized Path newFile(String ending) throws IOException {
    try {
      return Files.createTempFile(folder(), "passerelle-", ending);
    } catch (NoSuchFileException e) {
      close(); // somebody tidies up there
      return Files.createTempFile(folder(), "passerelle-", ending);
    }
  }

  private Path folder() throws IOException {
    Path current = folder;
    if (current == null) {
      current = Files.createTempDirectory(parent, "passerelle-");
      Path named = current.resolveSibling(current.getFileName() + ".scratch");
      OWN.add(named); // first: nobody may look at its lock
      boolean isMoved = false;
      try {
        Files.move(current, named);
        isMoved = true;
      } finally {
        if (!isMoved) {
          OWN.remove(named);
          Files.deleteIfExists(current);
        }
      }
      folder = named;
      current = named;
      lock = locked(named);
    }
    return current;
  }

  /** Without locks, as some file systems are, the folder stays when the process is killed. */
  private static @Nullable FileChannel locked(Path folder) {
    Path young = folder.resolve("young");
    FileChannel channel = null;
    try {
      channel = FileChannel.open(young, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
      if (channel.tryLock() != null) {
        Files.move(young, folder.resolve(LOCK), StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (IOException | OverlappingFileLockException e) {
      log.debug("the temporary folder {} has no lock", folder, e);
    }
    return channel;
  }

  /** Removes the folders that servers of this user have left which are dead for certain. */
  void removeAbandoned() {
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, NAMES)) {
      for (Path other : folders) {
        if (!OWN.contains(other)) {
          removeIfAbandoned(other);
        }
      }
    } catch (IOException | RuntimeException e) {
      log.debug("nothing is tidied up in {}", parent, e);
    }
  }

  /** A directory of this user: what is in it was put there by nobody else. */
  private static boolean isOurs(Path folder) throws IOException {
    LinkOption itself = LinkOption.NOFOLLOW_LINKS;
    Object user = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    return Files.isDirectory(folder, itself)
        && user.equals(Files.getAttribute(folder, "unix:uid", itself));
  }

  /** Whatever becomes of one folder, the others are looked at. */
  private static void removeIfAbandoned(Path folder) {
    try {
      if (isOurs(folder)) {
        removeUnlessLocked(folder);
      }
    } catch (NoSuchFileException e) {
      log.debug("{} has no lock: nobody knows whether its server lives", folder);
    } catch (IOException | OverlappingFileLockException e) {
      log.debug("{} is left alone", folder, e);
    }
  }

  private static void removeUnlessLocked(Path folder) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(LOCK), StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      FileLock theirs = channel.tryLock();
      if (theirs != null) {
        remove(folder);
        log.info("removed {}, which a server that was killed had left", folder);
      }
    }
  }

  /** The lock goes last: what cannot be removed now is another's to remove. */
  private static void remove(Path folder) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (!file.endsWith(LOCK)) {
          Files.deleteIfExists(file);
        }
      }
    }
    Files.deleteIfExists(folder.resolve(LOCK));
    Files.deleteIfExists(folder);
  }

  /** Removes the folder, with what is still in it. */
  @Override
  public synchronized void close() {
    Path current = folder;
    FileChannel held = lock;
    folder = null;
    lock = null;
    if (current == null) {
      return;
    }
    try {
      try {
        remove(current);
      } finally {
        if (held != null) {
          held.close(); // after the folder: until then it is ours
        }
      }
    } catch (IOException e) {
      log.debug("the temporary folder {} is left behind", current, e);
    } finally {
      OWN.remove(current);
    }
  }
}
