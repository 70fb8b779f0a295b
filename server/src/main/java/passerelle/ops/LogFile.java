package passerelle.ops;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
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

  /** Lines on their way to the writer; one without lines tells it to end. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(byte[] octets, int length, int lines) {}

  private final BlockingQueue<Block> queue = new ArrayBlockingQueue<>(QUEUED_BLOCKS);
  private final BlockingQueue<byte[]> spare = new ArrayBlockingQueue<>(SPARE_BLOCKS);
  private final String name;
  private final Thread writer;
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
   */
  LogFile(String name, OutputStream target) {
    this.name = name;
    this.writer = new Thread(() -> write(target), "passerelle-log");
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

  private void write(OutputStream target) {
    try (target) {
      for (Block full = queue.take(); full.lines > 0; full = queue.take()) {
        write(target, full);
        spare.offer(full.octets);
      }
    } catch (InterruptedException e) {
      log.debug("{} was told to end", name, e);
    } catch (IOException e) {
      log.error("closing {}: {}", name, e.getMessage());
    }
  }

  /** Whatever fails costs these lines; if telling of it fails as well, the next are written yet. */
  private void write(OutputStream target, Block full) {
    try {
      target.write(full.octets, 0, full.length);
      target.flush();
    } catch (IOException | RuntimeException | Error e) {
      lost += full.lines;
      tellLost(e);
    }
  }

  private void tellLost(Throwable problem) {
    long untold = lost;
    lost = 0;
    try {
      log.error("{} lines of {} are lost: {}", untold, name, problem.getMessage());
    } catch (RuntimeException | Error e) {
      lost = untold; // to be told with the next
    }
  }

  /** Writes what is left, ends the writer and closes the target. After the loop has ended. */
  void close(Duration wait) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + wait.toNanos();
    if (ended > 0 && !offer(new Block(block, ended, lines), deadlineNanos)) {
      dropLines(lines);
    }
    begin();
    if (offer(new Block(new byte[0], 0, 0), deadlineNanos)) {
      writer.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime())));
    } else {
      writer.interrupt();
    }
  }

  private boolean offer(Block last, long deadlineNanos) throws InterruptedException {
    return queue.offer(last, deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
  }
}
