package passerelle.http1;

import java.time.Duration;

/**
 * How much, and how long, the wire layer puts up with.
 *
 * <p>Immutable.
 *
 * @param targetOctets longest request target; more is 414
 * @param headOctets longest request head; more is 431
 * @param fieldLines most field lines in a head; more is 431
 * @param contentOctets largest request content; more is 413
 * @param headTime for a whole request head, from its first octet; longer is 408
 * @param idleTime between two requests; then the connection is closed
 * @param contentTime without any progress of the request's content; longer is 408
 * @param writeTime without any progress of the response; then the connection is closed
 * @param lingerTime for the client to read an early answer before the connection is closed
 */
public record Limits(
    int targetOctets,
    int headOctets,
    int fieldLines,
    long contentOctets,
    Duration headTime,
    Duration idleTime,
    Duration contentTime,
    Duration writeTime,
    Duration lingerTime) {

  /** Octets in a connection's input buffer and in its output buffer. */
  public static final int BUFFER_OCTETS = 16 * 1024;

  /** What a head leaves free in the input buffer at least, for content to arrive in. */
  static final int CONTENT_ROOM = 4 * 1024;

  /** Checks that a head fits the input buffer. */
  public Limits {
    if (headOctets > BUFFER_OCTETS - CONTENT_ROOM || targetOctets > headOctets) {
      throw new IllegalArgumentException("a head must fit the input buffer");
    }
  }

  /** The defaults. */
  public static Limits standard() {
    return new Limits(
        8 * 1024,
        12 * 1024,
        100,
        1L << 30,
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        Duration.ofSeconds(30),
        Duration.ofSeconds(5));
  }

  /** The same limits with another bound on request content. */
  public Limits withContentOctets(long octets) {
    return new Limits(
        targetOctets,
        headOctets,
        fieldLines,
        octets,
        headTime,
        idleTime,
        contentTime,
        writeTime,
        lingerTime);
  }
}
