package passerelle.gateway;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import passerelle.http.FieldName;
import passerelle.http.Fields;
import passerelle.http.Request;
import passerelle.io.AddressText;
import passerelle.io.Ascii;

/**
 * The environment of a script: the request as meta-variables (RFC 3875 §4.1), and a short list of
 * variables from the server's own environment. Nothing else gets in.
 *
 * <p>Names and values have one character per octet. Knows nothing of processes.
 *
 * <p>Confined to the loop thread.
 */
final class MetaVariables {
  private final Map<String, String> variables = new LinkedHashMap<>();

  private MetaVariables() {}

  /**
   * Builds the environment for one run.
   *
   * @param contentOctets the length of the request's content, which is known by now
   */
  static Map<String, String> of(
      Request request, Script script, GatewaySettings settings, long contentOctets) {
    MetaVariables meta = new MetaVariables();
    meta.variables.putAll(settings.inherited());
    meta.server(request, settings);
    meta.request(request, script, settings);
    meta.content(request, contentOctets);
    meta.protocolFields(request.fields());
    if (meta.variables.containsKey("HTTP_HOST")) {
      // An absolute target's authority wins over Host (RFC 9112 §3.2.2), here as elsewhere.
      meta.put("HTTP_HOST", request.authority().toString());
    }
    return meta.variables;
  }

  private void put(String name, String value) {
    variables.put(name, value);
  }

  private void server(Request request, GatewaySettings settings) {
    put("GATEWAY_INTERFACE", "CGI/1.1");
    put("SERVER_SOFTWARE", settings.serverSoftware());
    put("SERVER_PROTOCOL", request.minorVersion() == 0 ? "HTTP/1.0" : "HTTP/1.1");
    put("SERVER_NAME", serverName(request));
    put("SERVER_ADDR", address(request.localAddress()));
    put("SERVER_PORT", Integer.toString(request.localAddress().getPort()));
    put("REMOTE_ADDR", address(request.remoteAddress()));
    put("REMOTE_HOST", address(request.remoteAddress()));
    put("REMOTE_PORT", Integer.toString(request.remoteAddress().getPort()));
  }

  /** The name that the client used, without the port; else an address (§4.1.14). */
  private static String serverName(Request request) {
    String host = host(request);
    if (!host.isEmpty()) {
      return host;
    }
    String address = address(request.localAddress());
    return address.indexOf(':') < 0 ? address : '[' + address + ']';
  }

  /** The host that the request names, without a port; empty if it names none. */
  static String host(Request request) {
    String authority = request.authority().toString();
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
  }

  private static String address(InetSocketAddress address) {
    return AddressText.of(address.getAddress());
  }

  private void request(Request request, Script script, GatewaySettings settings) {
    String root = settings.documentRoot();
    put("REQUEST_METHOD", request.methodName());
    put("REQUEST_URI", request.targetAsSent().toString());
    put("QUERY_STRING", request.target().query());
    put("SCRIPT_NAME", script.scriptName());
    put("SCRIPT_FILENAME", script.fileOctets());
    put("DOCUMENT_ROOT", root);
    if (!script.pathInfo().isEmpty()) {
      put("PATH_INFO", script.pathInfo());
      put("PATH_TRANSLATED", (root.equals("/") ? "" : root) + script.pathInfo());
    }
    // php-cgi refuses to run without it: proof that a web server, not a person, called it.
    put("REDIRECT_STATUS", "200");
  }

  /**
   * What is said of the content (§4.1.2, §4.1.3). The length is there if the client framed some,
   * none included (RFC 9112 §6); the type if the client named one, whatever it is the type of.
   */
  private void content(Request request, long contentOctets) {
    Fields fields = request.fields();
    boolean isFramed =
        fields.first(FieldName.CONTENT_LENGTH) != null
            || fields.first(FieldName.TRANSFER_ENCODING) != null;
    if (isFramed || contentOctets > 0) {
      put("CONTENT_LENGTH", Long.toString(contentOctets));
    }
    String type = fields.joined(FieldName.CONTENT_TYPE);
    if (type != null) {
      put("CONTENT_TYPE", type);
    }
  }

  /**
   * The request's fields as HTTP_… (§4.1.18). A name with an underscore is dropped, since it would
   * pass for the one with a hyphen; so are credentials, what framed the message, and Proxy, which
   * would become HTTP_PROXY and redirect the script's own requests.
   */
  private void protocolFields(Fields fields) {
    for (int i = 0; i < fields.count(); i++) {
      String name = Ascii.lower(fields.name(i).toString());
      if (isForScripts(name)) {
        String variable = "HTTP_" + upper(name);
        String separator = name.equals("cookie") ? "; " : ", ";
        variables.merge(variable, fields.value(i).toString(), (a, b) -> a + separator + b);
      }
    }
  }

  private static boolean isForScripts(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c != '-' && !Ascii.is(c, Ascii.DIGIT) && !(c >= 'a' && c <= 'z')) {
        return false;
      }
    }
    return switch (name) {
      case "authorization",
          "connection",
          "content-length",
          "content-type",
          "expect",
          "keep-alive",
          "proxy",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade" ->
          false;
      default -> true;
    };
  }

  private static String upper(String name) {
    StringBuilder upper = new StringBuilder(name.length());
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      upper.append(c == '-' ? '_' : c >= 'a' && c <= 'z' ? (char) (c & ~0x20) : c);
    }
    return upper.toString();
  }
}
