package passerelle.http;

/**
 * Answers requests.
 *
 * <p>A handler is called once the head is complete. Before it returns it must have called one of
 * {@link Exchange#send}, {@link Exchange#refuse}, {@link Exchange#receive} or {@link
 * Exchange#defer}; it never waits. What it throws is logged and becomes a 500.
 *
 * <p>Confined to the loop thread.
 */
public interface Handler {
  /** Answers, or arranges that the exchange will be answered. */
  void handle(Exchange exchange);
}
