package passerelle.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads what one program writes to one pipe, where nobody can wait for several at
 * once. It holds a few chunks; when nobody takes them it either waits, and so does the program, or
 * drops the oldest.
 *
 * <p>Safe from any thread.
 */
final class PipeReader {
  private static final byte[] NOTHING_MORE = new byte[0];
  private static final int CHUNK_OCTETS = 8 * 1024;
  private static final int CHUNKS = 16;

  private final InputStream source;
  private final boolean isLossy;
  private final Runnable onChange;
  private final Thread thread;
  // Guarded by this:
  private final Deque<byte[]> chunks = new ArrayDeque<>();
  private boolean isEnded;
  private boolean isEndTaken;
  private boolean hasFailed;

  /**
   * Begins to read.
   *
   * @param isLossy whether the oldest chunk gives way to the latest
   * @param onChange run by the thread when there is more, or the end has come
   */
  PipeReader(String threadName, InputStream source, boolean isLossy, Runnable onChange) {
    this.source = source;
    this.isLossy = isLossy;
    this.onChange = onChange;
    thread = new Thread(this::read, threadName);
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    byte[] buffer = new byte[CHUNK_OCTETS];
    try (source) {
      int count = source.read(buffer);
      while (count >= 0 && tryAdd(Arrays.copyOf(buffer, count))) {
        count = source.read(buffer);
      }
    } catch (IOException e) {
      return; // it was closed, by us or by the JDK when the program had ended
    } catch (RuntimeException | Error e) {
      fail();
    } finally {
      end();
    }
  }

  /** Something may be missing, unless it was closed. */
  private synchronized void fail() {
    hasFailed = !isEnded;
  }

  /** Returns false if nobody wants any more. */
  private boolean tryAdd(byte[] octets) {
    synchronized (this) {
      while (chunks.size() == CHUNKS && !isLossy && !isEnded) {
        try {
          wait();
        } catch (InterruptedException e) {
          return false; // nobody does that
        }
      }
      if (isEnded) {
        return false;
      }
      if (chunks.size() == CHUNKS) {
        chunks.removeFirst();
      }
      chunks.addLast(octets);
    }
    onChange.run();
    return true;
  }

  private void end() {
    synchronized (this) {
      isEnded = true;
      notifyAll();
    }
    onChange.run();
  }

  /** Whether {@link #take} would return something new. */
  synchronized boolean hasSome() {
    return !chunks.isEmpty() || (isEnded && !isEndTaken);
  }

  /** Whether all was taken, and the end told. */
  synchronized boolean isOver() {
    return isEndTaken;
  }

  /**
   * What came, chunk by chunk: null if there is nothing now, empty at the end.
   *
   * @throws IOException if the rest could not be read, and it matters
   */
  synchronized byte @Nullable [] take() throws IOException {
    byte[] octets = chunks.pollFirst();
    notifyAll();
    if (octets == null && isEnded) {
      if (hasFailed && !isLossy) {
        throw new IOException("the output could not be read to its end");
      }
      isEndTaken = true;
      return NOTHING_MORE;
    }
    return octets;
  }

  /** Waits for a moment for the end, or for somebody who holds the pipe open. */
  void awaitEnd(long millis) throws IOException {
    try {
      TimeUnit.MILLISECONDS.timedJoin(thread, millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a program ended", e);
    }
  }

  /** Takes no more, and ends the thread, unless the system lets nobody close what is being read. */
  void close() throws IOException {
    synchronized (this) {
      isEnded = true;
      isEndTaken = true;
      chunks.clear();
      notifyAll();
    }
    source.close();
  }
}
