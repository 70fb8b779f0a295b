package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.Needs;

/** Odd requests, and the meta-variables that scripts make out of them (RFC 3875 §4.1). */
final class CgiOddRequestTest {
  private static final String SOURCE = "# the source";

  private static Site site;
  private static Site mixed;

  @BeforeAll
  static void start() throws IOException {
    String[] show = {
      SOURCE, "printf 'X: y\\n\\n'; tr '\\0' '\\n' < /proc/$$/environ; echo \"ARGUMENTS=$#\""
    };
    site = new Site();
    site.script("env.sh", show);
    site.script("a/b/env.sh", show);
    site.script("a/b/c.d/env.sh", show);
    site.startWithScripts();
    mixed = new Site();
    mixed.file("a/b/c/x.sh", String.join("\n", show));
    mixed.file("a/b/c/page.html", "<p>page");
    mixed.start(s -> s.cgi("/"));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
    mixed.close();
  }

  private static Map<String, String> get(String target, String... fields) throws IOException {
    Reply reply = site.get(target, fields);
    assertEquals(200, reply.status(), reply::text);
    Map<String, String> variables = new TreeMap<>();
    reply
        .content()
        .lines()
        .forEach(line -> variables.put(line.split("=", 2)[0], line.split("=", 2)[1]));
    return variables;
  }

  @ParameterizedTest
  @CsvSource({
    "'', ''",
    "?, ''",
    "??, ?",
    "?a?b??, a?b??",
    "?a+b, a+b",
    "?+, +",
    "?-s, -s",
    "?%2F%00%, %2F%00%",
    "?\u00c3\u00a9=\u00ff, \u00c3\u00a9=\u00ff",
    "?a=b&c;d='e', a=b&c;d='e'",
  })
  void aQueryStaysAsItIsAndIsNoArgument(String query, String expected) throws IOException {
    if (query.indexOf(0xff) >= 0) {
      Needs.nativeCalls(); // the JDK passes text, and not octets
    }
    Map<String, String> variables = get("/cgi-bin/env.sh" + query);
    assertEquals(expected, variables.get("QUERY_STRING"));
    assertEquals("/cgi-bin/env.sh" + query, variables.get("REQUEST_URI"));
    assertEquals("0", variables.get("ARGUMENTS"));
  }

  @ParameterizedTest
  @CsvSource({
    "/cgi-bin/env.sh%2Fa, 404",
    "/cgi-bin%2Fenv.sh, 404",
    "/%2Fcgi-bin/env.sh, 404",
    "/x/..%2Fcgi-bin/env.sh, 404",
    "/cgi-bin/a%2Fb/env.sh/x, 404",
    "/cgi-bin/a/b%2F..%2Fb/env.sh, 404",
    "/cgi-bin/env.sh/a%2F..%2F..%2Fb, 400",
    "/cgi-bin/env.sh/..%2Fa/b/env.sh, 400",
  })
  void anEncodedSlashSeparatesNoNamesAndLeadsNowhere(String target, int status) throws IOException {
    assertEquals(status, site.get(target).status());
  }

  @ParameterizedTest
  @CsvSource({
    "/cgi-bin/env.sh/a%2Fb,             /cgi-bin/env.sh,         /a/b",
    "/cgi-bin/env.sh/a+b%2B,            /cgi-bin/env.sh,         /a+b+",
    "/cgi-bin/env.sh/\u00c3\u00a9%E9,   /cgi-bin/env.sh,         /\u00c3\u00a9\u00e9",
    "/cgi-bin/env.sh/;a=b/%3B,          /cgi-bin/env.sh,         /;a=b/;",
    "/cgi-bin/env.sh/.hidden/..x,       /cgi-bin/env.sh,         /.hidden/..x",
    "/cgi-bin/a/b/env.sh/env.sh,        /cgi-bin/a/b/env.sh,     /env.sh",
    "/cgi-bin/a/b/c.d/env.sh/a/b,       /cgi-bin/a/b/c.d/env.sh, /a/b",
  })
  void aPathIsDecodedOnce(String target, String name, String info) throws IOException {
    if (target.contains("%E9")) {
      Needs.nativeCalls(); // the JDK passes text, and not octets
    }
    for (int i = 0; i < 2; i++) {
      Map<String, String> variables = get(target + "?%41");
      assertEquals(name, variables.get("SCRIPT_NAME"));
      assertEquals(info, variables.get("PATH_INFO"));
      assertEquals(site.rootOctets + info, variables.get("PATH_TRANSLATED"));
      assertEquals("%41", variables.get("QUERY_STRING"));
    }
  }

  @Test
  void fieldsWithOneNameBecomeOneVariableAndOthersDoNotPassForThem() throws IOException {
    Map<String, String> variables =
        get(
            "/cgi-bin/env.sh",
            "A-B: 1",
            "A_B: 2",
            "a-b: 3",
            "Cookie: x=1",
            "cookie: y=2; z=3",
            "Content-Encoding: gzip",
            "Remote-User: root",
            "Auth-Type: Basic",
            "Remote_User: root",
            "Path: /evil",
            "Script-Name: /evil",
            "Proxy: http://evil.example");
    assertEquals("1, 3", variables.get("HTTP_A_B"));
    assertEquals("x=1; y=2; z=3", variables.get("HTTP_COOKIE"));
    assertEquals("gzip", variables.get("HTTP_CONTENT_ENCODING"));
    assertEquals("root", variables.get("HTTP_REMOTE_USER"));
    assertEquals("/cgi-bin/env.sh", variables.get("SCRIPT_NAME"));
    assertEquals(Site.ENVIRONMENT.get("PATH"), variables.get("PATH"));
    for (String name : new String[] {"REMOTE_USER", "AUTH_TYPE", "HTTP_PROXY"}) {
      assertNull(variables.get(name), name);
    }
  }

  @Test
  void theHostIsTheOneThatWasAskedForInWhateverForm() throws IOException {
    Map<String, String> variables = get("http://other.example:81/cgi-bin/env.sh/x?y");
    assertEquals("other.example:81", variables.get("HTTP_HOST"));
    assertEquals("other.example", variables.get("SERVER_NAME"));
    assertEquals("/x", variables.get("PATH_INFO"));
    assertEquals("site.example", get("/cgi-bin/env.sh").get("HTTP_HOST"));
    try (RawClient client = site.connect()) {
      client.send("GET /cgi-bin/env.sh HTTP/1.0\r\n\r\n");
      assertFalse(client.readToEnd().contains("HTTP_HOST"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/cgi-bin/env.sh%00",
        "/cgi-bin/env.sh%00.txt",
        "/cgi-bin/env.sh/%",
        "/cgi-bin/%zz"
      })
  void aPathThatCannotBeDecodedIs400(String target) throws IOException {
    for (int i = 0; i < 2; i++) {
      assertEquals(400, site.get(target).status());
      assertEquals(400, site.post(target, "x").status());
      assertEquals(400, mixed.post(target, "x").status());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-5", "+5", "5 5", "0x5", "", "99999999999999999999"})
  void aLengthThatIsNoneIs400(String length) throws IOException {
    try (RawClient client = site.connect()) {
      client.send(
          RawClient.request("POST", "/cgi-bin/env.sh", "Content-Length: " + length) + "hello");
      assertEquals(400, client.read().status());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/a/b/c/x.sh",
        "/a/b/c/x.sh/",
        "/a/b/c/x.sh%2F",
        "/a%2Fb%2Fc%2Fx.sh",
        "/a/b/c/x.s%68",
        "/a/b/c/X.SH",
        "/a/b/c/x.sh.",
        "/a/b/c/x.sh;",
        "/a/b/c/x.sh%20",
        "/a/b/c/x.sh%00",
        "/a/b/c/x.sh%00.html",
        "/a/b/c/page.html/../x.sh",
        "/a/b/c/page.html/../../c/x.sh",
        "/a/b/c/./x.sh",
        "//a//b//c//x.sh",
        "/a/b/c/x.sh?",
        "/a/b/c/x.sh?x.html",
        "/a/b/c/x.sh/page.html",
        "/a/b/c/",
      })
  void theSourceIsNeverShownHoweverDeepItLies(String path) throws IOException {
    String[] fields = {"A: b", "Range: bytes=0-11", "Accept-Encoding: gzip", "If-Match: *"};
    for (String field : fields) {
      for (String method : new String[] {"GET", "POST", "OPTIONS", "PROPFIND"}) {
        try (RawClient client = mixed.connect()) {
          Reply reply = client.ask(method, path, field).read();
          assertFalse(reply.content().contains(SOURCE), reply::toString);
        }
      }
    }
  }
}
