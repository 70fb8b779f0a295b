package passerelle.bench;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Parsing one request head that lies in a direct buffer, as it does in the server: in one call, or
 * in two because it arrived in two pieces; by our parser, and by those of other servers, each
 * driven as its server drives it.
 *
 * <p>The unit is one head. Whether a parser found what was sent is checked before the first
 * measurement, and the outcome of every call during it. The parsers do not deliver the same: ours
 * leaves fields as positions in the buffer, the others make objects of them.
 *
 * <p>Confined to one worker.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class RequestParserBenchmark {
  /** Which head is parsed. */
  @Param({"SMALL", "BROWSER", "FORTY_FIELDS"})
  public RequestHeads head = RequestHeads.SMALL;

  /** Whose parser does it. */
  @Param({"PASSERELLE", "NETTY", "JETTY", "UNDERTOW", "MICROHTTP"})
  public HeadParsers parser = HeadParsers.PASSERELLE;

  private HeadParser measured;

  /** Puts the head into a buffer and parses it both ways, to see that the parser agrees. */
  @Setup
  public void prepare() {
    measured = parser.over(head.text().getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < 2; i++) {
      measured.whole();
      check();
      measured.split();
      check();
    }
  }

  private void check() {
    if (!measured.method().equals("GET")
        || !measured.target().equals(head.path())
        || !measured.value("Host").equals(head.host())
        || measured.fieldLines() != head.fieldLines()) {
      throw new IllegalStateException(
          parser
              + " found "
              + measured.method()
              + ' '
              + measured.target()
              + " of "
              + measured.value("Host")
              + " with "
              + measured.fieldLines()
              + " field lines");
    }
  }

  /** All octets of the head are there. */
  @Benchmark
  public Object whole() {
    return measured.whole();
  }

  /** First one half of the octets, then all. */
  @Benchmark
  public Object split() {
    return measured.split();
  }
}
