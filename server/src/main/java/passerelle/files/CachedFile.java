package passerelle.files;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Body;
import passerelle.http.Exchange;
import passerelle.http.FileBody;
import passerelle.http.Response;
import passerelle.posix.FileAttributes;

/**
 * One version of one regular file in one coding, as a path leads to it: its fields, and what is
 * held of it, which other paths may share.
 *
 * <p>Whoever wants to send it holds it first, and releases it afterwards; what is being sent then
 * holds it as well.
 *
 * <p>Bodies are for the loop; the rest any thread may ask.
 *
 * <p>Safe from any thread.
 */
public final class CachedFile {
  private static final Logger log = LoggerFactory.getLogger(CachedFile.class);

  private final Path path;
  private final FileFields fields;
  private final FileStore store;
  private final HeldFile held;

  /** A file at a real path. */
  CachedFile(Path path, FileFields fields, FileStore store, HeldFile held) {
    this.path = path;
    this.fields = fields;
    this.store = store;
    this.held = held;
  }

  /** How many octets there are to send. */
  long size() {
    return held.size();
  }

  /** What the head of a response says of it. */
  FileFields fields() {
    return fields;
  }

  /** What is held of it. */
  HeldFile held() {
    return held;
  }

  /** Whether it is still held, and the path and the attributes describe the same version. */
  boolean isSameAs(@Nullable Path otherPath, @Nullable BasicFileAttributes other) {
    return other != null
        && held.isThere()
        && path.equals(otherPath)
        && FileAttributes.isSame(held.attributes(), other);
  }

  /** Whether its validators were early when they were made, and would not be by now. */
  boolean isEarlyNoMore(long nowNanos) {
    return fields.isEarly() && !Validators.isEarly(held.attributes(), nowNanos);
  }

  /** Holds it for the caller; false if it gave way to others, and has to be looked up again. */
  public boolean tryHold() {
    return held.tryHold();
  }

  /** The caller is done with it. */
  public void release() {
    held.release();
  }

  /** Another path leads to it. */
  void list() {
    store.list(held);
  }

  /** A path leads to it no more. */
  void unlist() {
    store.unlist(held);
  }

  /**
   * Whether it is known to have changed since it was opened. What is in memory is whole whatever
   * becomes of the file, and needs no question. The caller holds it.
   */
  boolean isOutdated() {
    try {
      return !held.isInMemory() && !held.open().isSameVersion();
    } catch (IOException e) {
      log.debug("{} does not tell whether it changed", path, e);
      return true;
    }
  }

  /** Whether it has changed, but only has more at its end now. The caller holds it. On a worker. */
  boolean hasOnlyGrown() {
    try {
      return !held.isInMemory() && held.open().isUnchanged();
    } catch (IOException e) {
      log.debug("{} does not tell whether it grew", path, e);
      return false;
    }
  }

  /**
   * A body for a part of the file; {@code reads} has a worker read what is not in the page cache.
   */
  Body part(long position, long length, DiskQueue reads, Exchange exchange) {
    if (held.isInMemory()) {
      return held.contentPart(position, length, begin(exchange));
    }
    return new FileBody(source(reads, exchange), position, length);
  }

  /** The open file for one more user, who releases it. */
  HeldSource source(DiskQueue reads, Exchange exchange) {
    return new HeldSource(held, begin(exchange), reads, path);
  }

  /** The same, of a file that the caller holds as long as the body is sent. */
  Body part(long position, long length, DiskQueue reads) {
    if (held.isInMemory()) {
      return held.contentPart(position, length, () -> {});
    }
    return new FileBody(new HeldSource(held, () -> {}, reads, path), position, length);
  }

  /** Sets the response's body to the whole file. */
  void sendWhole(Exchange exchange, DiskQueue reads) {
    Response response = exchange.response();
    if (held.isInMemory()) {
      held.sendContent(response, begin(exchange));
    } else {
      response.body(part(0, held.size(), reads, exchange));
    }
  }

  /** Holds it for an answer, or a part of one, until the task is run. */
  Sending begin(Exchange exchange) {
    if (!held.tryHold()) {
      throw new IllegalStateException("the file is not held by who sends it");
    }
    return store.begin(exchange, held);
  }
}
