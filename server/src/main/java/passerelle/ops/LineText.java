package passerelle.ops;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The octets of an entry in the server's log, in UTF-8.
 *
 * <pre>
 *   year-month-day hour:minute:second LEVEL message
 *   and the stack of a fault, if there is one
 * </pre>
 *
 * <p>Immutable.
 */
final class LineText {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ENGLISH);

  private LineText() {}

  /** An entry of this moment, at most {@link ErrorOutput#ENTRY_OCTETS} long. */
  static byte[] of(String level, String message, @Nullable Throwable fault) {
    StringWriter text = new StringWriter();
    text.append(DATE.format(LocalDateTime.now(ZoneId.systemDefault())))
        .append(' ')
        .append(level)
        .append(' ');
    text.append(message).append('\n');
    if (fault != null) {
      fault.printStackTrace(new PrintWriter(text, true));
    }
    byte[] octets = text.toString().getBytes(StandardCharsets.UTF_8);
    if (octets.length <= ErrorOutput.ENTRY_OCTETS) {
      return octets;
    }
    byte[] cut = Arrays.copyOf(octets, ErrorOutput.ENTRY_OCTETS);
    cut[cut.length - 1] = '\n';
    return cut;
  }
}
