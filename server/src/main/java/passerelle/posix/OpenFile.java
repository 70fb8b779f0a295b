package passerelle.posix;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import passerelle.io.OctetPath;

/**
 * A regular file, opened for reading along a path on which nothing was a symbolic link.
 *
 * <p>A path that was found to be real may have become another by the time it is opened. Here the
 * system itself walks it and refuses links, so what was checked is what is opened. It is opened in
 * a way that never waits for a FIFO, and its attributes are those of the open file, not of whatever
 * has the name by now.
 *
 * <p>Without native calls they are those of the name, from before and after the opening, which must
 * agree. Only a file that another replaced in between, and that came back at once, is not noticed.
 * A FIFO that takes the name at that moment may then hold the worker.
 *
 * <p>Opening may wait for the disk: it is for workers. The questions are for the loop, and do not,
 * but for a file that grew, and without native calls for any, of which both ends are read. Whoever
 * opened it closes it.
 *
 * <p>Safe from any thread.
 */
public final class OpenFile implements Closeable {
  private static final int NONE = -1;

  /** How often a file is opened that another takes the place of meanwhile. */
  private static final int ATTEMPTS = 3;

  private static final Set<StandardOpenOption> READ = Set.of(StandardOpenOption.READ);

  /**
   * How much of both ends is remembered, to tell a file that grew from one that was written anew.
   */
  private static final int SAMPLE_OCTETS = 4096;

  private final FileChannel channel;
  private final BasicFileAttributes attributes;
  private final int descriptor;
  private final NativeFile.@Nullable Version version;
  private final ByteBuffer sample;
  private final AtomicBoolean isClosed = new AtomicBoolean();

  private OpenFile(
      FileChannel channel,
      BasicFileAttributes attributes,
      int descriptor,
      NativeFile.@Nullable Version version)
      throws IOException {
    this.channel = channel;
    this.attributes = attributes;
    this.descriptor = descriptor;
    this.version = version;
    this.sample = sample();
  }

  /** Octets from both ends of the file, as long as it was when it was opened. */
  private ByteBuffer sample() throws IOException {
    int length = (int) Math.min(SAMPLE_OCTETS, attributes.size());
    ByteBuffer octets = ByteBuffer.allocate(2 * length).limit(length);
    channel.read(octets, 0);
    octets.limit(octets.position() + length);
    channel.read(octets, attributes.size() - length);
    return octets.flip();
  }

  /**
   * Opens the file at a real path.
   *
   * @throws java.nio.file.NoSuchFileException if it is gone, or a link stands in the way by now
   * @throws OutOfDescriptorsException if no descriptor is left, where the system tells
   * @throws IOException if it is no regular file, or may not be read
   */
  public static OpenFile open(Path real) throws IOException {
    return NativeFile.isAvailable() ? openNatively(real) : openStepByStep(real);
  }

  /** How many descriptors an open file takes. */
  public static int descriptorsOfEach() {
    return NativeFile.isAvailable() ? 2 : 1;
  }

  /**
   * Whether the system knows, without asking the disk, that there is nothing by an absolute name,
   * one character per octet. Never waits.
   */
  public static boolean isSurelyMissing(String name) {
    return NativeFile.isAvailable() && NativeFile.isKnownToBeMissing(name);
  }

  private static OpenFile openNatively(Path real) throws IOException {
    int descriptor = NativeFile.open(OctetPath.octets(real));
    FileChannel channel = null;
    OpenFile opened = null;
    try {
      Path link = NativeFile.link(descriptor);
      NativeFile.Version version = NativeFile.attributes(descriptor);
      BasicFileAttributes attributes = FileAttributes.read(link);
      requireRegular(real, attributes);
      channel = openAgain(link, real);
      opened = new OpenFile(channel, attributes, descriptor, version);
      return opened;
    } finally {
      if (opened == null) {
        NativeFile.closeDescriptor(descriptor);
        if (channel != null) {
          channel.close();
        }
      }
    }
  }

  /**
   * A channel for a regular file that is open. The JDK tells no error number, so when it fails the
   * system is asked again: only that says whether there is no descriptor left.
   */
  static FileChannel openAgain(Path link, Path real) throws IOException {
    try {
      return FileChannel.open(link, READ);
    } catch (AccessDeniedException | NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      NativeFile.closeDescriptor(openNumber(link, real));
      return FileChannel.open(link, READ); // whatever it was may be over
    }
  }

  private static int openNumber(Path link, Path real) throws IOException {
    try {
      return NativeFile.openFollowing(OctetPath.octets(link));
    } catch (OutOfDescriptorsException e) {
      OutOfDescriptorsException shortage = new OutOfDescriptorsException(OctetPath.octets(real));
      shortage.initCause(e);
      throw shortage;
    }
  }

  /** The same by the JDK alone: one directory after the other, each opened in the one before. */
  static OpenFile openStepByStep(Path real) throws IOException {
    try (DirectoryStream<Path> root = Files.newDirectoryStream(real.getRoot())) {
      return openBelow(root, real, 0);
    }
  }

  /** Opens what a path names below its first {@code depth} names, which led to a directory. */
  static OpenFile openBelow(DirectoryStream<Path> directory, Path real, int depth)
      throws IOException {
    if (!(directory instanceof SecureDirectoryStream<Path> secure)) {
      throw new IOException("this system cannot open a file in a directory that is open");
    }
    Path name = real.getName(depth);
    BasicFileAttributeView view =
        secure.getFileAttributeView(name, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (depth < real.getNameCount() - 1) {
      BasicFileAttributes expected = view.readAttributes();
      // Only a directory can be opened with a dot behind it, so this never waits for a FIFO; but a
      // link that was put in its place would be followed.
      try (DirectoryStream<Path> next = secure.newDirectoryStream(name.resolve("."))) {
        requireSameDirectory(real, expected, next);
        return openBelow(next, real, depth + 1);
      }
    }
    BasicFileAttributes before = view.readAttributes();
    for (int i = 1; i <= ATTEMPTS; i++) {
      requireRegular(real, before);
      FileChannel channel =
          (FileChannel)
              secure.newByteChannel(
                  name, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
      OpenFile opened = null;
      try {
        BasicFileAttributes after = view.readAttributes();
        if (isSame(before, after) || (i == ATTEMPTS && isSameFile(before, after))) {
          opened = new OpenFile(channel, after, NONE, null);
          return opened;
        }
        before = after;
      } finally {
        if (opened == null) {
          channel.close();
        }
      }
    }
    throw new FileSystemException(
        OctetPath.octets(real), null, "another file takes its place time and again");
  }

  private static boolean isSame(BasicFileAttributes before, BasicFileAttributes after) {
    return isSameFile(before, after)
        && before.size() == after.size()
        && before.lastModifiedTime().equals(after.lastModifiedTime());
  }

  private static boolean isSameFile(BasicFileAttributes before, BasicFileAttributes after) {
    return after.isRegularFile() && Objects.equals(before.fileKey(), after.fileKey());
  }

  private static void requireSameDirectory(
      Path real, BasicFileAttributes expected, DirectoryStream<Path> opened) throws IOException {
    Object key = null;
    if (expected.isDirectory() && opened instanceof SecureDirectoryStream<Path> secure) {
      key = secure.getFileAttributeView(BasicFileAttributeView.class).readAttributes().fileKey();
    }
    if (key == null || !key.equals(expected.fileKey())) {
      throw new NoSuchFileException(OctetPath.octets(real));
    }
  }

  private static void requireRegular(Path path, BasicFileAttributes attributes)
      throws FileSystemException {
    if (!attributes.isRegularFile()) {
      throw new FileSystemException(OctetPath.octets(path), null, "not a regular file");
    }
  }

  /** Octets from both ends of the file, of 4 KiB each if it is so long, as they were then. */
  public ByteBuffer ends() {
    return sample.asReadOnlyBuffer();
  }

  /** The channel; whoever uses it leaves its position alone. */
  public FileChannel channel() {
    return channel;
  }

  /** The attributes of the open file, from the moment it was opened. */
  public BasicFileAttributes attributes() {
    return attributes;
  }

  /**
   * Reads all that it held when it was opened, which must fit an array; null if that has changed
   * meanwhile.
   */
  public byte @Nullable [] readWhole() throws IOException {
    byte[] octets = new byte[Math.toIntExact(attributes.size())];
    ByteBuffer target = ByteBuffer.wrap(octets);
    int count = 1;
    while (target.hasRemaining() && count > 0) {
      count = channel.read(target, target.position());
    }
    return !target.hasRemaining() && isUnchanged() ? octets : null;
  }

  /**
   * Whether a part can be read without waiting for the disk, as far as its first and last octets
   * tell. Pages come in and leave in runs, so what lies between is seldom otherwise.
   *
   * @param count at least 1
   */
  public boolean isResident(long position, long count) {
    return descriptor != NONE
        && NativeFile.residency(descriptor, position) == NativeFile.Residency.RESIDENT
        && (count == 1
            || NativeFile.residency(descriptor, position + count - 1)
                == NativeFile.Residency.RESIDENT);
  }

  /**
   * Reads what can be had without waiting for the disk.
   *
   * @param target a direct buffer with room for {@code count} octets
   * @return how many octets were read; 0 if that would have to wait, or the system does not tell
   */
  public int readResident(ByteBuffer target, long position, int count) {
    return descriptor == NONE || !target.isDirect()
        ? 0
        : NativeFile.readResident(descriptor, target, position, count);
  }

  /**
   * Whether it is still as it was when it was opened, by size and date, or without native calls by
   * size and both ends. That is more than {@link #isUnchanged} asks for, since a file that only
   * grew is another version.
   */
  public boolean isSameVersion() throws IOException {
    return version == null
        ? channel.size() == attributes.size() && isUnchanged()
        : NativeFile.attributes(descriptor).equals(version);
  }

  /**
   * Whether the content is still that of the moment it was opened. A file that only grew, as a log
   * does, counts as unchanged: what was there still is.
   */
  public boolean isUnchanged() throws IOException {
    if (version == null) {
      return channel.size() >= attributes.size() && sample.equals(sample());
    }
    NativeFile.Version now = NativeFile.attributes(descriptor);
    return now.equals(version) || (now.size() > version.size() && sample.equals(sample()));
  }

  /** Closes it; a second time does nothing. */
  @Override
  public void close() throws IOException {
    if (!isClosed.compareAndSet(false, true)) {
      return; // by now the number may be that of another file
    }
    try {
      channel.close();
    } finally {
      if (descriptor != NONE) {
        NativeFile.closeDescriptor(descriptor);
      }
    }
  }
}
