package passerelle.jar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import passerelle.harness.Needs;

/** Every script of {@code cgi-samples}, under {@code /cgi-bin} as in the README. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SamplesIT {
  private static final Pattern LINK = Pattern.compile("(?:href|src|action)=\"([^\"#][^\"]*)\"");
  private static final Path SAMPLES = RunningJar.ROOT.resolve("cgi-samples");

  private final RunningJar jar;

  SamplesIT(@TempDir Path temporary) throws IOException {
    Needs.tool("python3");
    Needs.tool("perl");
    String cc = Needs.tool("cc").toString();
    Path probe = Files.writeString(temporary.resolve("probe.c"), "#include <stdio.h>\n");
    Command.mustWork(
        "C's headers are not installed", cc, "-E", "-o", "/dev/null", probe.toString());
    Path copy = Files.createDirectory(temporary.resolve("cgi-samples"));
    try (Stream<Path> samples = Files.list(SAMPLES)) {
      for (Path sample : samples.filter(s -> !s.toString().endsWith(".cgi")).toList()) {
        Files.copy(sample, copy.resolve(sample.getFileName()));
      }
    }
    // The command in its comment is what people type.
    Matcher build =
        Pattern.compile("Build: (.+)").matcher(Files.readString(copy.resolve("hello.c")));
    assertTrue(build.find());
    Command.Outcome built = Command.of("sh", "-c", build.group(1)).in(temporary).run();
    assertEquals(new Command.Outcome(0, "", ""), built);
    jar = RunningJar.serveSamples(copy);
  }

  @AfterAll
  void end() throws IOException {
    jar.close();
  }

  private HttpResponse<String> get(String sample) throws IOException {
    return Web.get(jar.uri("/cgi-bin/" + sample));
  }

  private static void assertPage(HttpResponse<String> answer, String said) {
    assertEquals(200, answer.statusCode(), answer.body());
    assertEquals(
        "text/html; charset=utf-8", answer.headers().firstValue("Content-Type").orElse(""));
    assertTrue(answer.body().startsWith("<!doctype html>"), answer.body());
    assertTrue(answer.body().contains(said), answer.body());
  }

  @Test
  void allSamplesAreTestedHere() throws IOException {
    try (Stream<Path> samples = Files.list(SAMPLES)) {
      Set<String> names =
          samples
              .map(sample -> sample.getFileName().toString())
              .filter(name -> !name.startsWith(".") && !name.endsWith(".cgi"))
              .collect(Collectors.toSet());
      assertEquals(
          Set.of(
              "clock.sh",
              "environment.py",
              "form.py",
              "hello.c",
              "hello.pl",
              "hello.py",
              "hello.sh",
              "query.pl",
              "redirect.py",
              "upload.py"),
          names);
    }
  }

  @ParameterizedTest
  @CsvSource({"hello.py, Python", "hello.pl, Perl", "hello.sh, sh", "hello-c.cgi, C"})
  void helloGreetsInEachLanguage(String sample, String language) throws IOException {
    assertPage(get(sample), "<h1>Hello from " + language + "!</h1>");
  }

  @Test
  void theSourceOfTheProgramInCIsNotServed() throws IOException {
    assertEquals(403, get("hello.c").statusCode());
  }

  @Test
  void environmentShowsTheMetaVariablesEscaped() throws IOException {
    HttpResponse<String> answer = get("environment.py/extra/p%C3%A4th?colour=blue&b=%3Cb%3E");
    assertPage(answer, variable("PATH_INFO", "/extra/p\u00e4th"));
    assertPage(answer, variable("QUERY_STRING", "colour=blue&amp;b=%3Cb%3E"));
    assertPage(answer, variable("REQUEST_METHOD", "GET"));
    assertPage(answer, variable("SCRIPT_NAME", "/cgi-bin/environment.py"));
    assertPage(answer, variable("SERVER_PORT", Integer.toString(jar.port())));
    assertPage(answer, variable("GATEWAY_INTERFACE", "CGI/1.1"));
    assertPage(answer, variable("REMOTE_ADDR", "127.0.0.1"));
    HttpRequest withField =
        Web.request(jar.uri("/cgi-bin/environment.py")).header("X-Shout", "<b>&").build();
    assertPage(Web.send(withField), variable("HTTP_X_SHOUT", "&lt;b&gt;&amp;"));
  }

  private static String variable(String name, String value) {
    return "<tr><th scope=\"row\">" + name + "</th><td>" + value + "</td></tr>";
  }

  @Test
  void formShowsItselfAndGreetsByPostEscaped() throws IOException {
    assertPage(get("form.py"), "<form method=\"post\">");
    HttpResponse<String> answer = Web.postName(jar.uri("/cgi-bin/form.py"), "<b>Zo\u00e9</b> & Co");
    assertPage(answer, "<h1 id=\"greeting\">Hello, &lt;b&gt;Zo\u00e9&lt;/b&gt; &amp; Co!</h1>");
    assertFalse(answer.body().contains("<b>"), answer.body());
  }

  @Test
  void formAnswersAPostInChunksToo() throws IOException {
    byte[] content = "name=Zo%C3%A9".getBytes(UTF_8);
    HttpRequest chunked =
        Web.request(jar.uri("/cgi-bin/form.py"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(content)))
            .build();
    assertPage(Web.send(chunked), "Hello, Zo\u00e9!");
  }

  @Test
  void formRefusesWhatIsNoName() throws IOException {
    HttpResponse<String> answer = Web.postName(jar.uri("/cgi-bin/form.py"), " ");
    assertEquals(400, answer.statusCode());
    assertTrue(answer.body().contains("Please type a name."), answer.body());
    assertEquals(413, Web.postName(jar.uri("/cgi-bin/form.py"), "x".repeat(70_000)).statusCode());
    HttpRequest put =
        Web.request(jar.uri("/cgi-bin/form.py")).PUT(BodyPublishers.ofString("x")).build();
    assertEquals(405, Web.send(put).statusCode());
  }

  @Test
  void uploadMeasuresTheFile() throws IOException, GeneralSecurityException {
    byte[] file = new byte[1_500_000];
    new Random(7).nextBytes(file);
    HttpResponse<String> answer =
        Web.postFile(jar.uri("/cgi-bin/upload.py"), "<i>\u00e9t\u00e9.bin", file);
    String sha256 = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(file));
    assertPage(answer, "<dd id=\"sha256\">" + sha256 + "</dd>");
    assertPage(answer, "<dd id=\"size\">1500000</dd>");
    assertPage(answer, "<dd id=\"filename\">&lt;i&gt;\u00e9t\u00e9.bin</dd>");
    assertPage(get("upload.py"), "enctype=\"multipart/form-data\"");
  }

  @Test
  void redirectLeadsToHelloInBothWays() throws IOException {
    assertPage(get("redirect.py"), "<h1>Two redirects</h1>");
    assertPage(get("redirect.py?to=local"), "<h1>Hello from Python!</h1>");
    HttpResponse<String> client = get("redirect.py?to=client");
    assertEquals(302, client.statusCode());
    String location = client.headers().firstValue("Location").orElse("");
    assertEquals(jar.uri("/cgi-bin/hello.py").toString(), location);
    assertPage(get("redirect.py?to=https://example.org/"), "<h1>Two redirects</h1>");
  }

  /** In the place of sleep is a script that waits for the test, and so does the clock. */
  @Test
  void clockSendsEachLineWhenItIsWritten(@TempDir Path tools) throws IOException {
    Path gate = tools.resolve("gate");
    assertEquals(0, Command.of("mkfifo", gate.toString()).run().code());
    Names.writeScript(tools.resolve("sleep"), "#!/bin/sh\nread -r word < \"${0%/*}/gate\"\n");
    Command command =
        RunningJar.command("-p", "0", "--cgi", "/cgi-bin=" + SAMPLES, tools.toString())
            .with("PATH", tools + ":" + Needs.searchPath());
    // Open for both, a FIFO waits for nobody and has no end.
    try (RandomAccessFile opened = new RandomAccessFile(gate.toFile(), "rw");
        RunningJar own = RunningJar.start(command);
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(
                    Web.stream(own.uri("/cgi-bin/clock.sh?ticks=3")).body(), UTF_8))) {
      // Each line is read while the script waits for the test, before it writes the next one.
      assertTrue(lines.readLine().endsWith("tick 1 of 3"));
      opened.writeBytes("go\n");
      assertTrue(lines.readLine().endsWith("tick 2 of 3"));
      opened.writeBytes("go\n");
      assertTrue(lines.readLine().endsWith("tick 3 of 3"));
      assertNull(lines.readLine());
    }
    assertEquals(400, get("clock.sh?ticks=1000").statusCode());
  }

  @Test
  void queryTakesTheQueryApart() throws IOException {
    HttpResponse<String> answer = get("query.pl?drink=caf%C3%A9+cr%C3%A8me&tag=%3Cb%3E&sum=1%2B1");
    assertPage(answer, "caf\u00e9 cr\u00e8me");
    assertPage(answer, "&lt;b&gt;");
    assertPage(answer, "1+1");
  }

  @Test
  void everyLinkOfTheStartPageLeadsSomewhere() throws IOException {
    String page = Web.get(jar.uri("/")).body();
    Set<String> links = new TreeSet<>();
    for (Matcher link = LINK.matcher(page); link.find(); ) {
      links.add(link.group(1).replace("&amp;", "&"));
    }
    links.remove("/cgi-bin/clock.sh"); // takes five seconds, and has its own test
    assertTrue(links.size() > 12, () -> "links: " + links);
    for (String link : links) {
      assertEquals(200, Web.get(jar.uri("/").resolve(link)).statusCode(), link);
    }
  }
}
