package passerelle.gateway;

import org.jspecify.annotations.Nullable;
import passerelle.http.Handler;

/**
 * What of the site answers for a script.
 *
 * <p>Confined to the loop thread.
 *
 * @param localRedirects answers a request that a script turned to another resource (RFC 3875
 *     §6.2.2)
 * @param files sends files that scripts name; null if it does not
 */
public record Elsewhere(Handler localRedirects, @Nullable FileSender files) {}
