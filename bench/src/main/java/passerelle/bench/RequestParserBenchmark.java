package passerelle.bench;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
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
import passerelle.http.Request;
import passerelle.http1.Limits;
import passerelle.http1.RequestParser;

/**
 * Parsing one request head that lies in a direct buffer, as it does in the server: in one call, or
 * in two because it arrived in two pieces.
 *
 * <p>The unit is one head. Whether the parser found what was sent is checked before the first
 * measurement, and the outcome of every call during it.
 *
 * <p>Confined to one worker.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class RequestParserBenchmark {
  /** Which head is parsed. */
  @Param({"SMALL", "BROWSER", "FORTY_FIELDS"})
  public RequestHeads head = RequestHeads.SMALL;

  private ByteBuffer buffer;
  private Request request;
  private RequestParser parser;
  private int length;
  private int cut;

  /** Puts the head into a buffer and parses it once, to see that the parser agrees. */
  @Setup
  public void prepare() {
    byte[] octets = head.text().getBytes(StandardCharsets.US_ASCII);
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    buffer = ByteBuffer.allocateDirect(Limits.standard().bufferOctets()).put(octets);
    request = new Request(nobody, nobody);
    parser = new RequestParser(request, Limits.standard());
    length = octets.length;
    cut = length / 2;
    whole();
    int found = request.fields().count();
    if (found != head.fieldLines() || !request.target().path().toString().equals(head.path())) {
      throw new IllegalStateException("parsed " + request.target().path() + ", " + found);
    }
  }

  /** All octets of the head are there. */
  @Benchmark
  public int whole() {
    parser.begin(buffer, 0);
    expect(RequestParser.Outcome.DONE, parser.parse(length));
    return checkedEnd();
  }

  /** First one half of the octets, then all. */
  @Benchmark
  public int split() {
    parser.begin(buffer, 0);
    expect(RequestParser.Outcome.MORE, parser.parse(cut));
    expect(RequestParser.Outcome.DONE, parser.parse(length));
    return checkedEnd();
  }

  private int checkedEnd() {
    if (parser.headEnd() != length) {
      throw new IllegalStateException("the head ends at " + parser.headEnd());
    }
    return length;
  }

  private static void expect(RequestParser.Outcome wanted, RequestParser.Outcome outcome) {
    if (outcome != wanted) {
      throw new IllegalStateException("the parser says " + outcome + ", not " + wanted);
    }
  }
}
