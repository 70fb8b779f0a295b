package passerelle.gateway;

import org.jspecify.annotations.Nullable;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.http.Request;
import passerelle.io.Slice;

/**
 * What of the site answers for a script.
 *
 * <p>Confined to the loop thread.
 *
 * @param localRedirects answers a request that a script turned to another resource (RFC 3875
 *     §6.2.2)
 * @param files sends files that scripts name; null if it does not
 */
public record Elsewhere(Handler localRedirects, @Nullable FileSender files) {
  /**
   * Has the site answer with another of its resources: the request becomes a GET, or stays a HEAD,
   * and has no content any more (RFC 3875 §6.2.2).
   *
   * @param target an origin-form target; a fragment behind it is the client's, and is left out
   * @return false if the exchange was redirected too often; nothing was answered then
   */
  boolean tryRedirect(Exchange exchange, String target) {
    Request request = exchange.request();
    int fragment = target.indexOf('#');
    request.target().setOrigin(Slice.of(fragment < 0 ? target : target.substring(0, fragment)));
    request.becomeGet();
    return exchange.tryHandOn(localRedirects);
  }
}
