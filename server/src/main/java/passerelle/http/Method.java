package passerelle.http;

/**
 * The request methods that this server knows (RFC 9110 §9.3, RFC 5789). Names are case-sensitive;
 * any other method is answered with 501.
 *
 * <p>Immutable.
 */
public enum Method {
  GET,
  HEAD,
  POST,
  PUT,
  DELETE,
  OPTIONS,
  PATCH,
  TRACE,
  CONNECT
}
