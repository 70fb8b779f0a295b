package passerelle.app;

import java.time.Duration;
import passerelle.wire.Limits;
import passerelle.wire.Patience;

/**
 * The least and the most of whatever has a number: for options and for programs alike. What lies
 * within can be doubled, and added to a moment, in nanoseconds or octets, without overflow.
 *
 * <p>Immutable.
 */
enum Range {
  PORT(Quantity.NUMBER, 0, 65_535),
  /** Each is a thread. */
  WORKERS(Quantity.NUMBER, 1, 1_000),
  PROCESSES(Quantity.NUMBER, 1, 100_000),
  QUEUE(Quantity.NUMBER, 1, 1_000_000),
  CONNECTIONS(Quantity.NUMBER, 1, 1_000_000),
  FIELDS(Quantity.NUMBER, 1, 100_000),
  TARGET(Quantity.SIZE, 1, Limits.LARGEST_HEAD),
  HEAD(Quantity.SIZE, 1024, Limits.LARGEST_HEAD),
  OCTETS(Quantity.SIZE, 0, 1024L << 40),
  /** What is compressed is kept in memory. */
  GZIP(Quantity.SIZE, 0, 32L << 20),
  TIME(Quantity.DURATION, 1, Duration.ofHours(100_000).toMillis());

  /** What is counted, and how people write it. */
  private enum Quantity {
    NUMBER("a number"),
    SIZE("a size such as 64k, 10m or 1g,"),
    DURATION("a duration such as 500ms, 30s or 2m,");

    private final String words;

    Quantity(String words) {
      this.words = words;
    }

    /** Nobody's number stands for what is none. */
    long read(String text) {
      if (this == DURATION) {
        Duration duration = Units.duration(text);
        return duration == null ? Long.MIN_VALUE : duration.toMillis();
      }
      boolean isPlain = this == SIZE || text.chars().allMatch(c -> c >= '0' && c <= '9');
      long number = isPlain ? Units.size(text) : -1;
      return number < 0 ? Long.MIN_VALUE : number;
    }

    String write(long value) {
      return switch (this) {
        case NUMBER -> Long.toString(value);
        case SIZE -> Units.sizeText(value);
        case DURATION -> Units.durationText(Duration.ofMillis(value));
      };
    }
  }

  private final Quantity kind;
  private final long least;
  private final long most;

  Range(Quantity kind, long least, long most) {
    this.kind = kind;
    this.least = least;
    this.most = most;
  }

  /**
   * Reads what was given to an option.
   *
   * @return a number, octets, or milliseconds
   * @throws IllegalArgumentException with a sentence for people if it is none, or out of range
   */
  private long read(String option, String text) {
    long value = kind.read(text);
    if (!holds(value)) {
      throw refused(option, text);
    }
    return value;
  }

  /** Whether a number is in the range. */
  boolean holds(long value) {
    return value >= least && value <= most;
  }

  /** The number that was given to an option. */
  int number(String option, String text) {
    return Math.toIntExact(read(option, text));
  }

  /** The size in octets that was given to an option. */
  long size(String option, String text) {
    return read(option, text);
  }

  /** The duration that was given to an option. */
  Duration duration(String option, String text) {
    return Duration.ofMillis(read(option, text));
  }

  private IllegalArgumentException refused(String name, String given) {
    return new IllegalArgumentException(
        name
            + " takes "
            + kind.words
            + " from "
            + kind.write(least)
            + " to "
            + kind.write(most)
            + ", not "
            + Mistakes.shown(given));
  }

  private void check(String name, long value) {
    if (!holds(value)) {
      throw refused(name, kind == Quantity.SIZE ? Long.toString(value) : kind.write(value));
    }
  }

  private static void checkTime(String name, Duration value) {
    Duration longest = Duration.ofMillis(TIME.most);
    if (value.isNegative() || value.compareTo(longest) > 0) {
      throw TIME.refused(name, Units.durationText(value));
    }
  }

  /**
   * Settings that a program made, if they are within the ranges.
   *
   * @throws IllegalArgumentException with a sentence for people if they are not
   */
  static Settings checked(Settings settings) {
    PORT.check("port", settings.port());
    CONNECTIONS.check("connectionLimit", settings.connectionLimit());
    if (settings.clientConnectionLimit() != 0) {
      CONNECTIONS.check("clientConnectionLimit", settings.clientConnectionLimit());
    }
    checkTime("drainTime", settings.drainTime());
    check(settings.limits());
    if (settings.files().mostGzip() > settings.files().leastGzip()) { // else nothing is compressed
      GZIP.check("gzip", settings.files().mostGzip());
    }
    ScriptSettings scripts = settings.scripts();
    WORKERS.check("cgiWorkers", scripts.workers());
    PROCESSES.check("cgiProcesses", scripts.processes());
    QUEUE.check("the queue of cgiWorkers", scripts.queue());
    if (scripts.clientProcesses() != 0) {
      PROCESSES.check("cgiPerClient", scripts.clientProcesses());
    }
    if (scripts.clientQueue() != 0) {
      QUEUE.check("the queue of cgiPerClient", scripts.clientQueue());
    }
    OCTETS.check("cgiSpool", scripts.spoolOctets());
    checkTime("cgiTimeout", scripts.timeLimit());
    return settings;
  }

  private static void check(Limits limits) {
    FIELDS.check("fieldLines", limits.fieldLines());
    OCTETS.check("contentOctets", limits.contentOctets());
    Patience patience = limits.patience();
    OCTETS.check("contentRate", patience.contentRate());
    OCTETS.check("sendRate", patience.sendRate());
    checkTime("headTime", patience.headTime());
    checkTime("idleTime", patience.idleTime());
    checkTime("stallTime", patience.stallTime());
    checkTime("lingerTime", patience.lingerTime());
  }
}
