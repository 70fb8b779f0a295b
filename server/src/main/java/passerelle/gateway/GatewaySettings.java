package passerelle.gateway;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What the gateway needs to know.
 *
 * <p>Immutable.
 *
 * @param documentRoot the directory that is served, for PATH_TRANSLATED and DOCUMENT_ROOT, one
 *     character per octet
 * @param timeLimit for one run of a script, and for a request's wait in the queue
 * @param serverSoftware the value of SERVER_SOFTWARE
 * @param inherited variables that all scripts get, from the server's own environment or from
 *     whoever runs it, one character per octet
 * @param explains whether clients of this machine are shown what went wrong with a script
 */
public record GatewaySettings(
    String documentRoot,
    Duration timeLimit,
    String serverSoftware,
    Map<String, String> inherited,
    boolean explains) {

  /**
   * The names of what a program needs to find others, and to speak the user's language and time.
   */
  public static final List<String> INHERITED = List.of("PATH", "LANG", "LC_ALL", "LC_CTYPE", "TZ");

  /** The PATH of a server that was started without one. */
  public static final String PATH_OTHERWISE = "/usr/local/bin:/usr/bin:/bin";

  /** Copies the variables. */
  public GatewaySettings {
    inherited = Map.copyOf(inherited);
  }
}
