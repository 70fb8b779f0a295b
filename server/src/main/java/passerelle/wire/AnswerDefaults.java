package passerelle.wire;

import passerelle.http.FieldBlock;
import passerelle.http.RefusalContent;

/**
 * What all responses of a server have in common.
 *
 * <p>Immutable.
 *
 * @param fields those that stand in every head, unless the answer has such a field of its own
 * @param pages the content of refusals that have none of their own
 */
public record AnswerDefaults(FieldBlock fields, RefusalContent pages) {}
