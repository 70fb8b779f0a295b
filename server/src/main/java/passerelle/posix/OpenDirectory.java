package passerelle.posix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import passerelle.io.OctetPath;

/**
 * A directory, opened along a path on which nothing was a symbolic link: what is read of it is read
 * of this directory, whatever its path leads to by now.
 *
 * <p>Without native calls it is just the path, followed by a dot: whatever is no directory by now
 * is refused by the system, and opening it never waits for a FIFO.
 *
 * <p>Whoever opened it closes it.
 *
 * <p>Safe from any thread.
 */
public final class OpenDirectory implements Closeable {
  private static final int NONE = -1;

  private final Path path;
  private final int descriptor;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private OpenDirectory(Path path, int descriptor) {
    this.path = path;
    this.descriptor = descriptor;
  }

  /**
   * Opens the directory at a real path. For workers.
   *
   * @throws java.nio.file.NoSuchFileException if it is gone, or a link stands in the way by now
   */
  public static OpenDirectory open(Path real) throws IOException {
    if (!NativeFile.isAvailable()) {
      return withoutCalls(real);
    }
    int descriptor = NativeFile.openDirectory(OctetPath.octets(real));
    return new OpenDirectory(NativeFile.link(descriptor), descriptor);
  }

  /** The directory by its path alone. */
  static OpenDirectory withoutCalls(Path real) {
    return new OpenDirectory(real.resolve("."), NONE);
  }

  /** The path to read it by, as long as it is open. */
  public Path path() {
    return path;
  }

  /** Closes it; a second time does nothing. */
  @Override
  public void close() {
    if (descriptor != NONE && isClosed.compareAndSet(false, true)) {
      NativeFile.closeDescriptor(descriptor);
    }
  }
}
