package passerelle.gateway;

import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import passerelle.http.Status;
import passerelle.io.ClientKey;

/**
 * Answers orders: by a process for each, say, or by a server that speaks another protocol.
 *
 * <p>Confined to the loop thread.
 */
public interface Responder {
  /** Why another order of a client would not be taken now; null if it would. */
  @Nullable Status refusal(ClientKey client);

  /**
   * Begins to answer an order, and returns at once. Nothing of the reply is called before.
   *
   * @param reply hears what becomes of it
   * @return what stops it
   * @throws RejectedExecutionException if there is no room; then nothing was begun
   */
  Run begin(Order order, Reply reply);
}
