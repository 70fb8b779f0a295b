package passerelle.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import passerelle.io.Transport;

/**
 * Content that a worker produces while the loop sends it: one of the two types that cross threads.
 *
 * <h2>How it hands over</h2>
 *
 * <p>Between the two stands a ring of at most {@value #CHUNKS} chunks. Neither side waits for the
 * other: a worker that {@link #offer}s to a full ring leaves a task and goes, and is called when
 * half of the ring is free; the loop takes chunks in {@link #writeTo} and says {@link
 * Progress#STARVED} when there are none. The lock is held for the few instructions that touch the
 * ring and never during I/O, so the loop does not wait on it for longer than that.
 *
 * <p><b>Waking the loop.</b> A starved loop must hear of the next chunk, and a loop that is busy
 * sending must not hear of every one. So the body remembers whether the loop went away starved;
 * only then does an {@code offer} post a task, and it posts one, however many chunks follow. The
 * flag lives under the same lock as the ring: there is no moment at which the loop has looked and
 * the worker does not know it.
 *
 * <p><b>The slow client.</b> When the socket is full the ring fills, the worker turns to others,
 * the script's pipe fills and the script blocks in its {@code write}: nobody stores what nobody
 * reads.
 *
 * <p><b>Endings.</b> The worker ends the stream with {@link #finish} or {@link #fail}; the latter
 * makes {@code writeTo} throw, so that the connection closes without the final chunk and the client
 * can tell. The loop ends it with {@link #close}: the client is gone, or the content was complete.
 * From then on every offer is refused, which tells the worker to stop the script.
 *
 * <p>Safe from any thread.
 */
public final class StreamBody implements Body {
  private static final int CHUNKS = 4;

  /** What became of an offer. */
  public enum Offer {
    /** The chunk belongs to the stream now. */
    TAKEN,
    /** There is no room; the task will be run. */
    FULL,
    /** Nobody wants it any more. */
    CLOSED
  }

  private final long length;
  private final Executor loop;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by the lock:
  private final ArrayDeque<ByteBuffer> ring = new ArrayDeque<>(CHUNKS);
  private boolean starved;
  private boolean finished;
  private boolean closed;
  private @Nullable String failure;
  private @Nullable Runnable onContent;
  private @Nullable Runnable onRoom;
  private final Runnable onAbandoned;
  // Confined to the loop:
  private @Nullable ByteBuffer current;
  private long sent;
  private boolean isExhausted;

  /**
   * An empty stream.
   *
   * @param length how many octets it promises, or {@link Body#UNKNOWN}
   * @param loop runs tasks on the loop
   * @param onAbandoned run on the loop if the stream is closed before everything was sent
   */
  public StreamBody(long length, Executor loop, Runnable onAbandoned) {
    this.length = length;
    this.loop = loop;
    this.onAbandoned = onAbandoned;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public void onContent(Runnable task) {
    lock.lock();
    try {
      onContent = task;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Adds a chunk if there is room. For the worker.
   *
   * @param chunk octets that belong to the stream from now on, if they are taken
   * @param task what to run, once and on the loop, when there is room again or the stream is
   *     closed; kept only if there is no room now
   */
  public Offer offer(ByteBuffer chunk, Runnable task) {
    lock.lock();
    try {
      if (closed) {
        return Offer.CLOSED;
      }
      if (ring.size() >= CHUNKS) {
        onRoom = task;
        return Offer.FULL;
      }
      ring.addLast(chunk);
      wakeLoop();
      return Offer.TAKEN;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream: everything was offered. For the worker. */
  public void finish() {
    end(null);
  }

  /** Ends the stream as broken, for a reason that goes to the log. For the worker. */
  public void fail(String reason) {
    end(reason);
  }

  private void end(@Nullable String reason) {
    lock.lock();
    try {
      if (!finished) {
        finished = true;
        failure = reason;
      }
      wakeLoop();
    } finally {
      lock.unlock();
    }
  }

  private void wakeLoop() {
    if (starved && onContent != null) {
      loop.execute(onContent); // if that fails, whoever comes next wakes it
      starved = false;
    }
  }

  @Override
  public Progress writeTo(Transport transport, long quantum) throws IOException {
    long budget = quantum;
    while (true) {
      if (current == null && sent != length) {
        current = take();
      }
      if (current == null) {
        return sent == length || isExhausted ? Progress.DONE : Progress.STARVED;
      }
      while (current.hasRemaining()) {
        if (budget <= 0) {
          return Progress.MORE;
        }
        int written = transport.write(current);
        if (written == 0) {
          return Progress.BLOCKED;
        }
        budget -= written;
      }
      current = null;
    }
  }

  /**
   * The next chunk, cut to the promised length; null when there is none now, or none will come. One
   * look under the lock decides which.
   */
  private @Nullable ByteBuffer take() throws IOException {
    Runnable producer = null;
    lock.lock();
    try {
      ByteBuffer chunk = ring.pollFirst();
      if (chunk == null) {
        if (failure != null) {
          throw new IOException(failure);
        }
        if (finished && length != UNKNOWN) {
          throw new IOException("the content ended " + (length - sent) + " octets short");
        }
        isExhausted = finished;
        starved = !finished;
        return null;
      }
      if (ring.size() <= CHUNKS / 2) {
        producer = onRoom;
        onRoom = null;
      }
      if (length != UNKNOWN && chunk.remaining() > length - sent) {
        chunk.limit(chunk.position() + (int) (length - sent));
      }
      sent += chunk.remaining();
      return chunk;
    } finally {
      lock.unlock();
      if (producer != null) {
        producer.run();
      }
    }
  }

  /** Ends the stream from the loop's side; a producer that waits for room is told. */
  @Override
  public void close() {
    boolean isAbandoned;
    Runnable producer;
    lock.lock();
    try {
      isAbandoned = !closed && !finished && sent != length;
      closed = true;
      ring.clear();
      producer = onRoom;
      onRoom = null;
    } finally {
      lock.unlock();
    }
    try {
      if (producer != null) {
        producer.run();
      }
    } finally {
      if (isAbandoned) {
        onAbandoned.run();
      }
    }
  }
}
