package passerelle.bench;

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
import passerelle.http.ContentSink;
import passerelle.http.Status;
import passerelle.http1.ChunkedDecoder;

/**
 * Decoding 64 KiB of chunked content, in chunks of one size. The sink only counts, so this is the
 * cost of finding the chunks.
 *
 * <p>Confined to one worker.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class ChunkedDecoderBenchmark {
  private static final int CONTENT_OCTETS = 64 * 1024;

  /** Octets of content in each chunk. */
  @Param({"16", "1024", "16384"})
  public int chunkOctets = 1024;

  private final ChunkedDecoder decoder = new ChunkedDecoder();
  private final CountingSink sink = new CountingSink();
  private ByteBuffer encoded;

  private static final class CountingSink implements ContentSink {
    private long octets;

    @Override
    public void onContent(ByteBuffer content) {
      octets += content.remaining();
      content.position(content.limit());
    }

    @Override
    public void onComplete() {}

    @Override
    public void onAbort() {}
  }

  /** Encodes the content. */
  @Setup
  public void prepare() {
    String chunk = Integer.toHexString(chunkOctets) + "\r\n" + "x".repeat(chunkOctets) + "\r\n";
    String all = chunk.repeat(CONTENT_OCTETS / chunkOctets) + "0\r\n\r\n";
    byte[] octets = all.getBytes(StandardCharsets.US_ASCII);
    encoded = ByteBuffer.allocateDirect(octets.length).put(octets).flip();
  }

  /** All of the content lies in one buffer. */
  @Benchmark
  public long whole() {
    sink.octets = 0;
    encoded.rewind();
    decoder.begin(CONTENT_OCTETS);
    Status refusal = decoder.decode(encoded, sink);
    if (refusal != null || !decoder.isDone() || sink.octets != CONTENT_OCTETS) {
      throw new IllegalStateException("decoded " + sink.octets + " octets, refusal " + refusal);
    }
    return sink.octets;
  }
}
