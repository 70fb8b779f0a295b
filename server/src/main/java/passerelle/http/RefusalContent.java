package passerelle.http;

/**
 * Draws what people see of a refusal (RFC 9110 §15.5: a representation that explains the error).
 *
 * <p>Confined to the loop thread.
 */
public interface RefusalContent {
  /** Adds a body, and the fields that describe it, to a response whose head is filled in. */
  void addTo(Response response, Refusal refusal);
}
