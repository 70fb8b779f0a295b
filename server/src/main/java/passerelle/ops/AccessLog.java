package passerelle.ops;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import passerelle.http.Exchange;
import passerelle.http.ExchangeListener;
import passerelle.http.FieldName;
import passerelle.http.Request;
import passerelle.io.AddressText;
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
 * could end a line or a quoted string, or that are not ASCII, are written as {@code \xHH}. A target
 * or field that takes more than {@value #LONGEST_VALUE} octets is cut, and "..." says so.
 *
 * <p>Confined to the loop thread.
 */
public final class AccessLog implements ExchangeListener {
  /** The status of an exchange whose client left before the answer, as other servers log it. */
  private static final int CLIENT_GONE = 499;

  /** So that every line has room in a block, whatever a head may be. */
  private static final int LONGEST_VALUE = 20 * 1024;

  /** All of a line that is not from the client, with some to spare; its method has 32 at most. */
  private static final int OTHER_OCTETS = 512;

  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("'['dd/MMM/uuuu:HH:mm:ss xx']'", Locale.ENGLISH);

  private final LogFile file;
  private final LongSupplier epochMillis;
  private final ZoneId zone;
  private long renderedSecond = Long.MIN_VALUE;
  private byte[] date = new byte[0];

  /**
   * A log that writes to a stream, which it flushes after every block and closes in the end.
   *
   * @param epochMillis the loop's wall clock
   * @throws IOException if the target cannot be opened
   */
  public AccessLog(LogTarget target, LongSupplier epochMillis, ZoneId zone) throws IOException {
    this.file = new LogFile("the access log", target);
    this.epochMillis = epochMillis;
    this.zone = zone;
  }

  @Override
  public void onEnd(Exchange exchange, long contentOctets) {
    Request request = exchange.request();
    int status = exchange.isAnswered() ? exchange.response().status().code() : CLIENT_GONE;
    Slice referer = request.fields().first(FieldName.REFERER);
    Slice agent = request.fields().first(FieldName.USER_AGENT);
    int values = longest(request.targetAsSent()) + longest(referer) + longest(agent);
    if (!file.hasRoomFor(OTHER_OCTETS + values)) {
      return; // cannot happen, since the values are cut
    }
    file.text(AddressText.of(request.remoteAddress().getAddress()));
    file.text(" - - ");
    file.octets(date());
    file.text(" \"");
    if (request.targetAsSent().length() == 0) {
      file.text("-");
    } else {
      file.text(request.methodAsSent());
      file.text(" ");
      file.escaped(request.targetAsSent(), LONGEST_VALUE);
      file.text(request.minorVersion() == 0 ? " HTTP/1.0" : " HTTP/1.1");
    }
    file.text("\" ");
    file.text(Integer.toString(status));
    file.text(" ");
    file.text(Long.toString(contentOctets));
    quoted(referer);
    quoted(agent);
    file.endLine();
  }

  private static int longest(@Nullable Slice value) {
    return value == null ? 0 : (int) Math.min(4L * value.length(), LONGEST_VALUE);
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

  private void quoted(@Nullable Slice value) {
    file.text(" \"");
    if (value == null) {
      file.text("-");
    } else {
      file.escaped(value, LONGEST_VALUE);
    }
    file.text("\"");
  }

  /** Hands what there is to the writer; call it once a second. */
  public void flush() {
    file.flush();
  }

  /** How many lines were dropped because the disk could not follow. */
  public long dropped() {
    return file.dropped();
  }

  /** Opens the target anew, for it may have been moved away. From any thread. */
  public void reopen() {
    file.reopen();
  }

  /** Writes what is left, ends the writer and closes the target. After the loop has ended. */
  public void close(Duration wait) throws InterruptedException {
    file.close(wait);
  }
}
