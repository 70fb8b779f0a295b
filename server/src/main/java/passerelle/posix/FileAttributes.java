package passerelle.posix;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A file's attributes, and with them the date of its last change of whatever kind ({@code ctime}).
 * Programs set the other date as they like: {@code cp -p}, {@code tar} and {@code touch -r} may
 * give new content the date of the old. This one is the system's own.
 *
 * <p>Only where there are native calls, since what is opened without them does not tell it.
 *
 * <p>Immutable.
 */
public final class FileAttributes implements BasicFileAttributes {
  private static final String WANTED =
      "unix:ctime,lastModifiedTime,size,fileKey,isRegularFile,isDirectory,isSymbolicLink";

  private final FileTime changed;
  private final FileTime modified;
  private final long size;
  private final @Nullable Object fileKey;
  private final boolean isRegularFile;
  private final boolean isDirectory;
  private final boolean isSymbolicLink;

  private FileAttributes(Map<String, Object> values) {
    changed = (FileTime) told(values, "ctime");
    modified = (FileTime) told(values, "lastModifiedTime");
    size = (Long) told(values, "size");
    fileKey = values.get("fileKey");
    isRegularFile = (Boolean) told(values, "isRegularFile");
    isDirectory = (Boolean) told(values, "isDirectory");
    isSymbolicLink = (Boolean) told(values, "isSymbolicLink");
  }

  private static Object told(Map<String, Object> values, String name) {
    return Objects.requireNonNull(values.get(name), name);
  }

  /** Reads the attributes of what stands at a path; links are followed. */
  public static BasicFileAttributes read(Path path) throws IOException {
    return NativeFile.isAvailable()
        ? new FileAttributes(Files.readAttributes(path, WANTED))
        : Files.readAttributes(path, BasicFileAttributes.class);
  }

  /** Whether both tell of the same file, unchanged as far as they know. */
  public static boolean isSame(BasicFileAttributes one, BasicFileAttributes other) {
    return one.size() == other.size()
        && one.lastModifiedTime().equals(other.lastModifiedTime())
        && changed(one).equals(changed(other))
        && Objects.equals(one.fileKey(), other.fileKey());
  }

  /** The date of the last change of whatever kind; of the content, if no other is known. */
  public static FileTime changed(BasicFileAttributes attributes) {
    return attributes instanceof FileAttributes all ? all.changed : attributes.lastModifiedTime();
  }

  @Override
  public FileTime lastModifiedTime() {
    return modified;
  }

  /** The date of the last modification: nobody asks for this one. */
  @Override
  public FileTime lastAccessTime() {
    return modified;
  }

  /** The date of the last modification: nobody asks for this one. */
  @Override
  public FileTime creationTime() {
    return modified;
  }

  @Override
  public boolean isRegularFile() {
    return isRegularFile;
  }

  @Override
  public boolean isDirectory() {
    return isDirectory;
  }

  @Override
  public boolean isSymbolicLink() {
    return isSymbolicLink;
  }

  @Override
  public boolean isOther() {
    return !isRegularFile && !isDirectory && !isSymbolicLink;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public @Nullable Object fileKey() {
    return fileKey;
  }
}
