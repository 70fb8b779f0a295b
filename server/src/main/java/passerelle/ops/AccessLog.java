package passerelle.ops;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Exchange;
import passerelle.http.ExchangeListener;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.io.Slice;

/**
 * The access log, in Combined Log Format.
 *
 * <pre>
 *   address - - [day/month/year:time zone] "method target version" status octets "Referer" "User-Agent"
 * </pre>
 *
 * <p>The loop renders lines into a block; a full block, or once a second whatever there is, goes
 * through a bounded queue to the one thread that writes. If the disk cannot follow, blocks are
 * dropped and their lines counted: the log never slows an answer down. Octets from outside that
 * could end a line or a quoted string, or that are not ASCII, are written as {@code \xHH}.
 *
 * <p>Confined to the loop thread.
 */
public final class AccessLog implements ExchangeListener {
  private static final Logger log = LoggerFactory.getLogger(AccessLog.class);
  private static final int BLOCK_OCTETS = 64 * 1024;
  private static final int QUEUED_BLOCKS = 64;

  /** The status of an exchange whose client left before the answer, as other servers log it. */
  private static final int CLIENT_GONE = 499;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("'['dd/MMM/uuuu:HH:mm:ss xx']'", Locale.ENGLISH);

  /** Lines on their way to the writer; one without lines tells it to end. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Block(byte[] octets, int length, int lines) {}

  private final BlockingQueue<Block> queue = new ArrayBlockingQueue<>(QUEUED_BLOCKS);
  private final LongSupplier epochMillis;
  private final ZoneId zone;
  private final Thread writer;
  private byte[] block = new byte[BLOCK_OCTETS];
  private int length;
  private int lines;
  private long dropped;
  private long renderedSecond = Long.MIN_VALUE;
  private long warnedSecond = Long.MIN_VALUE;
  private byte[] date = new byte[0];

  /**
   * A log that writes to a stream, which it flushes after every block and closes in the end.
   *
   * @param epochMillis the loop's wall clock
   */
  public AccessLog(OutputStream target, LongSupplier epochMillis, ZoneId zone) {
    this.epochMillis = epochMillis;
    this.zone = zone;
    this.writer = new Thread(() -> write(target), "passerelle-log");
    this.writer.setDaemon(true);
    this.writer.start();
  }

  @Override
  public void onEnd(Exchange exchange, long contentOctets) {
    Request request = exchange.request();
    int status = exchange.isAnswered() ? exchange.response().status().code() : CLIENT_GONE;
    int longest = 512 + 4 * (request.targetAsSent().length() + quotedLength(request));
    if (length + longest > block.length) {
      flush();
      if (longest > block.length) {
        dropped++; // cannot happen while a head is limited to a quarter of a block
        return;
      }
    }
    text(request.remoteAddress().getAddress().getHostAddress());
    text(" - - ");
    octets(date());
    text(" \"");
    if (request.targetAsSent().length() == 0) {
      text("-");
    } else {
      text(request.methodName());
      text(" ");
      escaped(request.targetAsSent());
      text(request.minorVersion() == 0 ? " HTTP/1.0" : " HTTP/1.1");
    }
    text("\" ");
    text(Integer.toString(status));
    text(" ");
    text(Long.toString(contentOctets));
    quoted(request.fields().first(FieldName.REFERER));
    quoted(request.fields().first(FieldName.USER_AGENT));
    block[length++] = '\n';
    lines++;
  }

  private static int quotedLength(Request request) {
    Slice referer = request.fields().first(FieldName.REFERER);
    Slice agent = request.fields().first(FieldName.USER_AGENT);
    return (referer == null ? 0 : referer.length()) + (agent == null ? 0 : agent.length());
  }

  private byte[] date() {
    long second = Math.floorDiv(epochMillis.getAsLong(), 1000L);
    if (second != renderedSecond) {
      renderedSecond = second;
      date =
          DATE.format(Instant.ofEpochSecond(second).atZone(zone))
              .getBytes(StandardCharsets.US_ASCII);
    }
    return date;
  }

  private void octets(byte[] octets) {
    System.arraycopy(octets, 0, block, length, octets.length);
    length += octets.length;
  }

  private void text(String text) {
    for (int i = 0; i < text.length(); i++) {
      block[length++] = (byte) text.charAt(i);
    }
  }

  private void quoted(@Nullable Slice value) {
    text(" \"");
    if (value == null) {
      text("-");
    } else {
      escaped(value);
    }
    text("\"");
  }

  private void escaped(Slice value) {
    for (int i = 0; i < value.length(); i++) {
      int c = value.octet(i);
      if (c > 0x1f && c < 0x7f && c != '"' && c != '\\') {
        block[length++] = (byte) c;
      } else {
        block[length++] = '\\';
        block[length++] = 'x';
        block[length++] = HEX[c >> 4];
        block[length++] = HEX[c & 15];
      }
    }
  }

  /** Hands what there is to the writer; call it once a second. */
  public void flush() {
    if (length > 0) {
      if (queue.offer(new Block(block, length, lines))) {
        block = new byte[BLOCK_OCTETS];
      } else {
        dropLines();
      }
      length = 0;
      lines = 0;
    }
  }

  private void dropLines() {
    dropped += lines;
    if (renderedSecond != warnedSecond) {
      warnedSecond = renderedSecond;
      log.warn("the access log cannot follow: {} lines dropped so far", dropped);
    }
  }

  /** How many lines were dropped because the disk could not follow. */
  public long dropped() {
    return dropped;
  }

  private void write(OutputStream target) {
    try (target) {
      for (Block full = queue.take(); full.lines > 0; full = queue.take()) {
        try {
          target.write(full.octets, 0, full.length);
          target.flush();
        } catch (IOException e) {
          log.error("{} lines of the access log are lost: {}", full.lines, e.getMessage());
        }
      }
    } catch (InterruptedException e) {
      log.debug("the access log was told to end", e);
    } catch (IOException e) {
      log.error("closing the access log: {}", e.getMessage());
    }
  }

  /** Writes what is left, ends the writer and closes the target. After the loop has ended. */
  public void close(Duration wait) throws InterruptedException {
    long deadlineNanos = System.nanoTime() + wait.toNanos();
    if (length > 0 && !offer(new Block(block, length, lines), deadlineNanos)) {
      dropLines();
    }
    length = 0;
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
