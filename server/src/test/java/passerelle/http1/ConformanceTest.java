package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import passerelle.files.FileWorkers;
import passerelle.http.Exchange;
import passerelle.http.Handler;
import passerelle.site.Site;
import passerelle.site.Sites;

/** The cases in {@code conformance/*.md}, one connection for each way of cutting its input. */
final class ConformanceTest {
  private static final String FILE_NAME = "rfc(?:9110|9112)-\\d+(?:\\.\\d+)*-[a-z0-9-]+\\.md";
  private static final int FEWEST_CASES = 600;

  @TempDir private static Path folder;
  private static Site files;
  private static Handler site;
  private static Executor loop = Runnable::run;

  @BeforeAll
  static void makeSite() throws IOException {
    Files.writeString(folder.resolve("a.txt"), "hello");
    Files.writeString(folder.resolve("index.html"), "<p>start</p>");
    Files.writeString(Files.createDirectory(folder.resolve("dir")).resolve("b.txt"), "b");
    Executor current = task -> loop.execute(task);
    FileWorkers workers = Sites.workers(Runnable::run, Runnable::run, current, () -> 0);
    files = Sites.files(folder, workers, () -> 0);
    site = ConformanceTest::handle;
  }

  private static void handle(Exchange exchange) {
    loop = exchange.loop();
    String path = String.valueOf(exchange.request().target().decodedPath());
    boolean isEcho = path.equals("/cgi-bin") || path.startsWith("/cgi-bin/");
    (isEcho ? Handlers.ECHO : files).handle(exchange);
  }

  @AfterAll
  static void closeSite() {
    files.close();
  }

  private static List<Path> caseFiles() throws IOException, URISyntaxException {
    URL resources = Objects.requireNonNull(ConformanceTest.class.getResource("/conformance"));
    try (Stream<Path> paths = Files.list(Path.of(resources.toURI()))) {
      return paths.sorted().toList();
    }
  }

  private static List<ConformanceCase> cases() throws IOException, URISyntaxException {
    List<ConformanceCase> cases = new ArrayList<>();
    for (Path file : caseFiles()) {
      cases.addAll(CaseReader.read(file));
    }
    return cases;
  }

  @TestFactory
  List<DynamicTest> everyCaseHoldsHoweverItIsCut() throws IOException, URISyntaxException {
    List<DynamicTest> tests = new ArrayList<>();
    for (ConformanceCase subject : cases()) {
      CaseRun run = new CaseRun(subject, site);
      tests.add(DynamicTest.dynamicTest(subject.file() + ": " + subject.title(), run::inEveryWay));
    }
    return tests;
  }

  @Test
  void thereAreManyCases() throws IOException, URISyntaxException {
    int count = cases().size();
    assertTrue(count >= FEWEST_CASES, () -> "only " + count + " cases");
  }

  @Test
  void everyFileIsNamedAfterItsSection() throws IOException, URISyntaxException {
    for (Path file : caseFiles()) {
      String name = Objects.toString(file.getFileName());
      assertTrue(name.matches(FILE_NAME), name);
      String[] parts = name.split("-", -1);
      String title = Files.readAllLines(file).get(0);
      assertTrue(title.contains("RFC " + parts[0].substring(3)), () -> name + ": " + title);
      assertTrue(title.contains("§" + parts[1]), () -> name + ": " + title);
    }
  }

  @Test
  void everyTitleIsUnique() throws IOException, URISyntaxException {
    Set<String> titles = new HashSet<>();
    for (ConformanceCase subject : cases()) {
      assertTrue(titles.add(subject.title()), subject.title());
    }
  }
}
