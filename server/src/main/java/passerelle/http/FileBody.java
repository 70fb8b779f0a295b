package passerelle.http;

import java.io.IOException;
import java.nio.channels.FileChannel;
import passerelle.io.Transport;

/**
 * A part of a file, sent zero-copy with {@code transferTo}.
 *
 * <p>The channel may be shared by many bodies, since {@code transferTo} takes its position as an
 * argument; {@code release} is run once, on {@link #close}, to give it back.
 *
 * <p>Confined to the loop thread.
 */
public final class FileBody implements Body {
  private final FileChannel file;
  private final Runnable release;
  private final long length;
  private long position;
  private long remaining;

  /** {@code length} octets from {@code position}. */
  public FileBody(FileChannel file, long position, long length, Runnable release) {
    this.file = file;
    this.position = position;
    this.length = length;
    this.remaining = length;
    this.release = release;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Progress writeTo(Transport transport, long quantum) throws IOException {
    long budget = quantum;
    while (remaining > 0) {
      if (budget <= 0) {
        return Progress.MORE;
      }
      long wanted = Math.min(remaining, budget);
      long sent = transport.transferFrom(file, position, wanted);
      if (sent == 0 && position >= file.size()) {
        // Decision D9: a full socket and a file that was truncated under us look alike.
        throw new IOException("the file was truncated while it was sent");
      }
      position += sent;
      remaining -= sent;
      budget -= sent;
      if (sent < wanted) {
        return Progress.BLOCKED;
      }
    }
    return Progress.DONE;
  }

  @Override
  public void close() {
    release.run();
  }
}
