package passerelle.wire;

/**
 * How much, and how long, the wire layer puts up with.
 *
 * <p>Immutable.
 *
 * @param targetOctets longest request target; more is 414
 * @param headOctets longest request head; more is 431
 * @param fieldLines most field lines in a head; more is 431
 * @param contentOctets largest request content; more is 413
 * @param patience how long it waits
 * @param takesAllMethods whether a method that the server does not know is left to the handler;
 *     otherwise it is 501, at once
 */
public record Limits(
    int targetOctets,
    int headOctets,
    int fieldLines,
    long contentOctets,
    Patience patience,
    boolean takesAllMethods) {

  /** The most that {@link #headOctets} may be: who sends such a head borrows a buffer for it. */
  public static final int LARGEST_HEAD = 1024 * 1024;

  /** What a head leaves free in the input buffer at least, for content to arrive in. */
  public static final int CONTENT_ROOM = 4 * 1024;

  /** Octets in a connection's input buffer and in its output buffer. */
  public static final int BUFFER_OCTETS = 16 * 1024;

  /**
   * More than all else that the head of a response may hold: a script's head, and what the command
   * line says of fields. An argument there has 128 KiB at most.
   */
  private static final int OTHER_FIELD_OCTETS = 512 * 1024;

  /** How much longer a target can get when all of it is percent-encoded. */
  private static final int ENCODING_FACTOR = 3;

  /** Checks that a target fits a head, and that a head is not larger than a buffer may be. */
  public Limits {
    if (targetOctets < 1 || targetOctets > headOctets || headOctets > LARGEST_HEAD) {
      throw new IllegalArgumentException("a target must fit a head, and a head a buffer");
    }
  }

  /** Limits of a server on which no resource takes a method that the server does not know. */
  public Limits(
      int targetOctets, int headOctets, int fieldLines, long contentOctets, Patience patience) {
    this(targetOctets, headOctets, fieldLines, contentOctets, patience, false);
  }

  /** The defaults. */
  public static Limits standard() {
    return new Limits(8 * 1024, 32 * 1024, 100, 1L << 30, Patience.standard());
  }

  /** The same limits with another bound on request content. */
  public Limits withContentOctets(long octets) {
    return new Limits(targetOctets, headOctets, fieldLines, octets, patience, takesAllMethods);
  }

  /** The same limits with other times. */
  public Limits withPatience(Patience times) {
    return new Limits(targetOctets, headOctets, fieldLines, contentOctets, times, takesAllMethods);
  }

  /** The same limits, but every method is left to the handler. */
  public Limits withAllMethods() {
    return new Limits(targetOctets, headOctets, fieldLines, contentOctets, patience, true);
  }

  /** Octets in the input buffer of a connection whose head does not fit the usual one. */
  public int largeBufferOctets() {
    return Math.max(BUFFER_OCTETS, headOctets + CONTENT_ROOM);
  }

  /** The largest head of a response: one that sends a whole target back, all of it encoded. */
  public int responseHeadOctets() {
    return ENCODING_FACTOR * targetOctets + OTHER_FIELD_OCTETS;
  }
}
