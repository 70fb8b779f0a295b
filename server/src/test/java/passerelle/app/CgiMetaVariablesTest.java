package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.harness.Needs;

/** The environment that a script really gets (RFC 3875 §4.1), and the directory it runs in. */
final class CgiMetaVariablesTest {
  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.script("env.sh", Site.SHOW_ENVIRONMENT);
    site.script("deep/er/env.sh", Site.SHOW_ENVIRONMENT);
    site.script("pwd.sh", "printf 'Content-Type: text/plain\\n\\n'", "pwd -P");
    site.script("deep/pwd.sh", "printf 'Content-Type: text/plain\\n\\n'", "pwd -P; echo $#");
    Map<String, String> own = new TreeMap<>(Site.ENVIRONMENT);
    own.put("TZ", "Europe/Paris");
    own.put("LC_CTYPE", "C.UTF-8");
    own.put("LC_ALL", "C");
    own.put("HOME", "/secret");
    own.put("AWS_SECRET_ACCESS_KEY", "secret");
    own.put("LD_PRELOAD", "/secret.so");
    own.put("HTTP_PROXY", "http://secret.example");
    own.put("PASSERELLE_PORT", "1");
    site.start(s -> s.cgi("/cgi-bin").environment(own));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static Map<String, String> variables(Reply reply) {
    assertEquals(200, reply.status(), reply::text);
    Map<String, String> variables = new TreeMap<>();
    reply
        .content()
        .lines()
        .forEach(line -> variables.put(line.split("=", 2)[0], line.split("=", 2)[1]));
    return variables;
  }

  private static Map<String, String> get(String target, String... fields) throws IOException {
    return variables(site.get(target, fields));
  }

  @Test
  void aPlainGetGetsExactlyTheseVariables() throws IOException {
    Map<String, String> actual = get("/cgi-bin/env.sh");
    assertTrue(Integer.parseInt(String.valueOf(actual.remove("REMOTE_PORT"))) >= 1024);
    Map<String, String> expected = new TreeMap<>(Site.ENVIRONMENT);
    expected.put("TZ", "Europe/Paris");
    expected.put("LC_CTYPE", "C.UTF-8");
    expected.put("LC_ALL", "C");
    expected.put("GATEWAY_INTERFACE", "CGI/1.1");
    expected.put("SERVER_SOFTWARE", Main.NAME_AND_VERSION);
    expected.put("SERVER_PROTOCOL", "HTTP/1.1");
    expected.put("SERVER_NAME", "site.example");
    expected.put("SERVER_ADDR", "127.0.0.1");
    expected.put("SERVER_PORT", Integer.toString(site.server().port()));
    expected.put("REMOTE_ADDR", "127.0.0.1");
    expected.put("REMOTE_HOST", "127.0.0.1");
    expected.put("REQUEST_METHOD", "GET");
    expected.put("REQUEST_URI", "/cgi-bin/env.sh");
    expected.put("QUERY_STRING", "");
    expected.put("SCRIPT_NAME", "/cgi-bin/env.sh");
    expected.put("SCRIPT_FILENAME", site.rootOctets + "/cgi-bin/env.sh");
    expected.put("DOCUMENT_ROOT", site.rootOctets);
    expected.put("REDIRECT_STATUS", "200");
    expected.put("HTTP_HOST", "site.example");
    assertEquals(expected, actual);
  }

  @ParameterizedTest
  @CsvSource({
    "/cgi-bin/env.sh/,             /cgi-bin/env.sh,         /",
    "/cgi-bin/env.sh/a/b,          /cgi-bin/env.sh,         /a/b",
    "/cgi-bin/env.sh/a%20b/%3F%C3%A9, /cgi-bin/env.sh,      /a b/?\u00c3\u00a9",
    "/cgi-bin/env.sh/a//b/,        /cgi-bin/env.sh,         /a/b/",
    "/cgi-bin/deep/er/env.sh/x.sh, /cgi-bin/deep/er/env.sh, /x.sh",
    "/cgi-bin/../cgi-bin/env.sh/x, /cgi-bin/env.sh,         /x",
    "/%63gi-bin/%65nv.sh/x,        /cgi-bin/env.sh,         /x",
  })
  void thePathBehindTheScriptIsPathInfo(String target, String script, String info)
      throws IOException {
    Map<String, String> variables = get(target + "?q=1");
    assertEquals(script, variables.get("SCRIPT_NAME"));
    assertEquals(info, variables.get("PATH_INFO"));
    assertEquals(site.rootOctets + info, variables.get("PATH_TRANSLATED"));
    assertEquals("q=1", variables.get("QUERY_STRING"));
    assertEquals(target + "?q=1", variables.get("REQUEST_URI"));
  }

  @Test
  void theQueryIsPassedAsItWasSent() throws IOException {
    assertEquals(
        "a=b%20c&d+e;%zz?/=", get("/cgi-bin/env.sh?a=b%20c&d+e;%zz?/=").get("QUERY_STRING"));
    assertEquals("", get("/cgi-bin/env.sh?").get("QUERY_STRING"));
  }

  @Test
  void aPostHasLengthAndTypeOfItsContent() throws IOException {
    Map<String, String> sized =
        variables(site.post("/cgi-bin/env.sh", "a=b", "Content-Type: text/x; y=\"z\""));
    assertEquals("POST", sized.get("REQUEST_METHOD"));
    assertEquals("3", sized.get("CONTENT_LENGTH"));
    assertEquals("text/x; y=\"z\"", sized.get("CONTENT_TYPE"));
    assertFalse(sized.containsKey("HTTP_CONTENT_LENGTH"));
    assertFalse(sized.containsKey("HTTP_CONTENT_TYPE"));
    try (RawClient client = site.connect()) {
      String request = RawClient.request("POST", "/cgi-bin/env.sh", "Transfer-Encoding: chunked");
      Map<String, String> chunked =
          variables(client.send(request + "3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n").read());
      assertEquals("5", chunked.get("CONTENT_LENGTH"));
      assertNull(chunked.get("CONTENT_TYPE"));
      assertNull(chunked.get("HTTP_TRANSFER_ENCODING"));
    }
    assertEquals("0", variables(site.post("/cgi-bin/env.sh", "")).get("CONTENT_LENGTH"));
    assertNull(get("/cgi-bin/env.sh").get("CONTENT_LENGTH"));
  }

  @Test
  void otherFieldsBecomeHttpVariablesAndRepeatedOnesAreJoined() throws IOException {
    Needs.nativeCalls(); // the JDK passes text, and not octets
    Map<String, String> variables =
        get(
            "/cgi-bin/env.sh",
            "User-Agent: raw/1.0 (\"x\")",
            "accept: a",
            "Accept: b",
            "Cookie: a=1",
            "Cookie: b=2",
            "X-Empty:",
            "X-9-Lives: yes",
            "X-Latin: caf\u00e9");
    assertEquals("raw/1.0 (\"x\")", variables.get("HTTP_USER_AGENT"));
    assertEquals("a, b", variables.get("HTTP_ACCEPT"));
    assertEquals("a=1; b=2", variables.get("HTTP_COOKIE"));
    assertEquals("", variables.get("HTTP_X_EMPTY"));
    assertEquals("yes", variables.get("HTTP_X_9_LIVES"));
    assertEquals("caf\u00e9", variables.get("HTTP_X_LATIN"));
  }

  @Test
  void fieldsThatCouldPassForSomethingElseAreNotPassed() throws IOException {
    Map<String, String> plain = get("/cgi-bin/env.sh");
    Map<String, String> attacked =
        get(
            "/cgi-bin/env.sh",
            "Proxy: http://evil.example",
            "PROXY: http://evil.example",
            "Authorization: Basic c2VjcmV0",
            "Proxy-Authorization: Basic c2VjcmV0",
            "X_Forwarded_For: 10.0.0.1",
            "Content_Length: 7",
            "X.Y: z",
            "X!: z",
            "Connection: x-hop",
            "TE: trailers",
            "Expect: 100-continue",
            "Upgrade: h2c");
    Set<String> added = new TreeSet<>(attacked.keySet());
    added.removeAll(plain.keySet());
    assertEquals(Set.of(), added);
  }

  @Test
  void theServersNameIsTheOneThatTheClientUsed() throws IOException {
    try (RawClient client = site.connect()) {
      String target = " /cgi-bin/env.sh HTTP/1.1\r\nHost: ";
      Map<String, String> named =
          variables(client.send("GET" + target + "Other.example:81\r\n\r\n").read());
      assertEquals("Other.example", named.get("SERVER_NAME"));
      assertEquals(Integer.toString(site.server().port()), named.get("SERVER_PORT"));
      Map<String, String> literal =
          variables(client.send("GET" + target + "[::1]:81\r\n\r\n").read());
      assertEquals("[::1]", literal.get("SERVER_NAME"));
      Map<String, String> nameless = variables(client.send("GET" + target + "\r\n\r\n").read());
      assertEquals("127.0.0.1", nameless.get("SERVER_NAME"));
      Map<String, String> old =
          variables(client.send("GET /cgi-bin/env.sh HTTP/1.0\r\n\r\n").read());
      assertEquals("HTTP/1.0", old.get("SERVER_PROTOCOL"));
      assertEquals("127.0.0.1", old.get("SERVER_NAME"));
    }
  }

  @Test
  void headAndOtherMethodsReachTheScript() throws IOException {
    try (RawClient client = site.connect()) {
      for (String method : new String[] {"PUT", "DELETE", "PATCH", "OPTIONS"}) {
        Reply reply = client.ask(method, "/cgi-bin/env.sh").read();
        assertEquals(method, variables(reply).get("REQUEST_METHOD"));
      }
    }
  }

  @Test
  void aScriptRunsInItsOwnDirectoryWithoutArguments() throws IOException {
    assertEquals(site.rootOctets + "/cgi-bin\n", site.get("/cgi-bin/pwd.sh?x").content());
    assertEquals(
        site.rootOctets + "/cgi-bin/deep\n0\n", site.get("/cgi-bin/deep/pwd.sh?a+b").content());
  }
}
