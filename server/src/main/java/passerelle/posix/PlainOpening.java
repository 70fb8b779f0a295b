package passerelle.posix;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import passerelle.io.OctetPath;

/**
 * Opens files by paths that may hold links, and that others may change, without ever waiting for a
 * FIFO.
 *
 * <p>What was opened is looked at before it is used, and not whatever had the name before. Without
 * native calls it is the name that is looked at first, which leaves others a moment to change it.
 *
 * <p>It may wait for the disk: it is for workers, and for a server that starts.
 *
 * <p>Safe from any thread.
 */
public final class PlainOpening {
  private PlainOpening() {}

  /**
   * Reads a regular file from its start.
   *
   * @param most how many octets are read at most
   * @throws FileSystemException if it is no regular file
   * @throws IOException if it cannot be opened or read
   */
  public static byte[] read(Path path, int most) throws IOException {
    return read(OctetPath.octets(path), most);
  }

  /**
   * The same by an absolute name, one character per octet, which is faster.
   *
   * @param most how many octets are read at most
   */
  public static byte[] read(String name, int most) throws IOException {
    if (!NativeFile.isAvailable()) {
      Path path = OctetPath.of(name);
      require(name, Files.readAttributes(path, BasicFileAttributes.class).isRegularFile());
      try (InputStream in = Files.newInputStream(path)) {
        return in.readNBytes(most);
      }
    }
    int descriptor = NativeFile.openFollowing(name);
    try {
      require(name, NativeFile.isRegular(descriptor));
      return NativeFile.read(descriptor, most);
    } finally {
      NativeFile.closeDescriptor(descriptor);
    }
  }

  private static void require(String name, boolean isRegularFile) throws IOException {
    if (!isRegularFile) {
      throw new FileSystemException(name, null, "not a regular file");
    }
  }

  /**
   * Opens a file, a device, or a FIFO that somebody reads, to write at its end; a file that is
   * missing is created.
   *
   * @throws IOException if it cannot be opened, or is a FIFO that nobody reads
   */
  public static OutputStream append(Path path) throws IOException {
    if (!NativeFile.isAvailable()) {
      return Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    int descriptor = NativeFile.openToAppend(OctetPath.octets(path));
    try {
      return Files.newOutputStream(NativeFile.link(descriptor), StandardOpenOption.APPEND);
    } finally {
      NativeFile.closeDescriptor(descriptor);
    }
  }
}
