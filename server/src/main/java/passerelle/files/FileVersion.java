package passerelle.files;

import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;
import passerelle.posix.FileAttributes;

/**
 * What tells the content of a file from every other, by whatever path it was reached: the device
 * and the inode, the size, the dates, and whether it was compressed here.
 *
 * <p>Immutable.
 *
 * @param fileKey device and inode
 * @param size in octets, before it was compressed
 * @param modified the date of the last change of its content, as far as programs say it
 * @param changed the date of the last change of whatever kind, which the system says
 * @param isCompressed whether it is the file in the gzip coding, made by this server
 */
record FileVersion(
    Object fileKey, long size, FileTime modified, FileTime changed, boolean isCompressed) {
  /** The version that the attributes describe; null where the system does not tell files apart. */
  static @Nullable FileVersion of(BasicFileAttributes attributes, boolean isCompressed) {
    Object key = attributes.fileKey();
    return key == null
        ? null
        : new FileVersion(
            key,
            attributes.size(),
            attributes.lastModifiedTime(),
            FileAttributes.changed(attributes),
            isCompressed);
  }

  // Written out, since what records have by themselves is linked when the first file is read.
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileVersion that
        && size == that.size
        && isCompressed == that.isCompressed
        && fileKey.equals(that.fileKey)
        && modified.equals(that.modified)
        && changed.equals(that.changed);
  }

  @Override
  public int hashCode() {
    return 31 * fileKey.hashCode() + Long.hashCode(size);
  }
}
