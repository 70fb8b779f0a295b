package passerelle.ops;

import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Entries on their way to standard error: whoever has something to say hands it over and goes on,
 * and one thread writes.
 *
 * <p>Who reads standard error may stop, and then whoever writes there waits for ever. So the queue
 * has a bound, {@value #QUEUED_OCTETS} octets in {@value #QUEUED_ENTRIES} entries. What finds no
 * room is counted and dropped; when half of the queue is free again, a line says how many there
 * were, and where. A line of a kind ({@link LineKinds}) has a limit of its own.
 *
 * <p>To hand over an entry allocates nothing. The lock is a monitor, held for a few instructions
 * and never while something is written.
 *
 * <p>Safe from any thread.
 */
public final class ErrorOutput {
  /** Longer entries are cut. */
  static final int ENTRY_OCTETS = 16 * 1024;

  static final int QUEUED_OCTETS = 256 * 1024;
  static final int QUEUED_ENTRIES = 1024;

  /** Between looks at what was left out, while there is some. */
  private static final long LOOK_MILLIS = 1000;

  private static final byte[] NOTHING = {};

  private final OutputStream target;
  private final LineKinds kinds;
  // Guarded by this:
  private final ArrayDeque<byte[]> queue = new ArrayDeque<>(QUEUED_ENTRIES + 1);
  private int queuedOctets;
  private long dropped;
  private long lost;
  private boolean isWriting;
  private boolean isEnding;
  private boolean isClosed;

  /**
   * Starts the thread that writes. It is a daemon.
   *
   * @param target what is written to, unbuffered; it is never closed
   */
  public ErrorOutput(OutputStream target) {
    this(target, new LineKinds(System::nanoTime));
  }

  ErrorOutput(OutputStream target, LineKinds kinds) {
    this.target = target;
    this.kinds = kinds;
    Thread writer = new Thread(this::write, "passerelle-stderr");
    writer.setDaemon(true);
    writer.start();
  }

  /** How many lines of each kind there may be. */
  LineKinds kinds() {
    return kinds;
  }

  /** Takes an entry, which ends with a line feed and is not changed any more, or drops it. */
  synchronized void offer(byte[] entry) {
    if (dropped > 0 && queuedOctets <= QUEUED_OCTETS / 2 && queue.size() <= QUEUED_ENTRIES / 2) {
      add(gap());
      dropped = 0;
    }
    if (dropped > 0
        || queue.size() >= QUEUED_ENTRIES
        || queuedOctets + entry.length > QUEUED_OCTETS) {
      dropped++;
      return;
    }
    add(entry);
  }

  private void add(byte[] entry) {
    queue.addLast(entry);
    queuedOctets += entry.length;
    notifyAll();
  }

  /** An entry could not be made, for want of memory: it counts as dropped. */
  synchronized void drop() {
    dropped++;
    notifyAll();
  }

  /** Something was left out: the thread that writes will have to look after it. */
  synchronized void wake() {
    notifyAll();
  }

  private byte[] gap() {
    return LineText.of("WARN", "lines missing here, for nobody read them: " + dropped, null);
  }

  /** The thread that writes. It outlives whatever goes wrong. */
  private void write() {
    while (!isClosed()) {
      try {
        byte[] entry = next();
        if (entry.length == 0) {
          return; // closed
        }
        target.write(entry, 0, entry.length);
        target.flush();
      } catch (Throwable e) {
        rest(); // there is nobody to tell, and it may be over in a moment
      }
    }
  }

  private synchronized void rest() {
    lost++;
    isWriting = false;
    notifyAll();
    try {
      TimeUnit.MILLISECONDS.timedWait(this, 1);
    } catch (InterruptedException e) {
      lost++; // nobody who knows this thread interrupts it
    }
  }

  private synchronized byte[] next() throws InterruptedException {
    isWriting = false;
    while (!isClosed) {
      byte[] entry = due();
      if (entry != null) {
        isWriting = true;
        return entry;
      }
      notifyAll();
      wait(kinds.areAnyLeftOut() ? LOOK_MILLIS : 0);
    }
    return NOTHING;
  }

  private byte @Nullable [] due() {
    byte[] entry = queue.pollFirst();
    if (entry != null) {
      queuedOctets -= entry.length;
      return entry;
    }
    if (dropped > 0) {
      byte[] gap = gap();
      dropped = 0;
      return gap;
    }
    String told = kinds.tell(isEnding);
    return told == null ? null : LineText.of("WARN", told, null);
  }

  /** How many entries were handed to the system in vain, because standard error is closed. */
  public synchronized long lost() {
    return lost;
  }

  /**
   * Waits until everything is written that was handed over before: at the end of the process.
   *
   * @param wait for how long at most
   * @return whether everything was written
   */
  public synchronized boolean finish(Duration wait) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + wait.toNanos();
    isEnding = true;
    notifyAll();
    while (isWriting || !queue.isEmpty() || dropped > 0 || kinds.areAnyLeftOut()) {
      long leftNanos = deadlineNanos - System.nanoTime();
      if (leftNanos <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, leftNanos);
    }
    return true;
  }

  /** Ends the thread. For tests: that of a process ends with it. */
  synchronized void close() {
    isClosed = true;
    notifyAll();
  }

  private synchronized boolean isClosed() {
    return isClosed;
  }

  /** A stream for those who print to standard error: each line, or what is flushed, is an entry. */
  public OutputStream stream() {
    return new Lines();
  }

  /** Gathers lines. */
  private final class Lines extends OutputStream {
    private final byte[] line = new byte[ENTRY_OCTETS];
    private int length;

    @Override
    public synchronized void write(int octet) {
      line[length++] = (byte) octet;
      if (octet == '\n' || length == line.length) {
        flush();
      }
    }

    @Override
    public synchronized void write(byte[] octets, int from, int count) {
      for (int i = from; i < from + count; i++) {
        write(octets[i]);
      }
    }

    @Override
    public synchronized void flush() {
      if (length > 0) {
        byte[] entry = Arrays.copyOf(line, length);
        length = 0;
        offer(entry);
      }
    }
  }
}
