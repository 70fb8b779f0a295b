package passerelle.http1;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import passerelle.http.Body;
import passerelle.http.FieldBlock;
import passerelle.http.Response;
import passerelle.http.Status;
import passerelle.http1.HeadWriter.ConnectionOption;

/**
 * Writing the head of a response into a direct buffer, within one second, so that the date is not
 * rendered again.
 *
 * <p>The unit is one head. What was written is compared with what it has to be before the first
 * measurement, and its length during it. The class stands in the server's package, for writing is
 * not public.
 *
 * <p>Confined to one worker.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class HeadWriterBenchmark {
  /** RFC 9110's own example, Sun, 06 Nov 1994 08:49:37 GMT; a field, so that it is no constant. */
  private long epochMillis = 784_111_777_000L;

  private static final String DATE_AND_SERVER =
      "Date: Sun, 06 Nov 1994 08:49:37 GMT\r\nServer: Passerelle\r\n";
  private static final FieldBlock VALIDATORS =
      FieldBlock.of(
          "ETag",
          "\"183c5d9e1f2a6b00-4a3-1b2f9c\"",
          "Last-Modified",
          "Mon, 06 Jul 2026 08:49:37 GMT",
          "Cache-Control",
          "no-cache");
  private static final FieldBlock OF_FILE =
      VALIDATORS.with(
          FieldBlock.of(
              "Accept-Ranges",
              "bytes",
              "X-Content-Type-Options",
              "nosniff",
              "Content-Type",
              "text/html; charset=utf-8"));

  private final HeadWriter heads = new HeadWriter(FieldBlock.EMPTY);
  private final ByteBuffer out = ByteBuffer.allocateDirect(16 * 1024);
  private final Response file = new Response().defaults(OF_FILE);
  private final Response notModified =
      new Response().status(Status.NOT_MODIFIED).defaults(VALIDATORS);
  private final Response script =
      new Response()
          .field("Content-Type", "text/html; charset=utf-8")
          .field("Cache-Control", "no-store")
          .field("Set-Cookie", "session=7f3c9a1e5b8d4260a7c1e9f2d4b6083a; HttpOnly")
          .field("X-Powered-By", "a script");
  private int fileOctets;
  private int notModifiedOctets;
  private int scriptOctets;

  private static String lines(String text) {
    return text.replace("\n", "\r\n");
  }

  private static String lines(FieldBlock fields) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < fields.count(); i++) {
      lines.append(fields.name(i)).append(": ").append(fields.value(i)).append("\r\n");
    }
    return lines.toString();
  }

  /** Writes each head once, to see that it is right. */
  @Setup
  public void prepare() {
    fileOctets =
        checked(
            write(file, 1024, false),
            "HTTP/1.1 200 OK\r\n"
                + DATE_AND_SERVER
                + lines(OF_FILE)
                + "Content-Length: 1024\r\n\r\n");
    notModifiedOctets =
        checked(
            write(notModified, Body.UNKNOWN, false),
            "HTTP/1.1 304 Not Modified\r\n" + DATE_AND_SERVER + lines(VALIDATORS) + "\r\n");
    scriptOctets =
        checked(
            write(script, Body.UNKNOWN, true),
            "HTTP/1.1 200 OK\r\n"
                + DATE_AND_SERVER
                + lines(
                    """
                    Content-Type: text/html; charset=utf-8
                    Cache-Control: no-store
                    Set-Cookie: session=7f3c9a1e5b8d4260a7c1e9f2d4b6083a; HttpOnly
                    X-Powered-By: a script
                    Transfer-Encoding: chunked

                    """));
  }

  private int checked(int octets, String expected) {
    String written = StandardCharsets.US_ASCII.decode(out.duplicate().flip()).toString();
    if (!written.equals(expected)) {
      throw new IllegalStateException("wrote " + written);
    }
    return octets;
  }

  private int write(Response response, long length, boolean isChunked) {
    out.clear();
    heads.renderFor(epochMillis);
    if (heads.bound(response) > out.remaining()) {
      throw new IllegalStateException("there is no room for the head");
    }
    heads.write(out, response, length, isChunked, ConnectionOption.NONE);
    return out.position();
  }

  private static int require(int octets, int expected) {
    if (octets != expected) {
      throw new IllegalStateException("wrote " + octets + " octets, not " + expected);
    }
    return octets;
  }

  /** 200 with a file: the file's fields were rendered when it entered the cache. */
  @Benchmark
  public int file() {
    return require(write(file, 1024, false), fileOctets);
  }

  /** 304. */
  @Benchmark
  public int notModified() {
    return require(write(notModified, Body.UNKNOWN, false), notModifiedOctets);
  }

  /** 200 with a script's answer: four fields of its own, and chunks to follow. */
  @Benchmark
  public int script() {
    return require(write(script, Body.UNKNOWN, true), scriptOctets);
  }
}
