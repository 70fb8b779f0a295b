package passerelle.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import passerelle.io.Transport;

/**
 * A part of a file, sent zero-copy with {@code transferTo}.
 *
 * <p>Sending from a cold page would make the loop wait for the disk. So the source is asked before
 * each quantum; what is not resident a worker reads first, a window at a time, and meanwhile the
 * body is {@link Progress#STARVED}.
 *
 * <p>If the file was changed in place since its head was sent, the body fails before its last
 * quantum: the client gets less than was announced, and can tell, rather than a mix of two versions
 * that looks whole.
 *
 * <p>Confined to the loop thread.
 */
public final class FileBody implements Body {
  /** How much a worker reads ahead at once. */
  private static final long WINDOW_OCTETS = 1024 * 1024;

  private static final int PAGE_OCTETS = 4096;
  private static final long NOTHING = -1;

  private final FileSource source;
  private final long length;
  private long position;
  private long remaining;

  /** What a worker has read is sent once, whatever the source says: some cannot tell. */
  private long fetchedTo = NOTHING;

  private boolean isFetching;
  private Runnable onContent = () -> {};

  /** {@code length} octets from {@code position}; the source is released once, on close. */
  public FileBody(FileSource source, long position, long length) {
    this.source = source;
    this.position = position;
    this.length = length;
    this.remaining = length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void onContent(Runnable task) {
    onContent = task;
  }

  /**
   * Moves as much as there is room for, and lies in memory: a head that leaves alone costs as much
   * as one with content behind it, and is of no use to the client.
   */
  @Override
  public int moveInto(ByteBuffer target) throws IOException {
    int room = (int) Math.min(remaining, target.remaining());
    if (room < remaining) {
      // The rest is transferred, and a transfer that begins within a page costs more (D51).
      room -= (int) ((position + room) % PAGE_OCTETS);
    }
    if (room <= 0) {
      return 0;
    }
    int start = target.position();
    int read = source.readResident(target, position, room);
    if (read == remaining && !source.isUnchanged()) {
      target.position(start); // what the head promised must not come to its end
      throw changed();
    }
    position += read;
    remaining -= read;
    return read;
  }

  private static IOException changed() {
    return new IOException("the file was changed while it was sent");
  }

  @Override
  public Progress writeTo(Transport transport, long quantum) throws IOException {
    long budget = quantum;
    while (remaining > 0) {
      if (budget <= 0) {
        return Progress.MORE;
      }
      long wanted = Math.min(remaining, budget);
      if (!tryMakeResident(wanted)) {
        return Progress.STARVED;
      }
      if (wanted == remaining && !source.isUnchanged()) {
        throw changed();
      }
      long sent = transport.transferFrom(source.channel(), position, wanted);
      if (sent == 0 && position >= source.channel().size()) {
        // Decision D9: a full socket and a file that was truncated under us look alike.
        throw new IOException("the file was truncated while it was sent");
      }
      position += sent;
      remaining -= sent;
      budget -= sent;
      if (sent < wanted) {
        fetchedTo = NOTHING; // the socket may stay full for long: ask again then
        return Progress.BLOCKED;
      }
    }
    return Progress.DONE;
  }

  private boolean tryMakeResident(long count) {
    if (isFetching) {
      return false;
    }
    if (position + count <= fetchedTo || source.isResident(position, count)) {
      return true;
    }
    isFetching = true;
    long window = Math.min(remaining, Math.max(count, WINDOW_OCTETS));
    long end = position + window;
    source.fetch(position, window, () -> fetched(end));
    return !isFetching;
  }

  private void fetched(long end) {
    isFetching = false;
    fetchedTo = end;
    onContent.run();
  }

  @Override
  public void close() {
    onContent = () -> {};
    source.release();
  }
}
