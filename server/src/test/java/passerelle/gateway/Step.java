package passerelle.gateway;

/** What a script does next, whoever plays it. */
public sealed interface Step {
  /** It writes text to its standard output. */
  record Prints(String text) implements Step {}

  /** It writes so many octets x. */
  record PrintsMany(int octets) implements Step {}

  /** It writes a line to its standard error. */
  record Complains(String line) implements Step {}

  /** It writes the request's content. */
  record Echoes() implements Step {}

  /** It does nothing until it is stopped. */
  record Sleeps() implements Step {}

  /** It prints nothing for a moment, so that what it has printed is on its way. */
  record Pauses() implements Step {}

  /** A signal kills it, its number 9. */
  record Dies() implements Step {}

  /** It ends with a status other than 0. */
  record Exits(int code) implements Step {}
}
