package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.gateway.VariableRule;
import passerelle.harness.Needs;
import passerelle.io.OctetPath;

/** One program that answers a whole URL space, and variables from whoever runs the server. */
final class CgiMountTest {
  private static final String[] SHOW = {
    "printf 'Content-Type: text/plain\\n\\n'", "pwd -P", "tr '\\0' '\\n' < /proc/$$/environ"
  };

  private Site site;
  private Path program;

  @BeforeEach
  void prepare() throws IOException {
    site = new Site();
    program = site.file("programs/show.sh", String.join("\n", SHOW));
    site.file("page.txt", "page");
  }

  @AfterEach
  void end() throws IOException {
    site.close();
  }

  private static Map<String, String> variables(Reply reply) {
    assertEquals(200, reply.status(), reply::text);
    Map<String, String> variables = new TreeMap<>();
    reply
        .content()
        .lines()
        .skip(1)
        .forEach(line -> variables.put(line.split("=", 2)[0], line.split("=", 2)[1]));
    return variables;
  }

  private Map<String, String> get(String target) throws IOException {
    return variables(site.get(target));
  }

  @ParameterizedTest
  @CsvSource({
    "/m,              ",
    "/m/,             /",
    "/m/a.sh/b/,      /a.sh/b/",
    "/m/.git/x%20y,   /.git/x y",
    "/m/a/../b//c,    /b/c",
    "/%6D/%C3%A9,     /\u00c3\u00a9",
  })
  void thePrefixIsTheScriptAndTheRestIsPathInfo(String target, String info) throws IOException {
    site.start(s -> s.cgiProgram("/m", program));
    Map<String, String> variables = get(target + "?q=1");
    assertEquals("/m", variables.get("SCRIPT_NAME"));
    assertEquals(info, variables.get("PATH_INFO"));
    assertEquals(info == null ? null : site.rootOctets + info, variables.get("PATH_TRANSLATED"));
    assertEquals(OctetPath.octets(program), variables.get("SCRIPT_FILENAME"));
    assertEquals("q=1", variables.get("QUERY_STRING"));
  }

  @Test
  void theProgramRunsInItsFolderWhateverLinkNamedIt() throws IOException {
    Path link = Files.createSymbolicLink(site.root.resolve("link"), program);
    site.start(s -> s.cgiProgram("/m", link));
    Reply reply = site.get("/m");
    assertEquals(site.rootOctets + "/programs", reply.content().lines().findFirst().orElse(""));
    assertEquals(OctetPath.octets(program), variables(reply).get("SCRIPT_FILENAME"));
  }

  @Test
  void aProgramThatMayBeExecutedNeedsNoInterpreter() throws IOException {
    Path own = site.executable("own", "#!/bin/sh", "printf 'X: y\\n\\nown %s' \"$PATH_INFO\"");
    site.start(s -> s.cgiProgram("/m", own));
    assertEquals("200 own /x", site.get("/m/x").brief());
  }

  @Test
  void onlyWholeSegmentsArePrefixes() throws IOException {
    site.start(s -> s.cgiProgram("/m", program));
    assertEquals(404, site.get("/mm").status());
    assertEquals(404, site.get("/m.sh").status());
    assertEquals("200 page", site.get("/page.txt").brief());
  }

  @Test
  void theProgramItselfIsNeverSent() throws IOException {
    site.start(s -> s.cgiProgram("/m", program));
    assertEquals(403, site.get("/programs/show.sh").status());
  }

  @Test
  void theRootTakesWhatNoOtherPrefixFits() throws IOException {
    site.script("x.sh", "printf 'X: y\\n\\nscript'");
    site.start(s -> s.cgiProgram("/", program).cgi("/cgi-bin").cgiProgram("/cgi-bin/in", program));
    Map<String, String> start = get("/");
    assertEquals("", start.get("SCRIPT_NAME"));
    assertEquals("/", start.get("PATH_INFO"));
    assertEquals("/page.txt", get("/page.txt").get("PATH_INFO"));
    assertEquals("200 script", site.get("/cgi-bin/x.sh").brief());
    assertEquals(404, site.get("/cgi-bin/missing").status());
    assertEquals("/cgi-bin/in", get("/cgi-bin/in/x.sh").get("SCRIPT_NAME"));
    assertEquals("/cgi-bin/in", get("/x/../cgi-bin/in").get("SCRIPT_NAME"));
    try (RawClient client = site.connect()) {
      Reply options = client.send("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").read();
      assertTrue(options.status() < 300, options::text);
    }
  }

  @Test
  void aPostReachesTheProgram() throws IOException {
    Path echo = site.file("echo.sh", "printf 'X: y\\n\\n'; cat");
    site.start(s -> s.cgiProgram("/m", echo));
    assertEquals("200 content", site.post("/m/x", "content").brief());
  }

  @Test
  void variablesOfTheOperatorReachEveryScript() throws IOException {
    Needs.nativeCalls(); // the JDK passes text, and not octets
    site.script("show.sh", SHOW);
    Map<String, String> own = new TreeMap<>(Site.ENVIRONMENT);
    own.putAll(Map.of("HOME", "/home/a\u00ff", "USER", "someone", "SECRET", "s", "TWICE", "own"));
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .cgiProgram("/m", program)
                .environment(own)
                .cgiPass("HOME")
                .cgiPass("NOT_THERE")
                .cgiPass("TWICE")
                .cgiVariable("TWICE", "said")
                .cgiVariable("TZ", "Asia/Tokyo")
                .cgiVariable("REMOTE_USER", "ann")
                .cgiVariable("EMPTY", "")
                .cgiVariable("WITH", "a=b\u00e9 c"));
    for (String target : new String[] {"/m", "/cgi-bin/show.sh"}) {
      Map<String, String> variables = get(target);
      assertEquals("/home/a\u00ff", variables.get("HOME"));
      assertEquals("said", variables.get("TWICE"));
      assertEquals("Asia/Tokyo", variables.get("TZ"));
      assertEquals("ann", variables.get("REMOTE_USER"));
      assertEquals("", variables.get("EMPTY"));
      assertEquals("a=b\u00e9 c", variables.get("WITH"));
      assertFalse(variables.containsKey("NOT_THERE"));
      assertNull(variables.get("USER"));
      assertNull(variables.get("SECRET"));
    }
  }

  @Test
  void whateverARequestSetsIsRefusedFromTheOperator() throws IOException {
    site.start(s -> s.cgiProgram("/m", program));
    Set<String> set =
        new TreeSet<>(
            variables(site.post("/m/x?q", "content", "Content-Type: a/b", "Cookie: c")).keySet());
    set.removeAll(Site.ENVIRONMENT.keySet());
    assertTrue(set.size() > 20, set::toString);
    for (String name : set) {
      assertThrows(IllegalArgumentException.class, () -> VariableRule.checkName(name), name);
    }
  }

  private String failure(UnaryOperator<Settings.Builder> choices) {
    return String.valueOf(assertThrows(StartFailure.class, () -> site.start(choices)).getMessage());
  }

  @Test
  void aProgramThatCannotBeRunIsExplainedAtTheStart() throws IOException {
    Path missing = site.root.resolve("missing");
    assertEquals(
        "There is no program "
            + missing
            + ": install it, or name another with --cgi-mount /m=PROGRAM.",
        failure(s -> s.cgiProgram("/m", missing)));
    assertEquals(
        site.root
            + " is a folder, and --cgi-mount takes a program: name one, or have the scripts of a"
            + " folder run with --cgi.",
        failure(s -> s.cgiProgram("/m", site.root)));
    assertEquals(
        program
            + " is not a folder of scripts, which --cgi takes: name the one that it lies in, or"
            + " have it answer as a program with --cgi-mount.",
        failure(s -> s.cgi("/m", program)));
    assertEquals(
        program + " is not a folder, which --files takes: name the one that it lies in.",
        failure(s -> s.files("/m", program)));
    Path page = site.root.resolve("page.txt");
    String message = failure(s -> s.cgiProgram("/m", page));
    assertTrue(message.startsWith("The program for /m cannot be run: " + page), message);
    assertTrue(message.contains("chmod +x " + page), message);
    assertTrue(
        failure(s -> s.cgiProgram("/m", program).interpreter(".sh", List.of("no-such-shell")))
            .contains("no-such-shell"));
  }

  @Test
  void twoForTheSamePrefixAreRefused() throws IOException {
    Files.createDirectory(site.root.resolve("cgi-bin"));
    String said = " are given away twice: leave one option for them away.";
    assertEquals(
        "URLs under /m" + said,
        failure(s -> s.cgiProgram("/m", program).cgiProgram("/m", program)));
    assertEquals(
        "URLs under /cgi-bin" + said,
        failure(s -> s.cgiProgram("/cgi-bin", program).cgi("/cgi-bin")));
    assertEquals("URLs under /" + said, failure(s -> s.cgiProgram("/", program).cgi("/")));
  }
}
