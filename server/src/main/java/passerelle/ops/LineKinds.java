package passerelle.ops;

import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How many lines of one kind there may be: {@value #LINES} within a minute. More are counted, and a
 * line tells how many when the minute is over. So what a client brings about again and again fills
 * no disk, and hides nothing else.
 *
 * <p>A kind is the pattern of a message, and who says it.
 *
 * <p>Safe from any thread.
 */
final class LineKinds {
  static final int LINES = 100;
  static final long MINUTE_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** Those beyond are one kind together; patterns are constants, so that there are fewer. */
  static final int KINDS = 1024;

  private static final String OTHERS = "(other lines)";

  /** One kind of line, and the minute that began with its first. */
  private static final class Minute {
    private final long beganNanos;
    private int lines;
    private long leftOut;

    private Minute(long beganNanos) {
      this.beganNanos = beganNanos;
    }
  }

  /** The kind: a pattern, and the logger's name. */
  private record LineKind(String name, String pattern) {}

  private final LongSupplier nanoClock;
  private final Map<LineKind, Minute> minutes = new HashMap<>();
  private int kindsLeftOut;

  LineKinds(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** Whether one more line of a kind may be written now; if not, it is counted. */
  synchronized boolean tryTake(String name, String pattern) {
    long now = nanoClock.getAsLong();
    LineKind kind = new LineKind(name, pattern);
    Minute minute = minutes.get(kind);
    if (minute == null && minutes.size() >= KINDS) {
      minutes.values().removeIf(old -> old.leftOut == 0 && isOver(old, now));
      if (minutes.size() >= KINDS) {
        kind = new LineKind("", OTHERS);
        minute = minutes.get(kind);
      }
    }
    if (minute == null || (minute.leftOut == 0 && isOver(minute, now))) {
      minute = new Minute(now);
      minutes.put(kind, minute);
    }
    if (minute.lines < LINES) {
      minute.lines++;
      return true;
    }
    minute.leftOut++;
    kindsLeftOut += minute.leftOut == 1 ? 1 : 0;
    return false;
  }

  private static boolean isOver(Minute minute, long now) {
    return now - minute.beganNanos >= MINUTE_NANOS;
  }

  /** Whether there are lines left out that {@link #tell} has not told of. */
  synchronized boolean areAnyLeftOut() {
    return kindsLeftOut > 0;
  }

  /**
   * What is to be said of a kind whose minute is over, which begins anew; null if there is none.
   *
   * @param isAll whether to tell of one whose minute is not over, too
   */
  synchronized @Nullable String tell(boolean isAll) {
    if (kindsLeftOut == 0) {
      return null;
    }
    long now = nanoClock.getAsLong();
    Iterator<Map.Entry<LineKind, Minute>> all = minutes.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<LineKind, Minute> next = all.next();
      Minute minute = next.getValue();
      if (minute.leftOut > 0 && (isAll || isOver(minute, now))) {
        String told = "left out, " + minute.leftOut + " more like this: " + next.getKey().pattern;
        all.remove();
        kindsLeftOut--;
        return told;
      }
    }
    return null;
  }
}
