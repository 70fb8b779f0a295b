package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.io.OctetPath;

/** {@code --cgi-debug}: a page for whoever writes scripts on this computer, and nobody else. */
@Timeout(300)
final class CgiDebugTest {
  private static final String SHOWN = "started with --cgi-debug";

  private static Site site;

  @BeforeAll
  static void start() throws IOException {
    site = new Site();
    prepare(site);
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .cgiDebug(true)
                .interpreter(".missing", List.of("no-such-program", "-x")));
  }

  private static void prepare(Site site) throws IOException {
    site.script("data.bin", "not a script");
    site.script("data", "not a script");
    site.executable("cgi-bin/nobang.cgi", "printf 'X: y\\n\\nhello'");
    site.executable("cgi-bin/crlf.cgi", "#!/bin/sh\r", "printf 'X: y\\n\\nhello'\r");
    site.executable("cgi-bin/nowhere.cgi", "#!/nowhere/interpreter", "x");
    site.script("needs.missing", "x");
    site.script("noblank.sh", "echo 'Content-Type: text/plain'");
    site.script("silent.sh", "exit 0");
    site.script("nofield.sh", "echo '<p>hello, world'");
    site.script(
        "traceback.sh",
        "echo 'Traceback (most recent call last):' >&2",
        "echo '  File \"x.py\", line 3, in <module>' >&2",
        "echo 'ZeroDivisionError: division by zero' >&2",
        "exit 1");
    site.script(
        "oldcgi.sh",
        "echo 'Traceback (most recent call last):' >&2",
        "echo \"ModuleNotFoundError: No module named 'cgi'\" >&2",
        "echo 'Content-Type: text/html'",
        "exit 1");
    site.script("three.sh", "exit 3");
    site.script("command.sh", "no-such-command");
    site.script("killed.sh", "kill -9 $$");
    site.script("tags.sh", "echo '<script>alert(1)</script>' >&2; echo '<script>2'; exit 1");
    site.script("works.sh", "printf 'Content-Type: text/plain\\n\\nworks'");
  }

  @AfterAll
  static void stop() throws IOException {
    site.close();
  }

  private static Reply get(Site site, String target, String host, String... fields)
      throws IOException {
    String request = RawClient.request("GET", target, fields);
    try (RawClient client = site.connect()) {
      return client.send(request.replace("Host: site.example", "Host: " + host)).read();
    }
  }

  /** The page as it is read, without its tags. */
  private static String text(Reply reply) {
    return reply
        .text()
        .replaceAll("(?s)<style>.*?</style>|<[^>]*>", "")
        .replace("&#39;", "'")
        .replace("&quot;", "\"")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "data.bin      | 403 | is not executable",
        "data.bin      | 403 | --interpreter .bin=COMMAND",
        "data          | 403 | Type: chmod +x ",
        "nobang.cgi    | 500 | has no #! line",
        "crlf.cgi      | 500 | save it with Unix line ends",
        "nowhere.cgi   | 500 | names no program: /nowhere/interpreter",
        "needs.missing | 500 | needs the interpreter no-such-program, which is not on the PATH",
        "noblank.sh    | 502 | Print an empty line behind the fields",
        "silent.sh     | 502 | prints first a field such as Content-Type: text/html",
        "nofield.sh    | 502 | line 1 of its answer is no field (Name: value): \"<p>hello, world\"",
        "nofield.sh    | 502 | prints first a field such as Content-Type: text/html",
        "traceback.sh  | 502 | ZeroDivisionError: division by zero",
        "traceback.sh  | 502 | The last line of the traceback says what went wrong",
        "oldcgi.sh     | 502 | pip install legacy-cgi",
        "three.sh      | 502 | exited with status 3",
        "command.sh    | 502 | Status 127 means that a command was not found",
        "killed.sh     | 502 | was killed by signal 9",
        "killed.sh     | 502 | Signal 9 comes from somebody who kills",
      })
  void thePageSaysWhatIsWrongAndWhatToDo(String script, int status, String part)
      throws IOException {
    try (ServerLog log = new ServerLog()) {
      Reply reply = get(site, "/cgi-bin/" + script, "localhost");
      assertEquals(status, reply.status());
      assertEquals("text/html; charset=utf-8", reply.only("Content-Type"));
      assertEquals("no-store", reply.only("Cache-Control"));
      String text = text(reply);
      assertTrue(text.contains(SHOWN) && text.contains(part), text);
      assertTrue(text.contains("The script /cgi-bin/" + script + " "), text);
      assertTrue(text.contains("GATEWAY_INTERFACECGI/1.1"), text);
      log.await("/cgi-bin/" + script);
      assertFalse(log.text().contains(".. "), log::text);
    }
  }

  @Test
  void atTheTimeLimitThePageBlamesNobodyElse() throws IOException {
    try (Site slow = new Site();
        ServerLog log = new ServerLog()) {
      slow.script("slow.sh", "echo still here >&2", "echo > ../begun; exec sleep 1000");
      String text = "";
      for (Duration limit : Site.LIMITS) {
        slow.start(s -> s.cgi("/cgi-bin").cgiDebug(true).cgiTimeout(limit));
        Reply reply = get(slow, "/cgi-bin/slow.sh", "localhost");
        assertTrue(reply.status() == 504 || !hasBegun(slow), reply::toString);
        text = text(reply);
        if (hasBegun(slow)) {
          break;
        }
      }
      assertTrue(text.contains("did not answer within the time limit."), text);
      assertTrue(text.contains("still here"), text);
      assertFalse(text.contains("ignal"), "the server itself stopped it: " + text);
      log.await("did not answer within the time limit\n");
    }
  }

  private static boolean hasBegun(Site site) {
    return Files.exists(site.root.resolve("begun"));
  }

  @Test
  void aFileWithoutExtensionGetsNoAdviceAboutIts() throws IOException {
    try (ServerLog log = new ServerLog()) {
      assertFalse(text(get(site, "/cgi-bin/data", "localhost")).contains("--interpreter"));
      log.await("/cgi-bin/data");
    }
  }

  @Test
  void thePageShowsTheCommandAndTheDirectory() throws IOException {
    try (ServerLog log = new ServerLog()) {
      String text = text(get(site, "/cgi-bin/three.sh?a=b", "[::1]"));
      String folder = OctetPath.display(site.rootOctets + "/cgi-bin");
      String script = Pattern.quote(folder + "/three.sh");
      assertTrue(text.matches("(?s).*The command\\s+\\S*/sh " + script + "\n.*"), text);
      assertTrue(text.contains("Its directory\n" + folder + "\n"), text);
      assertTrue(text.contains("QUERY_STRINGa=b\n"), text);
      log.await("three.sh");
    }
  }

  @Test
  void nothingOfAScriptOrARequestBecomesMarkup() throws IOException {
    try (ServerLog log = new ServerLog()) {
      Reply reply =
          get(
              site,
              "/cgi-bin/tags.sh/%3Cscript%3E3?%3Cscript%3E5",
              "localhost",
              "X-Y: <script>4</script>");
      String page = reply.content();
      assertFalse(page.contains("<script"), page);
      for (String part : new String[] {"alert(1)&lt;/script&gt;", "2", "3", "4&lt;/script&gt;"}) {
        assertTrue(page.contains("&lt;script&gt;" + part), page);
      }
      log.await("tags.sh");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "localhost       | ''                          | true",
        "LOCALHOST:80    | ''                          | true",
        "127.0.0.1:8080  | ''                          | true",
        "127.1.2.3       | ''                          | true",
        "[::1]:8080      | ''                          | true",
        "localhost       | X-Forwarded-For: 127.0.0.1  | false",
        "localhost       | x-forwarded-host: localhost | false",
        "localhost       | Forwarded: for=127.0.0.1    | false",
        "localhost       | Via: 1.1 proxy              | false",
        "evil.example    | ''                          | false",
        "localhost.evil  | ''                          | false",
        "127.0.0.1.evil  | ''                          | false",
        "[::2]           | ''                          | false",
        "192.0.2.1       | ''                          | false",
      })
  void onlyThisComputerSeesIt(String host, String field, boolean isShown) throws IOException {
    String[] fields = field.isEmpty() ? new String[0] : new String[] {field};
    try (ServerLog log = new ServerLog()) {
      for (String script : new String[] {"traceback.sh", "data.bin", "nobang.cgi"}) {
        Reply reply = get(site, "/cgi-bin/" + script, host, fields);
        assertEquals(isShown, reply.content().contains(SHOWN), reply::content);
        assertEquals(isShown, reply.content().contains(site.rootOctets), reply::content);
        log.await(script);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"traceback.sh", "data.bin", "nobang.cgi"})
  void withoutTheOptionNobodySeesIt(String script) throws IOException {
    try (Site quiet = new Site();
        ServerLog log = new ServerLog()) {
      prepare(quiet);
      quiet.startWithScripts();
      Reply reply = get(quiet, "/cgi-bin/" + script, "localhost");
      assertTrue(reply.status() >= 400);
      assertFalse(reply.content().contains("ZeroDivisionError"), reply::content);
      assertFalse(reply.content().contains(quiet.rootOctets), reply::content);
      log.await(script);
    }
  }

  @Test
  void aProgramThatIsTheWholeSiteIsNamedByItsFile() throws IOException {
    try (Site whole = new Site();
        ServerLog log = new ServerLog()) {
      Path program = whole.executable("program", "#!/bin/sh", "exit 3");
      whole.start(s -> s.cgiProgram("/", program).cgiDebug(true));
      String text = text(get(whole, "/anything", "localhost"));
      String name = OctetPath.display(OctetPath.octets(program));
      assertTrue(text.contains("The script " + name + " ended without a complete head"), text);
      log.await("exited with status 3");
    }
  }

  @Test
  void aScriptThatWorksIsAnsweredAsEver() throws IOException {
    assertEquals("200 works", get(site, "/cgi-bin/works.sh", "localhost").brief());
  }
}
