package passerelle.gateway;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which variables whoever runs the server may give to scripts: not those that say something about
 * one request, for scripts trust them. Nobody but the operator can say who the user is or that a
 * proxy speaks TLS, so REMOTE_USER, AUTH_TYPE and HTTPS are free.
 *
 * <p>Immutable.
 */
public final class VariableRule {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** What {@link MetaVariables} sets, beside HTTP_…. */
  private static final Set<String> PER_REQUEST =
      Set.of(
          "CONTENT_LENGTH",
          "CONTENT_TYPE",
          "DOCUMENT_ROOT",
          "GATEWAY_INTERFACE",
          "PATH_INFO",
          "PATH_TRANSLATED",
          "QUERY_STRING",
          "REDIRECT_STATUS",
          "REMOTE_ADDR",
          "REMOTE_HOST",
          "REMOTE_PORT",
          "REQUEST_METHOD",
          "REQUEST_URI",
          "SCRIPT_FILENAME",
          "SCRIPT_NAME",
          "SERVER_ADDR",
          "SERVER_NAME",
          "SERVER_PORT",
          "SERVER_PROTOCOL",
          "SERVER_SOFTWARE");

  private VariableRule() {}

  /**
   * Checks a variable's name.
   *
   * @throws IllegalArgumentException whose message says what is wrong
   */
  public static void checkName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "a variable's name has letters, digits and underscores, and begins with no digit");
    }
    if (PER_REQUEST.contains(name)) {
      throw new IllegalArgumentException("the server sets it for each request");
    }
    if (name.startsWith("HTTP_")) {
      throw new IllegalArgumentException("it would pass for a field of the request");
    }
  }

  /**
   * Checks a variable.
   *
   * @throws IllegalArgumentException whose message says what is wrong
   */
  public static void check(String name, String value) {
    checkName(name);
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("its value holds a NUL");
    }
  }
}
