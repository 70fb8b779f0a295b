package passerelle.gateway;

import java.util.concurrent.RejectedExecutionException;

/**
 * Answers orders: by a process for each, say, or by a server that speaks another protocol.
 *
 * <p>Confined to the loop thread.
 */
public interface Responder {
  /** Whether another order would be taken now. */
  boolean hasRoom();

  /**
   * Begins to answer an order, and returns at once. Nothing of the reply is called before.
   *
   * @param reply hears what becomes of it
   * @return what stops it
   * @throws RejectedExecutionException if there is no room; then nothing was begun
   */
  Run begin(Order order, Reply reply);
}
