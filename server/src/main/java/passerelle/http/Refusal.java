package passerelle.http;

/**
 * Why a request does not get what it asks for, with all that the response says in that case (RFC
 * 9110 §15.4 to §15.6). A handler, or the wire, gives it to the exchange; nobody else adds such
 * fields. A worker may give it as its answer.
 *
 * <p>Immutable.
 */
public final class Refusal implements Deferral.Answer {
  /** What made it impossible is over soon: a queue was full, or descriptors were missing. */
  private static final int RETRY_SECONDS = 1;

  private final Status status;
  private final FieldBlock fields;
  private final String explanation;
  private final boolean isLast;

  private Refusal(Status status, FieldBlock fields, String explanation, boolean isLast) {
    this.status = status;
    this.fields = fields;
    this.explanation = explanation;
    this.isLast = isLast;
  }

  /**
   * A refusal with nothing to add to its status.
   *
   * @throws IllegalArgumentException for a status that says nothing without a field of its own; one
   *     of the methods below has it
   */
  public static Refusal of(Status status) {
    boolean lacksField =
        status.equals(Status.METHOD_NOT_ALLOWED)
            || status.equals(Status.RANGE_NOT_SATISFIABLE)
            || status.equals(Status.MOVED_PERMANENTLY);
    if (lacksField) {
      throw new IllegalArgumentException(status.code() + " needs a field of its own");
    }
    return new Refusal(status, FieldBlock.EMPTY, "", false);
  }

  /**
   * 405 (RFC 9110 §15.5.6).
   *
   * @param allowed the methods that the resource takes
   */
  static Refusal notAllowed(Allowed allowed) {
    FieldBlock allow = FieldBlock.of("Allow", allowed.list());
    return new Refusal(Status.METHOD_NOT_ALLOWED, allow, "", false);
  }

  /**
   * 416 (RFC 9110 §15.5.17).
   *
   * @param octets how long the representation is
   */
  public static Refusal notSatisfiable(long octets) {
    FieldBlock length = FieldBlock.of("Content-Range", "bytes */" + octets);
    return new Refusal(Status.RANGE_NOT_SATISFIABLE, length, "", false);
  }

  /**
   * 301 (RFC 9110 §15.4.2): what is asked for has another address.
   *
   * @param reference its URI, or a reference relative to the request's
   */
  public static Refusal moved(String reference) {
    return new Refusal(Status.MOVED_PERMANENTLY, FieldBlock.of("Location", reference), "", false);
  }

  /** The same, with further fields. */
  public Refusal with(FieldBlock more) {
    return new Refusal(status, fields.with(more), explanation, isLast);
  }

  /** The same, with a reason in words for the person who asked; plain text. */
  public Refusal because(String reason) {
    return new Refusal(status, fields, reason, isLast);
  }

  /** The same, and the connection ends behind it (RFC 9112 §9.6). */
  public Refusal andClose() {
    return new Refusal(status, fields, explanation, true);
  }

  /** The status of the response. */
  public Status status() {
    return status;
  }

  /** The reason of {@link #because}; empty if the status says enough. */
  public String explanation() {
    return explanation;
  }

  /**
   * Puts into a response what this refusal says in its head; what stands there by the same name
   * stays, alone. A busy server always says when to come again (RFC 9110 §10.2.3).
   */
  public void addTo(Response response) {
    response.status(status).fields(response.beside(fields));
    boolean isBusy =
        status.equals(Status.SERVICE_UNAVAILABLE) || status.equals(Status.TOO_MANY_REQUESTS);
    if (isBusy && response.field("Retry-After") == null) {
      response.field("Retry-After", Integer.toString(RETRY_SECONDS));
    }
    if (isLast) {
      response.last();
    }
  }

  @Override
  public void applyTo(Exchange exchange) {
    exchange.refuse(this);
  }

  @Override
  public void discard() {
    // There is nothing to release.
  }
}
