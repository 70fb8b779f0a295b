package passerelle.gateway;

import java.util.function.Consumer;
import passerelle.http.Exchange;

/**
 * Sends files of the site for scripts.
 *
 * <p>Confined to the loop thread.
 */
public interface FileSender {
  /**
   * Sends a file, with the status and the fields that the response has, or calls back without
   * having answered.
   *
   * @param name absolute, one character per octet
   * @param onRefusal told in words why the file is not sent
   */
  void send(Exchange exchange, String name, Consumer<String> onRefusal);
}
