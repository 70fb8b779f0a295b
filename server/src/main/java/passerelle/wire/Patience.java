package passerelle.wire;

import java.time.Duration;

/**
 * How long the wire layer waits for a client.
 *
 * <p>Octets that trickle are worse than none, since each of them looks like progress. So a head has
 * one deadline as a whole, and content and responses must keep to a rate, on average: what moves
 * postpones the end of the wait by the time that it may take at that rate.
 *
 * <p>Immutable.
 *
 * @param headTime for a whole request head, from its first octet; longer is 408
 * @param idleTime between two requests; then the connection is closed
 * @param stallTime how long a client may stay behind the two rates
 * @param contentRate octets of request content a second that a client must send; less is 408. With
 *     0, any progress within the stall time will do
 * @param sendRate octets of response a second that a client must take; if it takes less, the
 *     connection is closed. With 0, any progress within the stall time will do
 * @param lingerTime for the client to read the last answer before the connection is closed
 */
public record Patience(
    Duration headTime,
    Duration idleTime,
    Duration stallTime,
    long contentRate,
    long sendRate,
    Duration lingerTime) {

  /** The defaults. */
  public static Patience standard() {
    return new Patience(
        Duration.ofSeconds(20),
        Duration.ofSeconds(60),
        Duration.ofSeconds(30),
        512,
        4 * 1024,
        Duration.ofSeconds(5));
  }
}
