package passerelle.bench.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The command that makes the reports: from each {@code DATE-wrk.json} and {@code DATE-jmh.json} in
 * one directory to {@code DATE.html}, {@code DATE.md} and {@code DATE-*.svg} in another or the
 * same.
 *
 * <p>Confined to one worker.
 */
public final class RenderReports {
  private static final Pattern RAW = Pattern.compile("(.+)-(?:wrk|jmh)\\.json");
  private static final ObjectMapper JSON = new ObjectMapper();

  private RenderReports() {}

  /**
   * Makes all reports.
   *
   * @param arguments where the raw results are, and where the reports go
   */
  public static void main(String... arguments) throws IOException {
    if (arguments.length != 2) {
      throw new IllegalArgumentException("Two directories are needed: raw results, reports");
    }
    Path from = Path.of(arguments[0]);
    Path to = Path.of(arguments[1]);
    Files.createDirectories(to);
    for (String date : dates(from)) {
      Map<String, String> files = report(from, date).files();
      for (Path old : charts(to, date)) {
        if (!files.containsKey(old.getFileName().toString())) {
          Files.delete(old);
        }
      }
      for (Map.Entry<String, String> file : files.entrySet()) {
        Files.writeString(to.resolve(file.getKey()), file.getValue());
      }
      System.out.println(
          to.resolve(date + ".html") + ", .md and " + (files.size() - 2) + " charts");
    }
  }

  /** The days of which there are raw results, the oldest first. */
  static Set<String> dates(Path directory) throws IOException {
    Set<String> dates = new TreeSet<>();
    try (Stream<Path> files = Files.list(directory)) {
      files.forEach(
          file -> {
            Matcher matcher = RAW.matcher(file.getFileName().toString());
            if (matcher.matches()) {
              dates.add(matcher.group(1));
            }
          });
    }
    return dates;
  }

  /** The charts of a day that are in a directory. */
  static Set<Path> charts(Path directory, String date) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      Set<Path> charts = new TreeSet<>();
      files
          .filter(file -> file.getFileName().toString().startsWith(date + "-"))
          .filter(file -> file.getFileName().toString().endsWith(".svg"))
          .forEach(charts::add);
      return charts;
    }
  }

  static Report report(Path directory, String date) throws IOException {
    return Report.of(
        date,
        read(directory.resolve(date + "-wrk.json")).map(WrkResults::new),
        read(directory.resolve(date + "-jmh.json")).map(JmhResults::new));
  }

  private static Optional<JsonNode> read(Path file) throws IOException {
    return Files.exists(file) ? Optional.of(JSON.readTree(file.toFile())) : Optional.empty();
  }
}
