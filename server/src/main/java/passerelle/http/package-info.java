/**
 * HTTP's semantics (RFC 9110), without a wire format: request, response, body, exchange, handler.
 */
package passerelle.http;
