package passerelle.ops;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * The log of what scripts took: a line for each run.
 *
 * <pre>
 *   year-month-dayThour:minute:secondzone name pid=… exit=… wall=… user=… system=…
 * </pre>
 *
 * <p>Confined to the loop thread.
 */
public final class RunLog {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx ", Locale.ENGLISH);

  private static final int OTHER_OCTETS = 64;
  private static final int OCTETS_EACH = 4;

  private final LogFile file;
  private final LongSupplier epochMillis;
  private final ZoneId zone;

  /**
   * A log that writes to a stream, which it closes in the end.
   *
   * @param epochMillis the loop's wall clock
   * @throws IOException if the target cannot be opened
   */
  public RunLog(LogTarget target, LongSupplier epochMillis, ZoneId zone) throws IOException {
    this.file = new LogFile("the log of scripts' runs", target);
    this.epochMillis = epochMillis;
    this.zone = zone;
  }

  /**
   * Writes a line.
   *
   * @param scriptName one character per octet
   * @param outcome how the run ended, in ASCII
   */
  public void onEnd(String scriptName, String outcome) {
    int longest = OTHER_OCTETS + OCTETS_EACH * scriptName.length() + outcome.length();
    if (file.hasRoomFor(longest)) {
      Instant now = Instant.ofEpochMilli(epochMillis.getAsLong());
      file.octets(DATE.format(now.atZone(zone)).getBytes(StandardCharsets.US_ASCII));
      file.escapedWord(scriptName);
      file.text(" ");
      file.text(outcome);
      file.endLine();
    }
  }

  /** Hands what there is to the writer; call it once a second. */
  public void flush() {
    file.flush();
  }

  /** Opens the target anew, for it may have been moved away. From any thread. */
  public void reopen() {
    file.reopen();
  }

  /** Writes what is left and closes the target. After the loop has ended. */
  public void close(Duration wait) throws InterruptedException {
    file.close(wait);
  }
}
