package passerelle.bench.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is committed is what the code makes of the raw results. */
final class CommittedResultsTest {
  private static final String ADVICE =
      "java -cp bench/target/benchmarks.jar passerelle.bench.report.RenderReports"
          + " bench/results bench/results";

  private static final Path ROOT = Path.of(System.getProperty("passerelle.root", ".."));
  private static final Path RESULTS = ROOT.resolve("bench/results");

  @TempDir Path directory;

  @Test
  void reportsAreThoseThatTheRawResultsGive() throws IOException {
    Set<String> dates = RenderReports.dates(RESULTS);
    assertFalse(dates.isEmpty());
    for (String date : dates) {
      Map<String, String> files = RenderReports.report(RESULTS, date).files();
      Set<String> charts = new TreeSet<>(files.keySet());
      charts.removeIf(name -> !name.endsWith(".svg"));
      Set<String> committed = new TreeSet<>();
      RenderReports.charts(RESULTS, date)
          .forEach(file -> committed.add(file.getFileName().toString()));
      assertEquals(charts, committed, ADVICE);
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = RESULTS.resolve(file.getKey());
        assertTrue(Files.exists(path), () -> "There is no " + path + ": " + ADVICE);
        assertEquals(file.getValue(), Files.readString(path), ADVICE);
      }
    }
  }

  @Test
  void theReadmeShowsTheNewestResults() throws IOException {
    String newest = new TreeSet<>(RenderReports.dates(RESULTS)).last();
    String readme = Files.readString(ROOT.resolve("README.md"));
    String chart = "bench/results/" + newest + "-" + Targets.MAIN + ".svg";
    assertTrue(readme.contains("](" + chart + ")"), "README.md does not show " + chart);
    assertTrue(Files.exists(ROOT.resolve(chart)), chart);
    String report = "bench/results/" + newest + ".md";
    assertTrue(readme.contains("](" + report + ")"), "README.md has no link to " + report);
  }

  @Test
  void theCommandWritesReportsAndRemovesChartsThatAreNoLongerMade() throws IOException {
    Path from = Files.createDirectory(directory.resolve("raw"));
    Path to = directory.resolve("made/here");
    Files.writeString(from.resolve("2026-01-02-wrk.json"), "{\"scenarios\": []}");
    Files.writeString(from.resolve("2026-01-02-notes.json"), "no results");
    Files.createDirectories(to);
    Files.writeString(to.resolve("2026-01-02-gone.svg"), "");
    Files.writeString(to.resolve("2026-01-03-other.svg"), "");
    RenderReports.main(from.toString(), to.toString());
    try (var files = Files.list(to)) {
      assertEquals(
          Set.of("2026-01-02.html", "2026-01-02.md", "2026-01-03-other.svg"),
          new TreeSet<>(files.map(file -> file.getFileName().toString()).toList()));
    }
  }
}
