package passerelle.http;

/**
 * The methods that a kind of resource takes. The Allow field of an answer to OPTIONS (RFC 9110
 * §9.3.7) and that of a 405 (§15.5.6) come from here, so they agree.
 *
 * <p>Immutable.
 */
public enum Allowed {
  /** Files, and lists of directories. */
  PAGES("GET, HEAD, OPTIONS"),

  /** Scripts, of the methods that the server knows; they get all others but TRACE as well. */
  SCRIPTS("GET, HEAD, POST, PUT, DELETE, PATCH, OPTIONS");

  private final String list;

  Allowed(String list) {
    this.list = list;
  }

  /** The value of Allow: the methods, separated by commas. */
  String list() {
    return list;
  }

  /** 405: a method that is none of them. */
  public Refusal refusal() {
    return Refusal.notAllowed(this);
  }

  /** Answers OPTIONS. */
  public void answer(Exchange exchange) {
    exchange.response().status(Status.NO_CONTENT).field("Allow", list);
    exchange.send();
  }
}
