package passerelle.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.FileSource;
import passerelle.posix.OpenFile;

/**
 * An open file that is held, as one body sees it.
 *
 * <p>Confined to the loop thread.
 */
final class HeldSource implements FileSource {
  private static final Logger log = LoggerFactory.getLogger(HeldSource.class);

  /** How much of a part that is to become resident a worker reads at once. */
  private static final int READ_OCTETS = 128 * 1024;

  private final HeldFile held;
  private final OpenFile file;
  private final Runnable onRelease;
  private final DiskQueue reads;
  private final Path path;
  private volatile boolean isReleased;

  /**
   * A source of a file that is held as long as this is used.
   *
   * @param onRelease run when the body is done with it
   * @param reads has a worker read what is cold
   * @param path the file's real path
   */
  HeldSource(HeldFile held, Runnable onRelease, DiskQueue reads, Path path) {
    this.held = held;
    this.file = held.open();
    this.onRelease = onRelease;
    this.reads = reads;
    this.path = path;
  }

  @Override
  public FileChannel channel() {
    return file.channel();
  }

  @Override
  public boolean isResident(long position, long count) {
    long now = System.nanoTime();
    ResidentRun run = held.resident();
    if (run.covers(position, count, now)) {
      return true;
    }
    boolean isNext = run.reaches(position, now); // then its begin was as good as asked for
    boolean isSo =
        isNext ? file.isResident(position + count - 1, 1) : file.isResident(position, count);
    if (isSo) {
      run.found(position, count, now);
    }
    return isSo;
  }

  @Override
  public int readResident(ByteBuffer target, long position, int count) {
    int read = file.readResident(target, position, count);
    if (read > 0) {
      held.resident().found(position, read, System.nanoTime());
    }
    return read;
  }

  @Override
  public void fetch(long position, long count, Runnable whenDone) {
    if (!held.tryHold()) { // closing a channel would wait for whoever reads from it
      throw new IllegalStateException("the file is not held by who sends it");
    }
    Fetch task = new Fetch(position, count, whenDone);
    if (!reads.tryAdd("files being sent", String.valueOf(path.getParent()), task)) {
      log.debug("a file is sent without being read first"); // when there is no room for it
      task.end(false);
    }
  }

  /** A part that becomes resident. */
  private final class Fetch implements DiskQueue.Task {
    private final long position;
    private final long count;
    private final Runnable whenDone;

    Fetch(long position, long count, Runnable whenDone) {
      this.position = position;
      this.count = count;
      this.whenDone = whenDone;
    }

    @Override
    public boolean isWanted() {
      return !isReleased;
    }

    @Override
    public void run() {
      read(position, count);
    }

    @Override
    public void end(boolean wasRun) {
      held.release();
      whenDone.run();
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
      log.debug("reading a file failed; sending it will too", e);
    }
  }

  @Override
  public boolean isUnchanged() throws IOException {
    return file.isUnchanged();
  }

  @Override
  public void release() {
    isReleased = true; // nobody waits any more for what is being read
    onRelease.run();
  }
}
