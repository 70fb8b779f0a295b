package passerelle.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.FileBody;
import passerelle.http.HttpDate;
import passerelle.http.Response;

/**
 * One version of one regular file: its validators, its rendered fields, and its content or an open
 * channel.
 *
 * <p>A small file's content is held in memory. A larger one is held open and shared by all who send
 * it; the channel closes when the last of them is done after the file was retired.
 *
 * <p>Confined to the loop thread.
 */
final class CachedFile {
  private static final Logger log = LoggerFactory.getLogger(CachedFile.class);

  private final Path path;
  private final BasicFileAttributes attributes;
  private final long size;
  private final long lastModifiedSecond;
  private final String entityTag;
  private final ByteBuffer fields;
  private final ByteBuffer validatorFields;
  private @Nullable ByteBuffer content;
  private @Nullable FileChannel channel;
  private int users;
  private boolean isRetired;

  /** When the file was last compared with the disk, on the loop's clock. */
  long checkedNanos;

  /** A version of a file, as its attributes describe it. */
  CachedFile(Path path, BasicFileAttributes attributes, String mediaType, long nowEpochSecond) {
    this.path = path;
    this.attributes = attributes;
    this.size = attributes.size();
    long modifiedNanos = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    // A date in the future is not a valid validator (RFC 9110 §8.8.2.1).
    this.lastModifiedSecond =
        Math.min(attributes.lastModifiedTime().to(TimeUnit.SECONDS), nowEpochSecond);
    this.entityTag =
        '"' + Long.toHexString(modifiedNanos) + '-' + Long.toHexString(size) + '-' + key() + '"';
    String validators =
        "ETag: "
            + entityTag
            + "\r\nLast-Modified: "
            + HttpDate.format(lastModifiedSecond)
            + "\r\nCache-Control: no-cache\r\n";
    this.validatorFields = octets(validators);
    this.fields =
        octets(
            validators
                + "Content-Type: "
                + mediaType
                + "\r\nAccept-Ranges: bytes\r\nX-Content-Type-Options: nosniff\r\n");
  }

  private static ByteBuffer octets(String lines) {
    return ByteBuffer.wrap(lines.getBytes(StandardCharsets.ISO_8859_1)).asReadOnlyBuffer();
  }

  /** The inode, so that a file replaced within one tick of its clock still gets a new tag. */
  private String key() {
    Object key = attributes.fileKey();
    return key == null ? "0" : Integer.toHexString(key.hashCode());
  }

  long size() {
    return size;
  }

  long lastModifiedSecond() {
    return lastModifiedSecond;
  }

  String entityTag() {
    return entityTag;
  }

  /** The field lines of a 200. */
  ByteBuffer fields() {
    return fields;
  }

  /** The field lines of a 304. */
  ByteBuffer validatorFields() {
    return validatorFields;
  }

  /** Whether the attributes describe the same version of the file. */
  boolean isSameAs(Path otherPath, BasicFileAttributes other) {
    return path.equals(otherPath)
        && size == other.size()
        && attributes.lastModifiedTime().equals(other.lastModifiedTime())
        && Objects.equals(attributes.fileKey(), other.fileKey());
  }

  /** How many octets of memory the content takes. */
  long heldOctets() {
    return content == null ? 0 : size;
  }

  boolean isOpen() {
    return channel != null;
  }

  /**
   * Opens the file and, if it has at most {@code inlineOctets}, reads it and closes it again.
   *
   * @throws IOException if it cannot be opened or read
   */
  void open(int inlineOctets) throws IOException {
    FileChannel opened = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    try {
      if (size > inlineOctets || opened.size() != size) {
        channel = opened;
        return;
      }
      ByteBuffer octets = ByteBuffer.allocate((int) size);
      int count;
      do {
        count = opened.read(octets);
      } while (count > 0);
      if (!octets.hasRemaining()) {
        content = octets;
      }
    } finally {
      if (channel == null) {
        opened.close();
      }
    }
    if (content == null) {
      throw new IOException("the file changed while it was read");
    }
  }

  /** Sets the response's body to a part of the file. */
  void sendPart(Response response, long position, long length) {
    ByteBuffer held = content;
    FileChannel open = channel;
    if (held != null) {
      response.content(held, (int) position, (int) length);
    } else if (open != null) {
      users++;
      response.body(new FileBody(open, position, length, this::release));
    } else {
      throw new IllegalStateException("the file is not open");
    }
  }

  private void release() {
    users--;
    closeIfUnused();
  }

  /** The file left the cache: close it as soon as nobody sends it. */
  void retire() {
    isRetired = true;
    closeIfUnused();
  }

  private void closeIfUnused() {
    FileChannel open = channel;
    if (isRetired && users == 0 && open != null) {
      channel = null;
      try {
        open.close();
      } catch (IOException e) {
        log.warn("closing {}: {}", path, e.getMessage());
      }
    }
  }
}
