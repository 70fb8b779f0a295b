package passerelle.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The thread that reads what one program writes to its standard error, where nobody can wait for
 * that and for its output at once. It never waits for whoever takes the errors: of many that nobody
 * has taken, the oldest are dropped.
 *
 * <p>Safe from any thread.
 */
final class ErrorReader {
  private static final int CHUNK_OCTETS = 8 * 1024;
  private static final int CHUNKS = 16;

  /** How long the rest is awaited: whoever the program started may hold its standard error open. */
  private static final long REST_MILLIS = 200;

  private final InputStream source;
  private final Thread thread;

  /** Guarded by this. */
  private final Deque<byte[]> chunks = new ArrayDeque<>();

  /** Begins to read. */
  ErrorReader(InputStream source) {
    this.source = source;
    thread = new Thread(this::read, "passerelle-errors");
    thread.setDaemon(true);
    thread.start();
  }

  private void read() {
    byte[] buffer = new byte[CHUNK_OCTETS];
    try (source) {
      int count = source.read(buffer);
      while (count >= 0) {
        add(Arrays.copyOf(buffer, count));
        count = source.read(buffer);
      }
    } catch (IOException e) {
      return; // it was closed
    }
  }

  private synchronized void add(byte[] octets) {
    if (chunks.size() == CHUNKS) {
      chunks.removeFirst();
    }
    chunks.addLast(octets);
  }

  /** What came, piece by piece; null if there is nothing now. */
  synchronized byte @Nullable [] take() {
    return chunks.pollFirst();
  }

  /** The same when no more can come from the program itself: waits for a moment for the last. */
  byte @Nullable [] takeRest() throws IOException {
    try {
      TimeUnit.MILLISECONDS.timedJoin(thread, REST_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a program ended", e);
    }
    return take();
  }

  /** Ends the thread, unless the system lets nobody close what is being read. */
  void close() throws IOException {
    source.close();
  }
}
