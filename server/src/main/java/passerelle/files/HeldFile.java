package passerelle.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import passerelle.http.Body;
import passerelle.http.BytesBody;
import passerelle.http.FieldBlock;
import passerelle.http.FileBody;
import passerelle.http.Response;
import passerelle.posix.MemoryFile;
import passerelle.posix.OpenFile;

/**
 * What is held of one version of a file: its content in memory, or the open file; once for all who
 * send it, by whatever path they asked.
 *
 * <p>It is held for answers, each from {@link #tryHold} to {@link #release}, and listed for the
 * paths that lead to it. When neither is left it is closed. The {@link FileStore} may also close it
 * while paths lead to it, to make room; then nobody can hold it any more, and they look again.
 *
 * <p>Safe from any thread.
 */
final class HeldFile implements Clues {
  private static final int CLOSED = -1;

  /** Names with other media types, and codings, for which fields are kept. */
  private static final int FACES = 4;

  /** The fields for a media type, a coding, and further fields. */
  private record Face(String type, Coding coding, FieldBlock more, FileFields fields) {
    boolean isFor(String otherType, Coding otherCoding, FieldBlock otherMore) {
      return coding == otherCoding && type.equals(otherType) && more.equals(otherMore);
    }
  }

  /**
   * How one version is told from another.
   *
   * <p>Immutable.
   *
   * @param version by which others find it; null if nobody may, since it may still change unseen
   * @param attributes of the file when it was opened
   * @param fingerprint what its entity tag is made of
   */
  record Identity(
      @Nullable FileVersion version,
      BasicFileAttributes attributes,
      Validators.Fingerprint fingerprint) {}

  private final FileStore store;
  private final Identity identity;
  private final long size;
  private final boolean isInMemory;
  private final boolean isInMemoryFile;
  private final AtomicInteger answers = new AtomicInteger(1);
  private final List<Face> faces = new ArrayList<>(1);
  private @Nullable ByteBuffer content;
  private @Nullable FileChannel memory;
  private @Nullable OpenFile open;
  private final ResidentRun resident = new ResidentRun();

  /** How many paths lead to it; the store's lock guards changes. */
  volatile int paths;

  /** Whether it was sent since the store looked at it last. */
  volatile boolean isRecent;

  /** Whether compressing it was of no use. */
  volatile boolean isIncompressible;

  // What its octets tell, once that was asked; two workers come to the same.
  private volatile @Nullable Boolean isUtf8;
  private volatile @Nullable String type;

  /** Content in memory, whose octets were taken from the budget; held once, for the caller. */
  HeldFile(FileStore store, Identity identity, byte[] content) {
    this.store = store;
    this.identity = identity;
    this.content = ByteBuffer.wrap(content);
    this.isInMemory = true;
    this.isInMemoryFile = false;
    this.size = content.length;
  }

  /** The same in a file in memory, whose descriptor was taken from the budget as well. */
  HeldFile(FileStore store, Identity identity, FileChannel memory, int size) {
    this.store = store;
    this.identity = identity;
    this.memory = memory;
    this.isInMemory = true;
    this.isInMemoryFile = true;
    this.size = size;
  }

  /** An open file, whose descriptors were taken from the budget; held once, for the caller. */
  HeldFile(FileStore store, Identity identity, OpenFile open) {
    this.store = store;
    this.identity = identity;
    this.open = open;
    this.isInMemory = false;
    this.isInMemoryFile = false;
    this.size = open.attributes().size();
  }

  @Nullable FileVersion version() {
    return identity.version;
  }

  BasicFileAttributes attributes() {
    return identity.attributes;
  }

  /** How many octets there are to send. */
  long size() {
    return size;
  }

  /** Whether its content is in memory. */
  boolean isInMemory() {
    return isInMemory;
  }

  /** Whether its content is in a file in memory, which takes a descriptor. */
  boolean isInMemoryFile() {
    return isInMemoryFile;
  }

  /** Whether any later change of the file will show in its attributes. */
  boolean isSettled() {
    return identity.version != null;
  }

  /** Whether it was compressed here. */
  boolean isMade() {
    return identity.version != null && identity.version.isCompressed();
  }

  /**
   * What the head of a response says of it; made once for each media type and coding, and again
   * when the validators are early no more. The file is known to be still of this version.
   *
   * @param nowNanos in nanoseconds since 1970
   */
  FileFields fields(String type, Coding coding, FieldBlock more, long nowNanos) {
    synchronized (faces) {
      if (!Validators.isEarly(identity.attributes, nowNanos)) {
        faces.removeIf(face -> face.fields.isEarly());
      }
      for (Face face : faces) {
        if (face.isFor(type, coding, more)) {
          return face.fields;
        }
      }
      Validators validators = Validators.of(identity, coding, nowNanos);
      FileFields fields = new FileFields(validators, type, coding, more);
      if (faces.size() < FACES) {
        faces.add(new Face(type, coding, more, fields));
      }
      return fields;
    }
  }

  @Override
  public boolean isGzip() {
    return octets().isGzip();
  }

  @Override
  public boolean isUtf8() throws IOException {
    Boolean known = isUtf8;
    boolean isSo = known == null ? octets().isUtf8() : known;
    isUtf8 = isSo;
    return isSo;
  }

  @Override
  public boolean isDeclaredOtherwise() {
    return octets().isDeclaredOtherwise();
  }

  @Override
  public String type() throws IOException {
    String known = type;
    String found = known == null ? octets().type() : known;
    type = found;
    return found;
  }

  /** For those who hold it. */
  private Clues octets() {
    return isInMemory ? OctetClues.of(content()) : OctetClues.of(open());
  }

  /** Holds it for an answer; false if it was closed. */
  boolean tryHold() {
    int count = answers.get();
    while (count != CLOSED) {
      if (answers.compareAndSet(count, count + 1)) {
        if (!isRecent) {
          isRecent = true;
        }
        return true;
      }
      count = answers.get();
    }
    return false;
  }

  /** An answer is done with it. */
  void release() {
    if (answers.decrementAndGet() == 0 && paths == 0) {
      store.closeUnused(this);
    }
  }

  /** Whether it can still be held. */
  boolean isThere() {
    return answers.get() != CLOSED;
  }

  /** Whether an answer holds it, or it is closed. */
  boolean isBusy() {
    return answers.get() != 0;
  }

  /** Keeps anybody from holding it again; false if somebody does. */
  boolean tryClose() {
    return answers.compareAndSet(0, CLOSED);
  }

  /** Lets go of what it held, once {@link #tryClose} allowed that. */
  void drop() throws IOException {
    content = null; // whoever still knows it must not keep its octets
    FileChannel made = memory;
    memory = null;
    if (made != null) {
      MemoryFile.close(made);
    }
    OpenFile file = open;
    open = null;
    if (file != null) {
      file.close();
    }
  }

  /** The content in memory, in an array; for those who hold it, and know that it is there. */
  ByteBuffer content() {
    FileChannel made = memory;
    return made == null ? Objects.requireNonNull(content) : copyOf(made);
  }

  private ByteBuffer copyOf(FileChannel made) {
    ByteBuffer copy = ByteBuffer.allocate((int) size);
    try {
      while (copy.hasRemaining()) {
        made.read(copy, copy.position());
      }
    } catch (IOException e) {
      throw new UncheckedIOException("content in memory could not be read", e);
    }
    return copy.flip();
  }

  /** Sets a response's body to all of the content in memory; the task runs when that is closed. */
  void sendContent(Response response, Runnable onClose) {
    if (memory == null) {
      response.content(content(), (int) size, onClose);
    } else {
      response.body(contentPart(0, size, onClose));
    }
  }

  /** A body for a part of the content in memory; the task runs when it is closed. */
  Body contentPart(long position, long length, Runnable onClose) {
    FileChannel made = memory;
    return made == null
        ? BytesBody.of(content(), (int) position, (int) length, onClose)
        : new FileBody(new MemorySource(made, onClose), position, length);
  }

  /** What was found of the open file in the page cache; for the loop. */
  ResidentRun resident() {
    return resident;
  }

  /** The open file; for those who hold it, and know that it is open. */
  OpenFile open() {
    return Objects.requireNonNull(open);
  }
}
