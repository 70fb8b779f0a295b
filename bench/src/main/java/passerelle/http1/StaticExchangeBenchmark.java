package passerelle.http1;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import passerelle.files.DiskQueue;
import passerelle.files.FileSettings;
import passerelle.files.FileWorkers;
import passerelle.http.ExchangeListener;
import passerelle.http.FieldBlock;
import passerelle.pages.ErrorPages;
import passerelle.reactor.LoopClock;
import passerelle.site.Site;
import passerelle.wire.AnswerDefaults;
import passerelle.wire.Limits;
import passerelle.wire.OriginServer;

/**
 * All that the server does for a request for a file, from the octets that come to those that go,
 * but without a socket and a selector: parsing, routing, the file cache, conditions, the head, the
 * write.
 *
 * <p>The unit is one exchange. Answers are compared with what they have to be before the first
 * measurement, and their length during it. The class stands in the server's package, for a
 * connection without a socket is nothing that the server offers.
 *
 * <p>Confined to one worker.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class StaticExchangeBenchmark {
  private static final int DEPTH = 16;
  private static final String NAME = "1k.html";
  private static final String CONTENT = "<p>0123456789ab</p>\r\n.........\n".repeat(32);

  private final ArrayDeque<Runnable> loop = new ArrayDeque<>();
  private Path directory;
  private Site files;
  private Way get;
  private Way pipelined;
  private Way notModified;
  private Way notFound;

  /** One connection, the requests on it, and how long their answers are. */
  private final class Way {
    private final MemoryConnection wire;
    private final Http1Connection connection;
    private final int octets;

    Way(Http1 shared, String requests, int answers, String status) {
      wire = new MemoryConnection(requests.getBytes(StandardCharsets.US_ASCII));
      connection = new Http1Connection(shared, wire);
      run(); // the first time the file is looked up
      run();
      octets = wire.sentOctets();
      String sent = sent();
      boolean hasContent = sent.endsWith("\r\n\r\n" + CONTENT);
      if (sent.split("HTTP/1.1 " + status + " ", -1).length != answers + 1
          || hasContent != status.equals("200")
          || sent.split("HTTP/1.1 ", -1).length != answers + 1) {
        throw new IllegalStateException("the answer is " + sent);
      }
    }

    private String sent() {
      return StandardCharsets.ISO_8859_1.decode(wire.sent()).toString();
    }

    private void run() {
      wire.arrive();
      connection.onReadable();
      boolean isMoving = true;
      while (isMoving) {
        Runnable task = loop.poll();
        if (task != null) {
          task.run();
        } else if (wire.takeAgain()) {
          connection.onAgain();
        } else {
          isMoving = false;
        }
      }
    }

    int exchange() {
      run();
      if (wire.sentOctets() != octets || wire.isClosed()) {
        throw new IllegalStateException("the answer is " + sent());
      }
      return octets;
    }
  }

  /** Writes the file, looks it up, and has each kind of request answered. */
  @Setup
  public void prepare() throws IOException {
    directory = Files.createTempDirectory("passerelle-bench");
    Path file = Files.writeString(directory.resolve(NAME), CONTENT);
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofHours(1))));
    FileSettings settings = FileSettings.standard();
    // Time stands still: what is in the cache stays fresh, and the date is rendered once.
    LoopClock clock = new LoopClock(() -> 1_000_000_000L, () -> 784_111_777_000L);
    DiskQueue queue =
        new DiskQueue(Runnable::run, Runnable::run, clock::nanos, new DiskQueue.Capacity(4, 4, 4));
    files = Site.ofFiles(directory, settings, new FileWorkers(queue, queue), clock::nanos);
    Http1 http1 =
        new Http1(
            new OriginServer(
                files,
                new AnswerDefaults(FieldBlock.EMPTY, new ErrorPages()),
                Limits.standard(),
                new OriginServer.Surroundings(ExchangeListener.NONE, loop::addLast, clock)));
    get = new Way(http1, request(NAME, ""), 1, "200");
    pipelined = new Way(http1, request(NAME, "").repeat(DEPTH), DEPTH, "200");
    String tag = get.sent().replaceFirst("(?s).*\r\nETag: ([^\r]*)\r\n.*", "$1");
    notModified = new Way(http1, request(NAME, "If-None-Match: " + tag + "\r\n"), 1, "304");
    notFound = new Way(http1, request("missing.html", ""), 1, "404");
  }

  private static String request(String name, String fields) {
    return "GET /" + name + " HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n" + fields + "\r\n";
  }

  /** Removes the file. */
  @TearDown
  public void remove() throws IOException {
    files.close();
    Files.delete(directory.resolve(NAME));
    Files.delete(directory);
  }

  /** A file of 1 KiB that is in the cache. */
  @Benchmark
  public int get() {
    return get.exchange();
  }

  /** Sixteen requests for it, which come at once. */
  @Benchmark
  @OperationsPerInvocation(DEPTH)
  public int pipelined16() {
    return pipelined.exchange();
  }

  /** The client has it already. */
  @Benchmark
  public int notModified() {
    return notModified.exchange();
  }

  /** There is no such file: the disk is asked each time, here on the same thread. */
  @Benchmark
  public int notFound() {
    return notFound.exchange();
  }
}
