package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a script is told, sentence by sentence of RFC 3875 §4.1: a request, and what it makes of one
 * variable. Fields and content of a request stand behind its line, "&" between them; a variable
 * that must not be there has no value; {@code ''} is an empty one.
 */
final class CgiMetaSentencesTest {
  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    site.script("env.sh", Site.SHOW_ENVIRONMENT);
    site.script("app/index.sh", Site.SHOW_ENVIRONMENT);
    site.script("a b/e;nv.sh", Site.SHOW_ENVIRONMENT);
    site.script("turn.sh", "printf 'Location: /cgi-bin/env.sh/i%%2fj?x=1#part\\n\\n'");
    site.script("index.sh", "printf 'Location: /cgi-bin/app/?y\\n\\n'");
    site.start(s -> s.cgi("/cgi-bin"));
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static String filled(String text) {
    return text.replace("PORT", Integer.toString(site.server().port()))
        .replace("ROOT", site.rootOctets)
        .replace("SOFTWARE", Main.NAME_AND_VERSION);
  }

  private static Map<String, String> variables(String[] request) throws IOException {
    StringBuilder octets = new StringBuilder();
    boolean isOfNoHost = request[0].endsWith("HTTP/1.0");
    String line = request[0].contains(" HTTP/") ? request[0] : request[0] + " HTTP/1.1";
    octets.append(line.replaceFirst(" e", " /cgi-bin/env.sh")).append("\r\n");
    String content = "";
    for (int i = 1; i < request.length; i++) {
      if (request[i].startsWith("=")) {
        content = request[i].substring(1).replace("\\n", "\r\n");
      } else {
        octets.append(request[i]).append("\r\n");
        isOfNoHost |= request[i].startsWith("Host:");
      }
    }
    octets.append(isOfNoHost ? "" : "Host: site.example\r\n").append("\r\n").append(content);
    try (RawClient client = site.connect()) {
      Reply reply = client.send(octets.toString()).read();
      assertEquals(200, reply.status(), reply::text);
      Map<String, String> variables = new TreeMap<>();
      reply
          .content()
          .lines()
          .forEach(entry -> variables.put(entry.split("=", 2)[0], entry.split("=", 2)[1]));
      return variables;
    }
  }

  /** In a request, " e" is the script that shows its variables. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          §4.1 NULL and missing are not told apart            | GET e?                                     | QUERY_STRING | ''
          # This server authenticates nobody; who speaks for a proxy that does says so by --cgi-env.
          §4.1.1 set if the request required authentication   | GET e & Authorization: Basic YTpi          | AUTH_TYPE |
          §4.1.11 then the user-ID must be told               | GET e & Authorization: Basic YTpi          | REMOTE_USER |
          §4.1.10 may be used for an identity                 | GET e                                      | REMOTE_IDENT |
          # HTTP says that content is there by framing it (RFC 9112 §6), be it empty.
          §4.1.2 set if and only if there is a message-body   | GET e                                      | CONTENT_LENGTH |
          §4.1.2 also for a method that uses to have one      | POST e                                     | CONTENT_LENGTH |
          §4.1.2 the method does not matter                   | GET e & Content-Length: 2 & =ab            | CONTENT_LENGTH | 2
          §4.1.2 nor that it is a method of others            | PROPFIND e & Content-Length: 2 & =ab       | CONTENT_LENGTH | 2
          §4.1.2 in decimal                                   | POST e & Content-Length: 010 & =0123456789 | CONTENT_LENGTH | 10
          §4.1.2 of no octets                                 | POST e & Content-Length: 0                 | CONTENT_LENGTH | 0
          §4.1.2 of no octets, whatever the method            | DELETE e & Content-Length: 0               | CONTENT_LENGTH | 0
          §4.1.2 after transfer codings have been removed     | POST e & Transfer-Encoding: chunked & =2\\nab\\n1\\nc\\n0\\n\\n | CONTENT_LENGTH | 3
          §4.1.2 the same of no octets                        | POST e & Transfer-Encoding: chunked & =0\\n\\n | CONTENT_LENGTH | 0
          # It may remove content codings; it does not, and says so as the client did.
          §4.2 content codings may stay                       | POST e & Content-Encoding: gzip & Content-Length: 2 & =ab | HTTP_CONTENT_ENCODING | gzip
          §4.1.3 set to the type of the content               | POST e & Content-Type: a/b; c="D" & Content-Length: 2 & =ab | CONTENT_TYPE | a/b; c="D"
          §4.1.3 must be set if the field is present          | GET e & Content-Type: a/b                  | CONTENT_TYPE | a/b
          §4.1.3 must be set if the field is present          | DELETE e & Content-Type: a/b               | CONTENT_TYPE | a/b
          §4.1.3 must be set if the field is present          | DELETE e & Content-Type: a/b & Content-Length: 0 | CONTENT_TYPE | a/b
          §4.1.3 must be set if the field is present          | PROPFIND e & Content-Type: a/b             | CONTENT_TYPE | a/b
          §4.1.3 must be set if the field is present          | OPTIONS e & content-type: a/b              | CONTENT_TYPE | a/b
          §4.1.3 there is no default                          | POST e & Content-Length: 2 & =ab           | CONTENT_TYPE |
          §4.1.3 nor one for a request without content        | GET e                                      | CONTENT_TYPE |
          §4.1.18 two fields are one value, here too          | POST e & Content-Type: a/b & Content-Type: c/d | CONTENT_TYPE | a/b, c/d
          §4.1.4 the dialect                                  | GET e                                      | GATEWAY_INTERFACE | CGI/1.1
          §4.1.5 what follows the script                      | GET e/a/b                                  | PATH_INFO | /a/b
          §4.1.5 or nothing                                   | GET e                                      | PATH_INFO |
          §4.1.5 one void segment                             | GET e/                                     | PATH_INFO | /
          §4.1.5 is not URL-encoded                           | GET e/this%2eis%2ethe%20path%3Binfo%3F     | PATH_INFO | /this.is.the path;info?
          §4.1.5 has no parameters: they are part of a name   | GET e/a;b=c                                | PATH_INFO | /a;b=c
          §4.1.5 the case is preserved                        | GET e/aB/Cd                                | PATH_INFO | /aB/Cd
          §4.1.5 an encoded slash may be decoded              | GET e/a%2Fb                                | PATH_INFO | /a/b
          §8.1 void segments                                  | GET e/a//b///                              | PATH_INFO | /a/b/
          §8.1 dot segments are removed                       | GET e/a/./b/../c                           | PATH_INFO | /a/c
          §8.1 encoded ones as well                           | GET e/a/%2e/b/%2E./c                       | PATH_INFO | /a/c
          §4.1.6 the example                                  | GET e/this%2eis%2epath%3binfo              | PATH_TRANSLATED | ROOT/this.is.path;info
          §4.1.6 whether there is such a file or not          | GET e/No/Such                              | PATH_TRANSLATED | ROOT/No/Such
          §4.1.6 unset if PATH_INFO is                        | GET e                                      | PATH_TRANSLATED |
          §4.1.7 URL-encoded, as it was sent                  | GET e?a=%20+B&c%3d?/                       | QUERY_STRING | a=%20+B&c%3d?/
          §4.1.7 must be set, to nothing if there is none     | GET e                                      | QUERY_STRING | ''
          §4.1.7 must be set, to nothing if there is none     | POST e/a & Content-Length: 0               | QUERY_STRING | ''
          §4.1.8 the network address of the client            | GET e                                      | REMOTE_ADDR | 127.0.0.1
          §4.1.8 of nobody whom the client speaks for         | GET e & X-Forwarded-For: 192.0.2.1         | REMOTE_ADDR | 127.0.0.1
          # No name is looked up, for nobody may wait for that.
          §4.1.9 the address may stand for the name           | GET e                                      | REMOTE_HOST | 127.0.0.1
          §4.1.12 the method, in its case                     | Get e                                      | REQUEST_METHOD | Get
          §4.1.12 any token                                   | VERSION-CONTROL e                          | REQUEST_METHOD | VERSION-CONTROL
          §4.1.13 names the script and not its output         | GET e/a?b                                  | SCRIPT_NAME | /cgi-bin/env.sh
          §4.1.13 not URL-encoded                             | GET /cgi-bin/a%20b/e;nv%2Esh/x             | SCRIPT_NAME | /cgi-bin/a b/e;nv.sh
          §3.3 a URI of it and PATH_INFO leads here again     | GET /cgi-bin/app/                          | SCRIPT_NAME | /cgi-bin/app/index.sh
          §3.3 and so it does from there                      | GET /cgi-bin/app/index.sh                  | SCRIPT_NAME | /cgi-bin/app/index.sh
          §3.3 whose rest of the path is the same             | GET /cgi-bin/app/                          | PATH_INFO |
          §3.3 whatever way of many led here                  | GET /x/../%63gi-bin//env.sh                | SCRIPT_NAME | /cgi-bin/env.sh
          §4.1.14 the name that the request is directed to    | GET e & Host: Other.example                | SERVER_NAME | Other.example
          §4.1.14 without a port                              | GET e & Host: other.example:81             | SERVER_NAME | other.example
          §4.1.14 of an empty port                            | GET e & Host: other.example:               | SERVER_NAME | other.example
          §4.1.14 an address of the new kind in brackets      | GET e & Host: [2001:DB8::1]:81             | SERVER_NAME | [2001:DB8::1]
          §4.1.14 an address if nobody says a name            | GET e HTTP/1.0                             | SERVER_NAME | 127.0.0.1
          §4.1.14 or says an empty one                        | GET e & Host:                              | SERVER_NAME | 127.0.0.1
          RFC 9112 §3.2.2 an absolute target counts           | GET http://a.example/cgi-bin/env.sh & Host: b.example | SERVER_NAME | a.example
          RFC 9112 §3.2.2 as it does for Host                 | GET http://a.example:8/cgi-bin/env.sh & Host: b.example | HTTP_HOST | a.example:8
          §4.1.15 the port on which the request is received   | GET e & Host: other.example:81             | SERVER_PORT | PORT
          §4.1.15 must be set                                 | GET e HTTP/1.0                             | SERVER_PORT | PORT
          §4.1.16 name and version                            | GET e                                      | SERVER_PROTOCOL | HTTP/1.1
          §4.1.16 name and version                            | GET e HTTP/1.0                             | SERVER_PROTOCOL | HTTP/1.0
          §4.1.16 that is used for this request               | GET e HTTP/1.7                             | SERVER_PROTOCOL | HTTP/1.1
          §4.1.17 name and version of the software            | GET e                                      | SERVER_SOFTWARE | SOFTWARE
          §4.1.18 upper case, and underscores for hyphens     | GET e & x-Some-field: a                    | HTTP_X_SOME_FIELD | a
          §4.1.18 as sent by the client                       | GET e & X: a,  B;"c "                      | HTTP_X | a,  B;"c "
          §4.1.18 several fields are rewritten as one         | GET e & X: a & Y: z & x: b & X:            | HTTP_X | 'a, b, '
          §4.1.18 having the same semantics (RFC 6265 §4.2.1) | GET e & Cookie: a=1 & Cookie: b=2; c=3     | HTTP_COOKIE | a=1; b=2; c=3
          §4.1.18 authentication should be removed            | GET e & Authorization: Basic YTpi          | HTTP_AUTHORIZATION |
          §4.1.18 authentication should be removed            | GET e & Proxy-Authorization: Basic YTpi    | HTTP_PROXY_AUTHORIZATION |
          §4.1.18 so should what stands in other variables    | POST e & Content-Length: 2 & =ab           | HTTP_CONTENT_LENGTH |
          §4.1.18 so should what stands in other variables    | GET e & Content-Type: a/b                  | HTTP_CONTENT_TYPE |
          §4.1.18 what is for the connection may be           | GET e & Connection: close, x               | HTTP_CONNECTION |
          # An option of Connection takes no other field away: a client could hide what a proxy has added.
          §4.1.18 but what Connection names stays             | GET e & Connection: X-Via & X-Via: a       | HTTP_X_VIA | a
          # What is no variable of the server's: HTTP_PROXY says to programs whom to ask instead.
          not of §4.1.18: a proxy for the script's requests   | GET e & Proxy: http://evil.example         | HTTP_PROXY |
          not of §4.1.18: one name for two fields             | GET e & X_Real: a                          | HTTP_X_REAL |
          # A local redirect (§6.2.2) is a GET of its own, of which the client's words about content are not true.
          §6.2.2 as if the client had asked for it            | POST /cgi-bin/turn.sh/p?q & Content-Length: 2 & =ab | REQUEST_METHOD | GET
          §6.2.2 as if the client had asked for it            | GET /cgi-bin/turn.sh/p?q                   | SCRIPT_NAME | /cgi-bin/env.sh
          §6.2.2 as if the client had asked for it            | GET /cgi-bin/turn.sh/p?q                   | PATH_INFO | /i/j
          §6.2.2 without a fragment                           | GET /cgi-bin/turn.sh/p?q                   | QUERY_STRING | x=1
          §6.2.2 as if the client had asked for it            | GET /cgi-bin/?q                            | SCRIPT_NAME | /cgi-bin/app/index.sh
          §6.3.2 its content is not available                 | POST /cgi-bin/turn.sh & Content-Length: 2 & =ab | CONTENT_LENGTH |
          §6.3.2 nor is its type                              | POST /cgi-bin/turn.sh & Content-Type: a/b & Content-Length: 2 & =ab | CONTENT_TYPE |
          §6.3.2 nor its coding                               | POST /cgi-bin/turn.sh & Content-Encoding: gzip & Content-Length: 2 & =ab | HTTP_CONTENT_ENCODING |
          §6.3.2 nor what was never there                     | GET /cgi-bin/turn.sh & Content-Type: a/b   | CONTENT_TYPE |
          the other fields are the client's                   | GET /cgi-bin/turn.sh & Cookie: a=1         | HTTP_COOKIE | a=1
          what was sent stays to be seen                      | GET /cgi-bin/turn.sh/p?q                   | REQUEST_URI | /cgi-bin/turn.sh/p?q
          """)
  void aSentenceHolds(String sentence, String request, String variable, @Nullable String value)
      throws IOException {
    String expected = value == null ? null : filled(value);
    assertEquals(expected, variables(request.split(" & ")).get(variable), sentence);
  }
}
