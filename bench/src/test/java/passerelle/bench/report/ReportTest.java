package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

/** Whole reports from made-up results. */
final class ReportTest {
  private final Map<String, String> files =
      Report.of("2026-01-02", Optional.of(MadeUp.wrk()), Optional.of(MadeUp.jmh())).files();

  private final String html = files.getOrDefault("2026-01-02.html", "");
  private final String markdown = files.getOrDefault("2026-01-02.md", "");

  private static List<String> all(String pattern, String text) {
    List<String> found = new ArrayList<>();
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    while (matcher.find()) {
      found.add(matcher.group(1));
    }
    return found;
  }

  @Test
  void thereIsAPageAMarkdownFileAndAChartForEachScenario() {
    assertEquals(
        Set.of(
            "2026-01-02.html",
            "2026-01-02.md",
            "2026-01-02-1k-64.svg",
            "2026-01-02-64k.svg",
            "2026-01-02-404.svg",
            "2026-01-02-cgi-c.svg",
            "2026-01-02-idle15k.svg",
            "2026-01-02-rate.svg",
            "2026-01-02-start.svg",
            "2026-01-02-parsers.svg"),
        files.keySet());
  }

  @Test
  void thePageIsWellFormedAndItsNamesAreUnique() throws Exception {
    DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(html)));
    List<String> names = all(" id=\"([^\"]*)\"", html);
    assertEquals(new TreeSet<>(names).size(), names.size());
    assertTrue(names.containsAll(all(" href=\"#([^\"]*)\"", html)));
    for (String reference : all(" aria-labelledby=\"([^\"]*)\"", html)) {
      assertTrue(names.containsAll(List.of(reference.split(" ", -1))), reference);
    }
  }

  @Test
  void thePageNeedsNothingElse() {
    assertEquals(List.of(), all("(src=|<link|@import|url\\()", html));
    assertEquals(
        List.of("2026-01-02.html", "2026-01-02.md", "2026-01-02-wrk.json", "2026-01-02-jmh.json"),
        all(" href=\"([^#\"][^\"]*)\"", html));
  }

  @Test
  void theMarkdownShowsEveryChart() {
    Set<String> charts = new TreeSet<>(files.keySet());
    charts.removeIf(name -> !name.endsWith(".svg"));
    assertEquals(charts, new TreeSet<>(all("!\\[[^]]*]\\(([^)]*)\\)", markdown)));
  }

  @Test
  void theOrderIsThatOfAReader() {
    List<String> order =
        List.of(
            "What was measured",
            "At a glance",
            "Small files",
            "Large files",
            "Protocol",
            "Scripts",
            "Many connections",
            "Latency",
            "Beside the best of the others",
            "Beside each of the others",
            "In pairs",
            "Targets",
            "Single parts",
            "Remarks");
    assertEquals(order, all("(?m)^## (.*)$", markdown));
    assertEquals(order, all("<h2 [^>]*>([^<]*)</h2>", html));
  }

  @Test
  void whatIsLostIsShownLikeWhatIsWon() {
    assertTrue(
        markdown.contains(
            """
            | 64k | CPU µs/MB | nginx | ahead: 0.80 (0.80–0.80) | not measured |
            | 64k | MB/s | nginx | **behind: 0.80 (0.80–0.80)** | not measured |
            """),
        markdown);
    assertTrue(markdown.contains("| level: 0.90 (0.80–1.00) | **behind: 1.20 (1.20–1.20)** |\n"));
    assertTrue(
        markdown.contains(
            "| 1k-64-pinned | CPU µs/request ÷ that of lighttpd | ≤ 0.90"
                + " | **missed: 0.950 \\[0.700, 1.200\\] in 6 pairs** | not measured |\n"));
    assertTrue(
        markdown.contains(
            "| start | start ms | ≤ 350 | reached: 340.00 (330.00–350.00) | not measured |\n"));
    assertTrue(
        markdown.contains("- passerelle: 4 reached, 4 missed, 37 not measured.\n"), markdown);
  }

  @Test
  void aTableHasOnlyColumnsThatSomebodyHasAFigureFor() {
    assertTrue(
        markdown.contains(
            "| server | CPU µs/request | p50 ms | p90 ms | p99 ms | p99.9 ms | max ms | RSS MiB"
                + " | load CPU % | other CPU % | errors |\n"));
    assertTrue(markdown.contains("| server | octets/idle connection | RSS MiB | errors |\n"));
    assertTrue(markdown.contains("| server | start ms | CPU ms | errors |\n"));
    assertTrue(
        markdown.contains(
            "| server | CPU µs/request | requests/s | load CPU % | other CPU % | errors"
                + " | octets/answer |\n"));
    assertTrue(markdown.contains("\nNot measured here: passerelle-25, nginx, epoll.\n"));
  }

  @Test
  void whatComesFromTheResultsIsEscaped() {
    assertTrue(html.contains("bench/wrk/run &lt;made up&gt; &amp; &quot;quoted&quot;"));
    assertFalse(html.contains("<made up>") || html.contains("<failure>"));
    assertTrue(html.contains("java -jar &lt;jar&gt;"));
    assertFalse(html.contains("not shown"), "configurations are in the raw results only");
    assertTrue(markdown.contains("made-up \\<failure\\>"));
  }

  @Test
  void remarksAreAnnouncedAtTheTop() {
    int at =
        markdown.indexOf("\n7 remarks at the end say what speaks against some of the figures.\n");
    assertTrue(at > 0 && at < markdown.indexOf("\n## "), markdown);
  }

  @Test
  void resultsOfOneKindAreEnough() {
    assertEquals(
        Set.of("d.html", "d.md", "d-parsers.svg"),
        Report.of("d", Optional.empty(), Optional.of(MadeUp.jmh())).files().keySet());
    assertFalse(
        Report.of("d", Optional.of(MadeUp.wrk()), Optional.empty())
            .files()
            .getOrDefault("d.md", "")
            .contains("Single parts"));
  }

  @Test
  void resultsWithoutAnythingAreAReportAllTheSame() {
    Report report =
        Report.of(
            "d",
            Optional.of(new WrkResults(MadeUp.parsed("{}"))),
            Optional.of(new JmhResults(MadeUp.parsed("[]"))));
    assertTrue(report.files().getOrDefault("d.md", "").contains("- **Commit**: unknown\n"));
  }
}
