package passerelle.http;

/**
 * Hears of every exchange that has ended: the access log, the counters.
 *
 * <p>Confined to the loop thread.
 */
public interface ExchangeListener {
  /** Does nothing. */
  ExchangeListener NONE = (exchange, contentOctets) -> {};

  /**
   * An exchange is over, answered in full or not. The request's slices are still valid.
   *
   * @param contentOctets how many octets followed the response's head
   */
  void onEnd(Exchange exchange, long contentOctets);
}
