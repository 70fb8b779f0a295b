package passerelle.bench.peers;

import java.util.concurrent.TimeUnit;
import passerelle.http.HttpDate;

/**
 * The value of the Date field, written once a second, for the peers that bring no such thing
 * themselves.
 *
 * <p>Confined to one worker.
 */
final class CurrentDate {
  private long second = Long.MIN_VALUE;
  private String value = "";

  /** The date now. */
  String value() {
    long now = TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis());
    if (now != second) {
      second = now;
      value = HttpDate.format(now);
    }
    return value;
  }
}
