package passerelle.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.cgi.ScriptStartBenchmark;
import passerelle.http1.HeadWriterBenchmark;
import passerelle.http1.StaticExchangeBenchmark;

/**
 * Runs each benchmark method a few times, without JMH, which would take too long here: that the
 * benchmarks work and check what they get, not how fast they are.
 *
 * <p>Confined to the thread that uses it.
 */
final class BenchmarksTest {
  private static final int TIMES = 20;

  /** The classes and methods in the list that JMH's annotation processor writes. */
  private static final Pattern LISTED =
      Pattern.compile("JMH S \\d+ passerelle\\.\\w+\\.(\\w+) S \\d+ \\S+ S \\d+ (\\w+) ");

  @Test
  void jmhKnowsEveryBenchmarkThatRunsHere() throws IOException {
    Set<String> listed = new TreeSet<>();
    try (InputStream list =
        RequestParserBenchmark.class.getResourceAsStream("/META-INF/BenchmarkList")) {
      assertNotNull(list, "JMH's annotation processor has not run");
      Matcher matcher = LISTED.matcher(new String(list.readAllBytes(), StandardCharsets.UTF_8));
      while (matcher.find()) {
        listed.add(matcher.group(1) + "." + matcher.group(2));
      }
    }
    assertEquals(
        new TreeSet<>(
            Set.of(
                "ChunkedDecoderBenchmark.whole",
                "FileCacheBenchmark.hit",
                "FileCacheBenchmark.miss",
                "FileCacheBenchmark.revalidate",
                "HandOverBenchmark.chunks",
                "HandOverBenchmark.tasks",
                "HandOverBenchmark.thereAndBack",
                "HeadWriterBenchmark.file",
                "HeadWriterBenchmark.notModified",
                "HeadWriterBenchmark.script",
                "HttpDateBenchmark.format",
                "HttpDateBenchmark.parseAsctime",
                "HttpDateBenchmark.parseImfFixdate",
                "HttpDateBenchmark.parseRfc850",
                "RequestParserBenchmark.split",
                "RequestParserBenchmark.whole",
                "ScriptStartBenchmark.run",
                "StaticExchangeBenchmark.get",
                "StaticExchangeBenchmark.notFound",
                "StaticExchangeBenchmark.notModified",
                "StaticExchangeBenchmark.pipelined16",
                "StaticGetBenchmark.pipelined16",
                "StaticGetBenchmark.single")),
        listed);
  }

  @ParameterizedTest
  @EnumSource
  void everyParserFindsWhatWasSent(HeadParsers parser) {
    for (RequestHeads head : RequestHeads.values()) {
      HeadParser measured = parser.over(head.text().getBytes(StandardCharsets.US_ASCII));
      for (int i = 0; i < TIMES; i++) {
        Object parsed = i % 2 == 0 ? measured.whole() : measured.split();
        assertNotNull(parsed);
        assertEquals("GET", measured.method());
        assertEquals(head.path(), measured.target());
        assertEquals(head.host(), measured.value("Host"));
        assertEquals(head.fieldLines(), measured.fieldLines());
      }
    }
    HeadParser browser =
        parser.over(RequestHeads.BROWSER.text().getBytes(StandardCharsets.US_ASCII));
    assertNotNull(browser.split());
    assertEquals("www.example.org:8080", browser.value("Host"));
    assertEquals("u=5, i", browser.value("Priority"));
  }

  @ParameterizedTest
  @EnumSource
  void noParserTakesHalfAHeadForAWholeOne(HeadParsers parser) {
    byte[] head = RequestHeads.SMALL.text().getBytes(StandardCharsets.US_ASCII);
    HeadParser measured = parser.over(Arrays.copyOf(head, head.length - 2));
    assertThrows(IllegalStateException.class, measured::whole);
  }

  @ParameterizedTest
  @EnumSource
  void parsesHeads(HeadParsers parser) {
    for (RequestHeads head : RequestHeads.values()) {
      RequestParserBenchmark benchmark = new RequestParserBenchmark();
      benchmark.head = head;
      benchmark.parser = parser;
      benchmark.prepare();
      for (int i = 0; i < TIMES; i++) {
        assertNotNull(benchmark.whole());
        assertNotNull(benchmark.split());
      }
    }
  }

  @Test
  void theHeadsAreOfTheSizesThatTheirNamesSay() {
    assertEquals(1, RequestHeads.SMALL.fieldLines());
    assertEquals(14, RequestHeads.BROWSER.fieldLines());
    assertEquals(700, RequestHeads.BROWSER.text().length(), 50.0);
    assertEquals(40, RequestHeads.FORTY_FIELDS.fieldLines());
  }

  @ParameterizedTest
  @ValueSource(ints = {16, 1024, 16384})
  void decodesChunks(int chunkOctets) {
    ChunkedDecoderBenchmark benchmark = new ChunkedDecoderBenchmark();
    benchmark.chunkOctets = chunkOctets;
    benchmark.prepare();
    for (int i = 0; i < TIMES; i++) {
      assertEquals(64 * 1024, benchmark.whole());
    }
  }

  @Test
  void writesAndReadsDates() {
    HttpDateBenchmark benchmark = new HttpDateBenchmark();
    long moment = benchmark.parseImfFixdate();
    assertEquals("Sun, 06 Nov 1994 08:49:37 GMT", benchmark.format());
    assertEquals(moment, benchmark.parseRfc850());
    assertEquals(moment, benchmark.parseAsctime());
  }

  @Test
  void writesHeads() {
    HeadWriterBenchmark benchmark = new HeadWriterBenchmark();
    benchmark.prepare();
    for (int i = 0; i < TIMES; i++) {
      assertTrue(benchmark.file() > benchmark.notModified());
      assertTrue(benchmark.script() > 0);
    }
  }

  @Test
  void findsFilesOnEveryWay() throws IOException {
    FileCacheBenchmark benchmark = new FileCacheBenchmark();
    benchmark.prepare();
    try {
      for (int i = 0; i < TIMES; i++) {
        assertEquals(1, benchmark.hit());
        assertEquals(1, benchmark.revalidate());
      }
      // Longer than one round through all names, so that the first ones have left the cache.
      for (int i = 0; i < 6000; i++) {
        assertEquals(1, benchmark.miss());
      }
    } finally {
      benchmark.remove();
    }
  }

  @Test
  void answersWithoutASocket() throws IOException {
    StaticExchangeBenchmark benchmark = new StaticExchangeBenchmark();
    benchmark.prepare();
    try {
      int answerOctets = benchmark.get();
      for (int i = 0; i < TIMES; i++) {
        assertEquals(answerOctets, benchmark.get());
        assertEquals(16 * answerOctets, benchmark.pipelined16());
        assertTrue(benchmark.notModified() < answerOctets - 1024);
        assertTrue(benchmark.notFound() > 0);
      }
    } finally {
      benchmark.remove();
    }
  }

  @Test
  void handsOverToTheLoop() throws IOException, InterruptedException {
    HandOverBenchmark benchmark = new HandOverBenchmark();
    benchmark.start();
    try {
      for (int i = 0; i < TIMES; i++) {
        assertEquals(1, benchmark.thereAndBack());
        assertEquals(1024, benchmark.tasks());
        assertEquals(64 * 16 * 1024, benchmark.chunks());
      }
    } finally {
      benchmark.stop();
    }
  }

  @ParameterizedTest
  @EnumSource
  void startsScripts(ScriptStartBenchmark.Way way) throws Exception {
    for (ScriptStartBenchmark.Program program : ScriptStartBenchmark.Program.values()) {
      ScriptStartBenchmark benchmark = new ScriptStartBenchmark();
      benchmark.way = way;
      benchmark.program = program;
      benchmark.prepare();
      try {
        assertEquals("Content-Type: text/plain\n\nhello\n", benchmark.run());
      } finally {
        benchmark.release();
      }
    }
  }

  @Test
  void getsFilesOverTheLoopbackInterface() throws IOException {
    StaticGetBenchmark benchmark = new StaticGetBenchmark();
    StaticGetBenchmark.Site site = new StaticGetBenchmark.Site();
    StaticGetBenchmark.Single single = new StaticGetBenchmark.Single();
    StaticGetBenchmark.Pipelined pipelined = new StaticGetBenchmark.Pipelined();
    site.start();
    try {
      single.connect(site);
      pipelined.connect(site);
      int answerOctets = benchmark.single(single);
      for (int i = 0; i < TIMES; i++) {
        assertEquals(answerOctets, benchmark.single(single));
        assertEquals(16 * answerOctets, benchmark.pipelined16(pipelined));
      }
      single.check();
      pipelined.check();
      single.close();
      pipelined.close();
    } finally {
      site.stop();
    }
  }
}
