package passerelle.http;

/**
 * The request methods that this server knows (RFC 9110 §9.3, RFC 5789), and one constant for all
 * the rest. Names are case-sensitive.
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
  CONNECT,
  /** Any other token; {@link Request#methodName} says which. */
  OTHER
}
