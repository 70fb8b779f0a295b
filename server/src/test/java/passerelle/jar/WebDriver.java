package passerelle.jar;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import passerelle.harness.Needs;

/**
 * A headless Chromium with a fresh profile, driven by chromedriver: as much of the W3C WebDriver
 * protocol as the tests need. {@link #close} ends both.
 *
 * <p>Safe from any thread.
 */
final class WebDriver implements AutoCloseable {
  private static final Pattern PORT = Pattern.compile("started successfully on port ([0-9]+)");
  private static final Pattern SESSION = Pattern.compile("\"sessionId\":\"([^\"]+)\"");
  private static final Pattern ELEMENT = Pattern.compile("\"element-6066[^\"]*\":\"([^\"]+)\"");
  private static final Pattern VALUE = Pattern.compile("\"value\":\"((?:[^\"\\\\]|\\\\.)*)\"");
  private static final Pattern ESCAPE = Pattern.compile("\\\\(u([0-9A-Fa-f]{4})|.)");
  private static final String OPTIONS =
      """
      {"capabilities": {"alwaysMatch": {"browserName": "chrome",
        "goog:loggingPrefs": {"browser": "ALL"}, "goog:chromeOptions": {
        "binary": %s, "args": ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
        "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--force-prefers-reduced-motion", "--window-size=1280,900", %s]}}}}
      """;

  private static final String TEMPORARY = "tmp";

  private final Child driver;
  private final String session;

  private WebDriver(Child driver, String session) {
    this.driver = driver;
    this.session = session;
  }

  /** Starts a browser. The profile is a folder that the caller removes afterwards. */
  static WebDriver start(Path profile) throws IOException {
    String chromium = Needs.tool("chromium").toString();
    String chromedriver = Needs.tool("chromedriver").toString();
    Files.createDirectories(profile.resolve(TEMPORARY));
    Child driver =
        Command.of(chromedriver, "--port=0")
            .in(profile)
            .with("HOME", profile.toString())
            // Relative: Chromium makes a socket there, whose path has to be short.
            .with("TMPDIR", TEMPORARY)
            .start();
    try {
      await()
          .atMost(Command.PATIENCE_SECONDS, TimeUnit.SECONDS)
          .until(() -> !driver.isAlive() || PORT.matcher(driver.out()).find());
      String sessions = "http://127.0.0.1:" + first(PORT, driver.out()) + "/session";
      String data = profile.resolve("data").toString();
      String options = OPTIONS.formatted(json(chromium), json("--user-data-dir=" + data));
      HttpResponse<String> response = ask("POST", sessions, options);
      Needs.that(
          response.statusCode() == 200,
          "chromedriver cannot start Chromium: " + response.body().replace('\n', ' '));
      return new WebDriver(driver, sessions + "/" + first(SESSION, response.body()));
    } catch (Throwable e) {
      driver.close();
      throw e;
    }
  }

  void open(URI uri) throws IOException {
    send("POST", session + "/url", "{\"url\": " + json(uri.toString()) + "}");
  }

  String url() throws IOException {
    return text(send("GET", session + "/url", ""));
  }

  String title() throws IOException {
    return text(send("GET", session + "/title", ""));
  }

  /** Clicks on what the CSS selector finds. */
  void click(String selector) throws IOException {
    send("POST", element(selector) + "/click", "{}");
  }

  /** Types, key by key. */
  void type(String selector, String keys) throws IOException {
    send("POST", element(selector) + "/value", "{\"text\": " + json(keys) + "}");
  }

  /** The text of an element as it is seen. */
  String textOf(String selector) throws IOException {
    return text(send("GET", element(selector) + "/text", ""));
  }

  /** What a JavaScript expression is, as a string. */
  String evaluate(String expression) throws IOException {
    String script = json("return String(" + expression + ")");
    String answer =
        send("POST", session + "/execute/sync", "{\"script\": " + script + ", \"args\": []}");
    return text(answer);
  }

  /** Whether an element can be seen. */
  boolean isShown(String selector) throws IOException {
    String answer = send("GET", element(selector) + "/displayed", "");
    return answer.replace(" ", "").contains("\"value\":true");
  }

  /** What Chromium has written to its console since this was last asked, as JSON. */
  String takeConsole() throws IOException {
    return send("POST", session + "/se/log", "{\"type\": \"browser\"}");
  }

  /** Calls Chromium's own DevTools protocol; the parameters are JSON. */
  void devTools(String command, String parameters) throws IOException {
    String call = "{\"cmd\": " + json(command) + ", \"params\": " + parameters + "}";
    send("POST", session + "/goog/cdp/execute", call);
  }

  private String element(String selector) throws IOException {
    String query = "{\"using\": \"css selector\", \"value\": " + json(selector) + "}";
    return session + "/element/" + first(ELEMENT, send("POST", session + "/element", query));
  }

  private static HttpResponse<String> ask(String method, String uri, String content)
      throws IOException {
    HttpRequest.Builder request = Web.request(URI.create(uri));
    if (method.equals("POST")) {
      request.POST(HttpRequest.BodyPublishers.ofString(content));
    } else {
      request.method(method, HttpRequest.BodyPublishers.noBody());
    }
    return Web.send(request.build());
  }

  private static String send(String method, String uri, String content) throws IOException {
    HttpResponse<String> response = ask(method, uri, content);
    if (response.statusCode() != 200) {
      throw new AssertionError(uri + " " + content + ": " + response.body());
    }
    return response.body();
  }

  private static String first(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new AssertionError(pattern + " is not in " + text);
    }
    return matcher.group(1);
  }

  private static String text(String answer) {
    return ESCAPE
        .matcher(first(VALUE, answer))
        .replaceAll(escape -> Matcher.quoteReplacement(unescaped(escape.group(1))));
  }

  private static String unescaped(String escape) {
    return switch (escape.charAt(0)) {
      case 'u' -> Character.toString((char) Integer.parseInt(escape.substring(1), 16));
      case 'n' -> "\n";
      case 't' -> "\t";
      case 'r' -> "\r";
      default -> escape;
    };
  }

  private static String json(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  @Override
  public void close() throws IOException {
    try (driver) {
      send("DELETE", session, "");
    }
  }
}
