package passerelle.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import passerelle.http.HttpDate;

/**
 * Writing a date, which happens once a second and once for each file that enters the cache, and
 * reading one, which happens for each request with If-Modified-Since.
 *
 * <p>Confined to one worker.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class HttpDateBenchmark {
  /** RFC 9110's own example, Sun, 06 Nov 1994 08:49:37 GMT; a field, so that it is no constant. */
  private long moment = 784_111_777L;

  private String imfFixdate = "Sun, 06 Nov 1994 08:49:37 GMT";
  private String rfc850 = "Sunday, 06-Nov-94 08:49:37 GMT";
  private String asctime = "Sun Nov  6 08:49:37 1994";

  /** Writes an IMF-fixdate. */
  @Benchmark
  public String format() {
    String text = HttpDate.format(moment);
    if (!text.equals(imfFixdate)) {
      throw new IllegalStateException("wrote " + text);
    }
    return text;
  }

  /** Reads the form that everybody sends. */
  @Benchmark
  public long parseImfFixdate() {
    return checked(HttpDate.parse(imfFixdate));
  }

  /** Reads the oldest form. */
  @Benchmark
  public long parseRfc850() {
    return checked(HttpDate.parse(rfc850));
  }

  /** Reads the form of C's asctime(). */
  @Benchmark
  public long parseAsctime() {
    return checked(HttpDate.parse(asctime));
  }

  private long checked(long second) {
    if (second != moment) {
      throw new IllegalStateException("read " + second);
    }
    return second;
  }
}
