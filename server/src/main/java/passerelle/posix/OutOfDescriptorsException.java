package passerelle.posix;

import java.nio.file.FileSystemException;

/**
 * A file cannot be opened, since this process, or the system, has no descriptor left.
 *
 * <p>Immutable.
 */
public final class OutOfDescriptorsException extends FileSystemException {
  private static final long serialVersionUID = 1;

  OutOfDescriptorsException(String path) {
    super(path, null, "no descriptors are left");
  }
}
