package passerelle.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Body;
import passerelle.http.BytesBody;
import passerelle.http.FileBody;
import passerelle.http.FileSource;
import passerelle.http.Response;
import passerelle.posix.OpenFile;

/**
 * One version of one regular file in one coding: its validators, its fields, and its content or the
 * open file.
 *
 * <p>A small file's content is held in memory. A larger one is held open and shared by all who send
 * it; it is closed when the last of them is done after the version was retired.
 *
 * <p>A worker makes it and hands it over; from then on only what never changes may be read by
 * workers.
 *
 * <p>Confined to the loop thread.
 */
public final class CachedFile {
  private static final Logger log = LoggerFactory.getLogger(CachedFile.class);

  /** How much of a part that is to become resident a worker reads at once. */
  private static final int READ_OCTETS = 128 * 1024;

  private final Path path;
  private final BasicFileAttributes attributes;
  private final FileFields fields;
  private final @Nullable ByteBuffer content;
  private @Nullable OpenFile open;
  private int users;
  private boolean isRetired;

  /** Content in memory, from position 0 to the limit. */
  CachedFile(Path path, BasicFileAttributes attributes, FileFields fields, ByteBuffer content) {
    this.path = path;
    this.attributes = attributes;
    this.fields = fields;
    this.content = content;
  }

  /** An open file, which this owns from now on. */
  CachedFile(Path path, OpenFile open, FileFields fields) {
    this.path = path;
    this.attributes = open.attributes();
    this.fields = fields;
    this.content = null;
    this.open = open;
  }

  /** How many octets there are to send. */
  long size() {
    return content == null ? attributes.size() : content.limit();
  }

  /** What the head of a response says of it. */
  FileFields fields() {
    return fields;
  }

  /** The file, as it was when it was opened. Any thread may ask. */
  BasicFileAttributes attributes() {
    return attributes;
  }

  /** Whether the attributes describe the same version of the file. Any thread may ask. */
  boolean isSameAs(@Nullable Path otherPath, @Nullable BasicFileAttributes other) {
    return other != null
        && path.equals(otherPath)
        && attributes.size() == other.size()
        && attributes.lastModifiedTime().equals(other.lastModifiedTime())
        && Objects.equals(attributes.fileKey(), other.fileKey());
  }

  /** How many octets of memory the content takes. */
  long heldOctets() {
    return content == null ? 0 : content.limit();
  }

  boolean isOpen() {
    return open != null;
  }

  /** The content, for a worker that has not handed it over yet; null if it has changed. */
  byte @Nullable [] copy() throws IOException {
    if (content == null) {
      return opened().readWhole();
    }
    byte[] octets = new byte[content.limit()];
    content.get(0, octets);
    return octets;
  }

  /** A body for a part of the file; {@code worker} reads what is not in the page cache. */
  Body part(long position, long length, Executor worker, Executor loop) {
    if (content != null) {
      return BytesBody.of(content, (int) position, (int) length);
    }
    return new FileBody(source(worker, loop), position, length);
  }

  /** The open file for one more user, who releases it. */
  FileSource source(Executor worker, Executor loop) {
    OpenFile file = opened();
    users++;
    return new Source(file, worker, loop);
  }

  /** Sets the response's body to the whole file. */
  void sendWhole(Response response, Executor worker, Executor loop) {
    if (content != null) {
      response.content(content, 0, content.limit());
    } else {
      response.body(part(0, size(), worker, loop));
    }
  }

  private OpenFile opened() {
    if (open == null) {
      throw new IllegalStateException("the file is not open");
    }
    return open;
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
    OpenFile file = open;
    if (isRetired && users == 0 && file != null) {
      open = null;
      try {
        file.close();
      } catch (IOException e) {
        log.warn("closing {}: {}", path, e.getMessage());
      }
    }
  }

  /** The open file, as one body sees it. */
  private final class Source implements FileSource {
    private final OpenFile file;
    private final Executor worker;
    private final Executor loop;
    private volatile boolean isReleased;

    Source(OpenFile file, Executor worker, Executor loop) {
      this.file = file;
      this.worker = worker;
      this.loop = loop;
    }

    @Override
    public FileChannel channel() {
      return file.channel();
    }

    @Override
    public boolean isResident(long position, long count) {
      return file.isResident(position, count);
    }

    @Override
    public int readResident(ByteBuffer target, long position, int count) {
      return file.readResident(target, position, count);
    }

    @Override
    public void fetch(long position, long count, Runnable whenDone) {
      Runnable done =
          () -> {
            CachedFile.this.release();
            whenDone.run();
          };
      Runnable task =
          () -> {
            try {
              read(position, count);
            } finally {
              loop.execute(done);
            }
          };
      users++; // closing a channel would wait for whoever reads from it
      try {
        worker.execute(task);
      } catch (RejectedExecutionException e) {
        log.debug("{} is sent without being read first", path, e); // when there is no room for it
        done.run();
      }
    }

    private void read(long position, long count) {
      ByteBuffer scratch = ByteBuffer.allocate((int) Math.min(count, READ_OCTETS));
      try {
        long end = position + count;
        int octets = 1;
        for (long at = position; at < end && octets > 0 && !isReleased; at += octets) {
          scratch.clear().limit((int) Math.min(end - at, scratch.capacity()));
          octets = file.channel().read(scratch, at);
        }
      } catch (IOException e) {
        log.debug("reading {} failed; sending it will too", path, e);
      }
    }

    @Override
    public boolean isUnchanged() throws IOException {
      return file.isUnchanged();
    }

    @Override
    public void release() {
      isReleased = true; // nobody waits any more for what is being read
      CachedFile.this.release();
    }
  }
}
