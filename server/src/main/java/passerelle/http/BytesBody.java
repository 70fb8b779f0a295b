package passerelle.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import passerelle.io.Transport;

/**
 * Content that lies in memory: a page, or a part of a small cached file.
 *
 * <p>The buffer may be shared, since it is read by absolute positions only; its owner must not
 * change it while it is being sent. One object serves response after response.
 *
 * <p>Confined to the loop thread.
 */
public final class BytesBody implements Body {
  /** The JDK copies all of a heap buffer for each write, however little the socket takes. */
  private static final int WRITE_OCTETS = 128 * 1024;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private ByteBuffer source = NOTHING;
  private int position;
  private int end;
  private @Nullable ByteBuffer rest;
  private @Nullable Runnable onClose;

  /** Points at {@code length} octets from an absolute position; the task runs once, on close. */
  BytesBody set(ByteBuffer octets, int from, int length, @Nullable Runnable whenClosed) {
    source = octets;
    position = from;
    end = from + length;
    rest = null;
    onClose = whenClosed;
    return this;
  }

  /** A body of its own over an array, which it shares. */
  public static BytesBody of(byte[] octets) {
    return new BytesBody().set(ByteBuffer.wrap(octets), 0, octets.length, null);
  }

  /** A body of its own over a part of a buffer, which it shares. */
  public static BytesBody of(ByteBuffer octets, int from, int length) {
    return new BytesBody().set(octets, from, length, null);
  }

  /** The same; the task runs once, when the body is closed. */
  public static BytesBody of(ByteBuffer octets, int from, int length, Runnable onClose) {
    return new BytesBody().set(octets, from, length, onClose);
  }

  /** A body of its own with the text in UTF-8. */
  public static BytesBody ofText(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public long length() {
    return (long) end - position;
  }

  /** Moves all or nothing, and allocates nothing: the way of the small file. */
  @Override
  public int moveInto(ByteBuffer target) {
    int length = end - position;
    if (rest != null || length > target.remaining()) {
      return 0;
    }
    target.put(target.position(), source, position, length);
    target.position(target.position() + length);
    position = end;
    return length;
  }

  @Override
  public Progress writeTo(Transport transport, long quantum) throws IOException {
    if (position == end) {
      return Progress.DONE;
    }
    if (rest == null) {
      rest = source.duplicate().limit(end).position(position);
    }
    long budget = quantum;
    while (rest.position() < end) {
      if (budget <= 0) {
        return Progress.MORE;
      }
      rest.limit(Math.min(end, rest.position() + WRITE_OCTETS));
      int written = transport.write(rest);
      if (written == 0) {
        return Progress.BLOCKED;
      }
      budget -= written;
    }
    return Progress.DONE;
  }

  @Override
  public void close() {
    rest = null;
    source = NOTHING; // a connection at rest must not hold the content that it sent last
    position = 0;
    end = 0;
    Runnable task = onClose;
    if (task != null) {
      onClose = null;
      task.run();
    }
  }
}
