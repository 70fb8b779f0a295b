package passerelle.wire;

import passerelle.http.ErrorPages;
import passerelle.http.FieldBlock;

/**
 * What all responses of a server have in common.
 *
 * <p>Immutable.
 *
 * @param fields those that stand in every head, unless the answer has such a field of its own
 * @param errorPages the pages of those that have nothing better to say
 */
public record AnswerDefaults(FieldBlock fields, ErrorPages errorPages) {
  /** Nothing of the site's own. */
  public static AnswerDefaults none() {
    return new AnswerDefaults(FieldBlock.EMPTY, new ErrorPages());
  }
}
