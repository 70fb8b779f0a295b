package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.harness.Needs;
import passerelle.io.OctetPath;

/** {@code --cgi-log}: a line for each run that had a process. */
@Timeout(300)
final class CgiLogTest {
  private static final Pattern LINE =
      Pattern.compile(
          "(?<time>\\S+) (?<name>\\S+) pid=(?<pid>\\d+) (?<end>(exit|signal)=\\d+)"
              + " wall=(?<wall>\\d+\\.\\d{6}) user=(?<user>\\d+\\.\\d{6})"
              + " system=(?<system>\\d+\\.\\d{6})");
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ssxx", Locale.ENGLISH);

  private Site site;
  private Path file;

  @BeforeEach
  void start() throws IOException {
    site = new Site();
    file = site.folder.resolve("runs.log");
    String pid = "printf 'X: y\\n\\n'; echo $$";
    site.script("well.sh", pid);
    site.script("three.sh", pid, "exit 3");
    site.script("killed.sh", pid, "kill -9 $$");
    site.script("busy.sh", pid, "i=0; while [ $i -lt 30000 ]; do i=$((i+1)); done");
    site.script("stopped.sh", "echo $$ > ../pid", "exec sleep 1000");
    site.script("a\"b.sh", pid);
    site.script("missing.nothing", "x");
    site.start(
        s ->
            s.cgi("/cgi-bin")
                .cgiLog(OctetPath.octets(file))
                .interpreter(".nothing", List.of("no-such-program")));
  }

  @AfterEach
  void stop() throws IOException {
    site.close();
  }

  private List<Matcher> lines() throws IOException {
    List<Matcher> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.US_ASCII)) {
      Matcher matcher = LINE.matcher(line);
      assertTrue(matcher.matches(), line);
      lines.add(matcher);
    }
    return lines;
  }

  @Test
  void itSaysHowEachRunEndedAndWhatItTook() throws IOException {
    Needs.nativeCalls(); // the JDK does not tell the CPU time
    Instant before = Instant.now().truncatedTo(ChronoUnit.SECONDS); // as the log's times are
    List<String> expected = new ArrayList<>();
    try (ServerLog log = new ServerLog()) {
      for (String run :
          new String[] {"well exit=0", "three exit=3", "killed signal=9", "busy exit=0"}) {
        String name = "/cgi-bin/" + run.substring(0, run.indexOf(' ')) + ".sh";
        boolean isCut = run.startsWith("killed");
        String pid = isCut ? firstChunk(name).strip() : site.get(name).content().strip();
        expected.add(name + " " + pid + run.substring(run.indexOf(' ')));
      }
      String pid = site.get("/cgi-bin/a%22b.sh").content().strip();
      expected.add("/cgi-bin/a\\x22b.sh " + pid + " exit=0");
      assertEquals(500, site.get("/cgi-bin/missing.nothing").status());
      log.await("no-such-program");
      Site.await("a line for each").until(() -> lines().size() == expected.size());
    }
    List<String> told = new ArrayList<>();
    Instant now = Instant.now();
    for (Matcher line : lines()) {
      told.add(line.group("name") + " " + line.group("pid") + " " + line.group("end"));
      Instant time = OffsetDateTime.parse(line.group("time"), TIME).toInstant();
      assertTrue(!time.isAfter(now) && !time.isBefore(before), line::group);
      assertTrue(new BigDecimal(line.group("wall")).signum() > 0, line::group);
      if (line.group("name").endsWith("busy.sh")) {
        BigDecimal cpu = new BigDecimal(line.group("user")).add(number(line, "system"));
        assertTrue(cpu.compareTo(new BigDecimal("0.001")) > 0, line::group);
        assertTrue(cpu.compareTo(number(line, "wall")) <= 0, line::group);
      }
    }
    told.sort(null);
    expected.sort(null);
    assertEquals(expected, told);
  }

  private String firstChunk(String name) throws IOException {
    try (RawClient client = site.connect().ask("GET", name)) {
      assertEquals(200, client.readHead().status());
      return client.beginChunk();
    }
  }

  private static BigDecimal number(Matcher line, String group) {
    return new BigDecimal(line.group(group));
  }

  @Test
  void aRunThatWasStoppedHasItsLineTooEvenIfTheServerEnds() throws IOException {
    try (RawClient client = site.connect()) {
      client.ask("GET", "/cgi-bin/stopped.sh");
      String pid = Site.awaitLine(site.root.resolve("pid"));
      client.reset();
      Site.await("its end").until(() -> Site.processes().isEmpty());
      site.server().close();
      List<Matcher> lines = lines();
      assertEquals(1, lines.size());
      assertEquals(pid, lines.get(0).group("pid"));
      assertEquals("signal=15", lines.get(0).group("end"));
    }
  }

  @Test
  void aProgramThatIsTheWholeSiteIsNamedByItsFile() throws IOException {
    try (Site whole = new Site()) {
      Path program = whole.executable("program", "#!/bin/sh", "printf 'X: y\\n\\n'");
      Path log = whole.folder.resolve("runs.log");
      whole.start(s -> s.cgiProgram("/", program).cgiLog(OctetPath.octets(log)));
      assertEquals(200, whole.get("/anything").status());
      whole.server().close();
      Matcher line = LINE.matcher(Files.readString(log).strip());
      assertTrue(line.matches(), Files.readString(log));
      assertEquals(word(OctetPath.octets(program)), line.group("name"));
    }
  }

  /** How the log writes a name: the folder of the test may hold blanks, and more than ASCII. */
  private static String word(String octets) {
    return octets
        .chars()
        .mapToObj(
            c ->
                c > ' ' && c < 0x7f && c != '"' && c != '\\'
                    ? Character.toString(c)
                    : String.format("\\x%02x", c))
        .collect(Collectors.joining());
  }
}
