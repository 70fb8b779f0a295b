package passerelle.gateway;

/**
 * An order that is being answered.
 *
 * <p>Safe from any thread.
 */
public interface Run {
  /**
   * Nobody waits for the answer any more. Does not wait, and may come more than once, and after the
   * end. The reply is closed all the same, when everything is released.
   */
  void stop();
}
