package passerelle.wire;

import passerelle.http.ErrorPages;

/**
 * What all responses of a server have in common.
 *
 * <p>Immutable.
 *
 * @param fieldLines field lines that stand in every head, each ended by CRLF
 * @param errorPages the pages of those that have nothing better to say
 */
public record AnswerDefaults(String fieldLines, ErrorPages errorPages) {
  /** Nothing of the site's own. */
  public static AnswerDefaults none() {
    return new AnswerDefaults("", new ErrorPages());
  }
}
