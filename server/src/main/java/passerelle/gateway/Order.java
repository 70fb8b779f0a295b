package passerelle.gateway;

import java.util.Map;
import passerelle.io.ClientKey;

/**
 * What a responder is to answer.
 *
 * <p>It passes to whoever takes the turns of the run, one thread at a time.
 *
 * <p>Confined to one worker.
 *
 * @param client who asks
 * @param script the script that was found
 * @param variables its meta-variables, one character per octet
 * @param content the request's content, complete; it may be closed as soon as nobody needs it
 * @param parser reads the head of the answer, as a script writes it
 * @param wantsContent whether the client will see the content of the answer
 * @param limitNanos the time limit, and that for waiting in a queue
 */
public record Order(
    ClientKey client,
    Script script,
    Map<String, String> variables,
    ContentSpool content,
    ScriptResponseParser parser,
    boolean wantsContent,
    long limitNanos) {}
