package passerelle.cgi;

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
 * @param interpreters the command, in words, for a file name extension such as {@code .py}
 * @param timeLimit for one run of a script, and for a request's wait in the queue
 * @param serverSoftware the value of SERVER_SOFTWARE
 * @param inherited variables that all scripts get, from the server's own environment or from
 *     whoever runs it, one character per octet
 * @param explains whether clients of this machine are shown what went wrong with a script
 */
public record CgiSettings(
    String documentRoot,
    Map<String, List<String>> interpreters,
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

  /** The interpreters that need no option. */
  public static final Map<String, List<String>> INTERPRETERS =
      Map.of(
          ".py", List.of("python3"),
          ".pl", List.of("perl"),
          ".sh", List.of("sh"),
          ".php", List.of("php-cgi"));

  /** Copies the collections. */
  public CgiSettings {
    interpreters = Map.copyOf(interpreters);
    inherited = Map.copyOf(inherited);
  }
}
