package passerelle.cgi;

import java.util.List;
import java.util.Map;

/**
 * What a run of a script needs.
 *
 * <p>Immutable.
 *
 * @param script the script
 * @param parser reads the head of its answer
 * @param environment its meta-variables
 * @param interpreters commands by extension
 * @param content the request's content, complete
 * @param wantsContent whether the client will see the content of the answer
 * @param explains whether the client is to see what went wrong
 * @param limitNanos the time limit, and that for waiting in the queue
 */
record RunOrder(
    Script script,
    ScriptResponseParser parser,
    Map<String, String> environment,
    Map<String, List<String>> interpreters,
    ContentSpool content,
    boolean wantsContent,
    boolean explains,
    long limitNanos) {}
