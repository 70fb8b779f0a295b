package passerelle.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import passerelle.io.Transport;

/**
 * Content that a worker produces while the loop sends it: one of the two types that cross threads.
 *
 * <h2>How it hands over</h2>
 *
 * <p>Between the two stands a ring of at most {@value #CHUNKS} chunks. The worker {@link #put}s and
 * parks while the ring is full; the loop takes chunks in {@link #writeTo}, never waits, and says
 * {@link Progress#STARVED} when the ring is empty. The lock is held for the few instructions that
 * touch the ring and never during I/O, so the loop does not wait on it for longer than that.
 *
 * <p><b>Waking the loop.</b> A starved loop must hear of the next chunk, and a loop that is busy
 * sending must not hear of every one. So the body remembers whether the loop went away starved;
 * only then does a {@code put} post a task, and it posts one, however many chunks follow. The flag
 * lives under the same lock as the ring: there is no moment at which the loop has looked and the
 * worker does not know it.
 *
 * <p><b>The slow client.</b> When the socket is full the ring fills, the worker parks, the script's
 * pipe fills and the script blocks in its {@code write}: nobody stores what nobody reads.
 *
 * <p><b>Endings.</b> The worker ends the stream with {@link #finish} or {@link #fail}; the latter
 * makes {@code writeTo} throw, so that the connection closes without the final chunk and the client
 * can tell. The loop ends it with {@link #close}: the client is gone, or the content was complete.
 * From then on {@code put} returns false at once, which tells the worker to stop the script.
 *
 * <p>Safe from any thread.
 */
public final class StreamBody implements Body {
  private static final int CHUNKS = 4;

  private final long length;
  private final Executor loop;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition room = lock.newCondition();
  // Guarded by the lock:
  private final ArrayDeque<ByteBuffer> ring = new ArrayDeque<>(CHUNKS);
  private boolean starved;
  private boolean finished;
  private boolean closed;
  private @Nullable String failure;
  private @Nullable Runnable onContent;
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
   * Adds a chunk, waiting while the ring is full. For the worker.
   *
   * @param chunk octets that belong to the stream from now on
   * @return false if the stream is closed, or the deadline ({@link System#nanoTime}) has passed
   */
  public boolean put(ByteBuffer chunk, long deadlineNanos) throws InterruptedException {
    lock.lock();
    try {
      while (ring.size() >= CHUNKS && !closed) {
        long wait = deadlineNanos - System.nanoTime();
        if (wait <= 0 || !room.await(wait, TimeUnit.NANOSECONDS)) {
          return false;
        }
      }
      if (closed) {
        return false;
      }
      ring.addLast(chunk);
      wakeLoop();
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream: everything was put. For the worker. */
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
        wakeLoop();
      }
    } finally {
      lock.unlock();
    }
  }

  private void wakeLoop() {
    if (starved && onContent != null) {
      starved = false;
      loop.execute(onContent);
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
      room.signal();
      if (length != UNKNOWN && chunk.remaining() > length - sent) {
        chunk.limit(chunk.position() + (int) (length - sent));
      }
      sent += chunk.remaining();
      return chunk;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the stream from the loop's side; a worker that waits in {@link #put} goes on. */
  @Override
  public void close() {
    boolean isAbandoned;
    lock.lock();
    try {
      isAbandoned = !closed && !finished && sent != length;
      closed = true;
      ring.clear();
      room.signalAll();
    } finally {
      lock.unlock();
    }
    if (isAbandoned) {
      onAbandoned.run();
    }
  }
}
