package passerelle.bench;

/**
 * A server's parser with one request head in front of it, as that server drives it on a persistent
 * connection: what the server makes anew for each request is made anew for each call.
 *
 * <p>The questions are about the last call, for checks, and not part of what is measured.
 *
 * <p>Confined to one worker.
 */
public interface HeadParser {
  /**
   * Parses the head, all of which is there; throws if it is not found to be complete.
   *
   * @return what was parsed, so that nobody can say it was not needed
   */
  Object whole();

  /** The same with first one half of the octets, then all; the first half must not be enough. */
  Object split();

  /** The method that was found. */
  String method();

  /** The target that was found. */
  String target();

  /** How many field lines were found. */
  int fieldLines();

  /** The value of the only field with this name. */
  String value(String name);

  /** Throws unless a call came out as it had to. */
  static void require(boolean isAsExpected) {
    if (!isAsExpected) {
      throw new IllegalStateException("the parser did not find the end of the head where it is");
    }
  }
}
