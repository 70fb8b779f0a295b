package passerelle.http;

/**
 * How far a body came with writing itself; the whole protocol of backpressure.
 *
 * <p>Immutable.
 */
public enum Progress {
  /** Everything is written. */
  DONE,
  /** The quantum is used up, the socket still takes octets: again at the end of this turn. */
  MORE,
  /** The socket is full: wait until it is writable. */
  BLOCKED,
  /** There is nothing to write yet: the producer will call. */
  STARVED
}
