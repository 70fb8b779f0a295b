package passerelle.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import passerelle.app.Server;
import passerelle.app.Settings;

/**
 * A GET of a 1 KiB file over the loopback interface: a server in this process, and for each thread
 * of the benchmark ({@code -t}) one blocking client with a persistent connection.
 *
 * <p>The unit is one request. A single request and its answer are a round trip, most of which is
 * the kernel's and the two threads waking each other; sixteen pipelined ones show what the server
 * itself costs. Every answer is checked, and one wrong answer fails the iteration.
 *
 * <p>Safe from any thread.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(3)
public class StaticGetBenchmark {
  private static final int DEPTH = 16;
  private static final String NAME = "1k.html";
  private static final byte[] CONTENT =
      "<p>0123456789ab</p>\r\n.........\n".repeat(32).getBytes(StandardCharsets.US_ASCII);

  /** The server and the file that it serves. */
  @State(Scope.Benchmark)
  public static class Site {
    private Path directory;
    private Server server;

    /** Writes the file and starts the server. */
    @Setup
    public void start() throws IOException {
      directory = Files.createTempDirectory("passerelle-bench");
      Files.write(directory.resolve(NAME), CONTENT);
      server = Server.start(Settings.serve(directory).port(0).build());
    }

    /** Ends the server and removes the file. */
    @TearDown
    public void stop() throws IOException {
      server.close();
      Files.delete(directory.resolve(NAME));
      Files.delete(directory);
    }
  }

  /** A connection on which one request follows the answer to the one before. */
  @State(Scope.Thread)
  public static class Single {
    private LoopbackClient client;

    /** Connects. */
    @Setup
    public void connect(Site site) throws IOException {
      client = new LoopbackClient(site.server.port(), "/" + NAME, CONTENT, 1);
    }

    /** Fails the iteration if an answer was wrong. */
    @TearDown(Level.Iteration)
    public void check() {
      client.requireNoErrors();
    }

    /** Disconnects. */
    @TearDown
    public void close() throws IOException {
      client.close();
    }
  }

  /** A connection on which sixteen requests follow sixteen answers. */
  @State(Scope.Thread)
  public static class Pipelined {
    private LoopbackClient client;

    /** Connects. */
    @Setup
    public void connect(Site site) throws IOException {
      client = new LoopbackClient(site.server.port(), "/" + NAME, CONTENT, DEPTH);
    }

    /** Fails the iteration if an answer was wrong. */
    @TearDown(Level.Iteration)
    public void check() {
      client.requireNoErrors();
    }

    /** Disconnects. */
    @TearDown
    public void close() throws IOException {
      client.close();
    }
  }

  /** One request, one answer. */
  @Benchmark
  public int single(Single connection) throws IOException {
    return connection.client.exchange();
  }

  /** Sixteen requests in one write, then their answers. */
  @Benchmark
  @OperationsPerInvocation(DEPTH)
  public int pipelined16(Pipelined connection) throws IOException {
    return connection.client.exchange();
  }
}
