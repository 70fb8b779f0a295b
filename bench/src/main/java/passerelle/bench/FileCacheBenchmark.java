package passerelle.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import passerelle.files.DiskQueue;
import passerelle.files.FileSettings;
import passerelle.files.FileWorkers;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.http1.RequestParser;
import passerelle.io.Slice;
import passerelle.pages.ErrorPages;
import passerelle.site.Site;
import passerelle.wire.Limits;

/**
 * What it costs to find a file of 1 KiB and make it the answer to a request that has been parsed:
 * from the cache; from the cache, with a comparison with the disk; from the disk.
 *
 * <p>The unit is one request. What workers do otherwise is done on the same thread here, so handing
 * over is not in the figures. Which way was gone is checked each time. The files are in the page
 * cache.
 *
 * <p>Confined to one worker.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class FileCacheBenchmark {
  /** More than the cache holds, so that each name has left it when its turn comes again. */
  private static final int NAMES = 5000;

  private static final int CONTENT_OCTETS = 1024;

  /** Longer than a look-up is fresh, and shorter than it is usable. */
  private static final long A_LITTLE_OLD_NANOS = TimeUnit.MILLISECONDS.toNanos(1400);

  private final Slice[] paths = new Slice[NAMES];
  private Path directory;
  private Site files;
  private Request request;
  private Exchange exchange;
  private int next = 1;
  private long nanos = TimeUnit.SECONDS.toNanos(1);
  private int checks;
  private int reads;
  private final ExchangeState state = new ExchangeState(() -> {});

  /** Makes many files, and has the first one looked up. */
  @Setup
  public void prepare() throws IOException {
    directory = Files.createTempDirectory("passerelle-bench");
    for (int i = 0; i < NAMES; i++) {
      String name = "file-" + i + ".html";
      paths[i] = Slice.of("/" + name);
      Files.writeString(directory.resolve(name), "x".repeat(CONTENT_OCTETS));
      FileTime earlier = FileTime.from(Instant.now().minus(Duration.ofHours(1)));
      Files.setLastModifiedTime(directory.resolve(name), earlier);
    }
    FileSettings settings = FileSettings.standard();
    DiskQueue.Capacity bounds = new DiskQueue.Capacity(4, 4, 4);
    FileWorkers workers =
        new FileWorkers(
            new DiskQueue(this::check, Runnable::run, () -> nanos, bounds),
            new DiskQueue(this::read, Runnable::run, () -> nanos, bounds));
    files = Site.ofFiles(directory, settings, workers, () -> nanos);
    InetSocketAddress nobody = new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    request = new Request(nobody, nobody);
    byte[] head = RequestHeads.SMALL.text().getBytes(StandardCharsets.US_ASCII);
    RequestParser parser = new RequestParser(request, Limits.standard());
    parser.begin(ByteBuffer.allocateDirect(head.length).put(head), 0);
    if (parser.parse(head.length) != RequestParser.Outcome.DONE) {
      throw new IllegalStateException("the request is not understood");
    }
    exchange = new Exchange(request, state, Runnable::run, new ErrorPages());
    ask(0, 0, 1);
  }

  private void check(Runnable task) {
    checks++;
    task.run();
  }

  private void read(Runnable task) {
    reads++;
    task.run();
  }

  /** Removes the names. */
  @TearDown
  public void remove() throws IOException {
    files.close();
    for (int i = 0; i < NAMES; i++) {
      Files.delete(directory.resolve("file-" + i + ".html"));
    }
    Files.delete(directory);
  }

  private int ask(int number, int expectedChecks, int expectedReads) {
    checks = 0;
    reads = 0;
    state.end(true);
    state.begin(0);
    request.target().setOrigin(paths[number]);
    files.handle(exchange);
    if (!state.isAnswered()
        || checks != expectedChecks
        || reads != expectedReads
        || !exchange.response().status().equals(Status.OK)
        || exchange.response().representationLength() != CONTENT_OCTETS) {
      throw new IllegalStateException(
          "status "
              + exchange.response().status().code()
              + ", "
              + checks
              + " checks, "
              + reads
              + " reads");
    }
    return state.isAnswered() ? 1 : 0;
  }

  /** It was looked up a moment ago. */
  @Benchmark
  public int hit() {
    return ask(0, 0, 0);
  }

  /** It is sent, and compared with the disk, which has not changed. */
  @Benchmark
  public int revalidate() {
    nanos += A_LITTLE_OLD_NANOS;
    return ask(0, 1, 0);
  }

  /** It is not in the cache: it is found, opened and read, and another one leaves. */
  @Benchmark
  public int miss() {
    next = next + 1 == NAMES ? 1 : next + 1;
    return ask(next, 0, 1);
  }
}
