package passerelle.ops;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines on their way to a file.
 *
 * <p>The loop renders lines into a block; a full block, or once a second whatever there is, goes
 * through a bounded queue to the one thread that writes. If the disk cannot follow, blocks are
 * dropped and their lines counted: a log never slows an answer down. The blocks that are written
 * are used again; one that cannot be had for want of memory costs the lines in the last.
 *
 * <p>Confined to the loop thread.
 */
final class LogFile {
  private static final Logger log = LoggerFactory.getLogger(LogFile.class);
  private static final int BLOCK_OCTETS = 64 * 1024;
  private static final int ESCAPE_OCTETS = 4;
  private static final int QUEUED_BLOCKS = 64;
  private static final int SPARE_BLOCKS = 2;
  private static final long WARNING_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** Lines on their way to the writer; without any, what it is to do. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(byte[] octets, int length, int lines) {}

  /** Tells the writer to end. */
  private static final Block END = new Block(new byte[0], 0, 0);

  /** Tells the writer to look whether it is to open the target anew. */
  private static final Block LOOK = new Block(new byte[0], 0, -1);

  private final BlockingQueue<Block> queue =
      new ArrayBlockingQueue<>(QUEUED_BLOCKS + 1); // with one LOOK
  private final BlockingQueue<byte[]> spare = new ArrayBlockingQueue<>(SPARE_BLOCKS);
  private final String name;
  private final LogTarget target;
  private final Thread writer;

  /** Whether the target may have been moved away since it was opened. */
  private volatile boolean isMoved;

  private final AtomicBoolean isLookQueued = new AtomicBoolean();

  private byte[] block = new byte[BLOCK_OCTETS];
  private int length;

  /** Up to here the lines have ended. */
  private int ended;

  private int lines;
  private long dropped;

  /** Lines that could not be written, of which nothing was told. The writer's. */
  private long lost;

  private long warnedNanos = System.nanoTime() - WARNING_NANOS;

  /**
   * A log that writes to a stream, which it flushes after every block and closes in the end.
   *
   * @param name what it is, for people
   * @throws IOException if the target cannot be opened
   */
  LogFile(String name, LogTarget target) throws IOException {
    this.name = name;
    this.target = target;
    OutputStream opened = target.open();
    this.writer = new Thread(() -> run(opened), "passerelle-log");
    this.writer.setDaemon(true);
    this.writer.start();
  }

  /** Makes room for a line of at most so many octets; if there can be none, it is dropped. */
  boolean hasRoomFor(int octets) {
    length = ended; // whoever failed within a line leaves nothing of it
    if (length + octets > block.length) {
      flush();
      if (octets > block.length) {
        dropped++;
        return false;
      }
    }
    return true;
  }

  /** Adds octets. */
  void octets(byte[] octets) {
    System.arraycopy(octets, 0, block, length, octets.length);
    length += octets.length;
  }

  /** Adds text, one character per octet. */
  void text(String text) {
    for (int i = 0; i < text.length(); i++) {
      block[length++] = (byte) text.charAt(i);
    }
  }

  /**
   * Adds text from outside, one character per octet: what could end a line or a quoted string, or
   * is not ASCII, becomes {@code \xHH}, four octets. It is cut before it takes more than so many
   * octets; three dots behind them say so.
   */
  void escaped(CharSequence value, int mostOctets) {
    if (!tryEscape(value, ' ', mostOctets)) {
      text("...");
    }
  }

  /** The same for a word: a blank would end it, so that becomes {@code \x20}. */
  void escapedWord(CharSequence value) {
    tryEscape(value, '!', Integer.MAX_VALUE);
  }

  /** Returns whether all of it was added. */
  private boolean tryEscape(CharSequence value, char first, int mostOctets) {
    int room = mostOctets;
    for (int i = 0; i < value.length(); i++) {
      int c = value.charAt(i);
      boolean isPlain = c >= first && c < 0x7f && c != '"' && c != '\\';
      room -= isPlain ? 1 : ESCAPE_OCTETS;
      if (room < 0) {
        return false;
      }
      if (isPlain) {
        block[length++] = (byte) c;
      } else {
        block[length++] = '\\';
        block[length++] = 'x';
        block[length++] = HEX[c >> 4];
        block[length++] = HEX[c & 15];
      }
    }
    return true;
  }

  /** Ends the line. */
  void endLine() {
    block[length++] = '\n';
    ended = length;
    lines++;
  }

  /** Hands what there is to the writer; call it once a second. */
  void flush() {
    int handed = lines;
    boolean isDropped = ended > 0 && !tryHandOver();
    begin();
    if (isDropped) {
      dropLines(handed);
    }
  }

  private void begin() {
    length = 0;
    ended = 0;
    lines = 0;
  }

  private boolean tryHandOver() {
    try {
      byte[] next = spare.poll();
      next = next == null ? new byte[BLOCK_OCTETS] : next;
      if (queue.offer(new Block(block, ended, lines))) {
        block = next;
        return true;
      }
      return false;
    } catch (OutOfMemoryError e) {
      return false;
    }
  }

  private void dropLines(int number) {
    dropped += number;
    long now = System.nanoTime();
    if (now - warnedNanos >= WARNING_NANOS) {
      warnedNanos = now;
      log.warn("{} cannot follow: {} lines dropped so far", name, dropped);
    }
  }

  /** How many lines were dropped because the disk could not follow. */
  long dropped() {
    return dropped;
  }

  /**
   * Has the writer open the target anew before the next lines; it goes on with the old one if that
   * fails. From any thread.
   */
  void reopen() {
    isMoved = true;
    if (isLookQueued.compareAndSet(false, true) && !queue.offer(LOOK)) {
      isLookQueued.set(false); // it is busy, and looks before the next block
    }
  }

  /** The writer. */
  private void run(OutputStream opened) {
    OutputStream stream = opened;
    try {
      for (Block next = queue.take(); next.lines != END.lines; next = queue.take()) {
        try {
          if (next.lines == LOOK.lines) {
            isLookQueued.set(false);
          }
          stream = current(stream);
          if (next.lines > 0) {
            write(stream, next);
            spare.offer(next.octets);
          }
        } catch (RuntimeException | Error e) {
          // There was no memory to tell of a failure; the next lines are written all the same.
        }
      }
    } catch (InterruptedException e) {
      log.debug("{} was told to end", name, e);
    } finally {
      close(stream);
    }
  }

  /** The stream to write to from now on. */
  private OutputStream current(OutputStream stream) {
    if (!isMoved) {
      return stream;
    }
    isMoved = false;
    OutputStream anew;
    try {
      anew = target.open();
    } catch (IOException | RuntimeException | Error e) {
      wasTold("{} goes on where it was: {}", name, e.getMessage());
      return stream;
    }
    close(stream);
    return anew;
  }

  private void close(OutputStream stream) {
    try {
      stream.close();
    } catch (IOException | RuntimeException | Error e) {
      wasTold("{} could not be closed: {}", name, e.getMessage());
    }
  }

  /** Whatever fails costs these lines; if telling of it fails as well, the next are written yet. */
  private void write(OutputStream stream, Block full) {
    try {
      stream.write(full.octets, 0, full.length);
      stream.flush();
    } catch (IOException | RuntimeException | Error e) {
      lost += full.lines;
      tellLost(e);
    }
  }

  private void tellLost(Throwable problem) {
    if (wasTold("{} lines of {} are lost: {}", lost, name, problem.getMessage())) {
      lost = 0; // else they are told with the next
    }
  }

  /** Telling may fail as well, if it is memory that has run out. */
  private static boolean wasTold(String pattern, @Nullable Object... arguments) {
    try {
      log.error(pattern, arguments);
      return true;
    } catch (RuntimeException | Error e) {
      return false;
    }
  }

  /** Writes what is left, ends the writer and closes the target. After the loop has ended. */
  void close(Duration wait) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + wait.toNanos();
    if (ended > 0 && !offer(new Block(block, ended, lines), deadlineNanos)) {
      dropLines(lines);
    }
    begin();
    if (offer(END, deadlineNanos)) {
      writer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
    } else {
      writer.interrupt();
    }
  }

  private boolean offer(Block last, long deadlineNanos) throws InterruptedException {
    return queue.offer(last, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
