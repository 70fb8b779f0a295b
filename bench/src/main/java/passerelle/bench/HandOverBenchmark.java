package passerelle.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
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
import passerelle.http.Body;
import passerelle.http.Progress;
import passerelle.http.StreamBody;
import passerelle.io.Transport;
import passerelle.reactor.LoopClock;
import passerelle.reactor.Reactor;

/**
 * What it costs to hand something over from a worker, which is the benchmark's thread, to the loop,
 * which is a reactor of its own: a task and its answer, many tasks in a row, chunks of content.
 *
 * <p>The unit is one task or one chunk. That all of them arrived is checked each time.
 *
 * <p>Safe from any thread.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
public class HandOverBenchmark {
  private static final int TASKS = 1024;
  private static final int CHUNKS = 64;
  private static final int CHUNK_OCTETS = 16 * 1024;
  private static final int QUANTUM_OCTETS = 256 * 1024;

  private final Nowhere nowhere = new Nowhere();
  private final ByteBuffer chunk = ByteBuffer.allocate(CHUNK_OCTETS);
  private final Runnable countTask = this::countTask;
  private Reactor reactor;
  private Thread loop;
  private volatile Thread worker = Thread.currentThread();
  private volatile int arrived;
  private volatile boolean hasRoom;

  /** Takes everything and counts it. */
  private static final class Nowhere implements Transport {
    private long octets;

    @Override
    public int read(ByteBuffer target) {
      return 0;
    }

    @Override
    public int write(ByteBuffer source) {
      int count = source.remaining();
      source.position(source.limit());
      octets += count;
      return count;
    }

    @Override
    public long write(ByteBuffer first, ByteBuffer second) {
      return (long) write(first) + write(second);
    }

    @Override
    public long transferFrom(FileChannel file, long position, long count) {
      return 0;
    }

    @Override
    public void breaksOff(boolean isOn) {}

    @Override
    public void shutdownOutput() {}

    @Override
    public void close() {}
  }

  /** Starts the loop. */
  @Setup
  public void start() throws IOException {
    reactor = new Reactor(new LoopClock());
    loop = new Thread(this::turn, "passerelle-loop");
    loop.start();
  }

  private void turn() {
    try {
      reactor.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the loop. */
  @TearDown
  public void stop() throws IOException, InterruptedException {
    reactor.stop();
    loop.join();
    reactor.close();
  }

  @SuppressWarnings("NonAtomicVolatileUpdate") // the loop alone counts
  private void countTask() {
    arrived++;
    if (arrived == TASKS) {
      LockSupport.unpark(worker);
    }
  }

  private void answerTask() {
    arrived = 1;
    LockSupport.unpark(worker);
  }

  private void await(int wanted) {
    while (arrived < wanted) {
      LockSupport.park(this);
    }
  }

  /** One task that wakes the loop, and its answer that wakes the worker. */
  @Benchmark
  public int thereAndBack() {
    worker = Thread.currentThread();
    arrived = 0;
    reactor.execute(this::answerTask);
    await(1);
    return arrived;
  }

  /** Many tasks, one after the other, without waiting for any but the last. */
  @Benchmark
  @OperationsPerInvocation(TASKS)
  public int tasks() {
    worker = Thread.currentThread();
    arrived = 0;
    for (int i = 0; i < TASKS; i++) {
      reactor.execute(countTask);
    }
    await(TASKS);
    return arrived;
  }

  /**
   * Content of a script: chunks of 16 KiB through the bounded ring, each side waiting if it has to.
   */
  @Benchmark
  @OperationsPerInvocation(CHUNKS)
  public long chunks() {
    worker = Thread.currentThread();
    arrived = 0;
    nowhere.octets = 0;
    StreamBody body = new StreamBody(Body.UNKNOWN, reactor, () -> {});
    Runnable send = new Sending(body);
    body.onContent(send);
    reactor.execute(send);
    for (int i = 0; i < CHUNKS; i++) {
      offer(body);
    }
    body.finish();
    await(1);
    if (nowhere.octets != (long) CHUNKS * CHUNK_OCTETS) {
      throw new IllegalStateException(nowhere.octets + " octets arrived");
    }
    return nowhere.octets;
  }

  private void offer(StreamBody body) {
    ByteBuffer next = chunk.duplicate();
    hasRoom = false;
    StreamBody.Offer outcome = body.offer(next, this::makeRoom);
    while (outcome == StreamBody.Offer.FULL) {
      while (!hasRoom) {
        LockSupport.park(this);
      }
      hasRoom = false;
      outcome = body.offer(next, this::makeRoom);
    }
    if (outcome != StreamBody.Offer.TAKEN) {
      throw new IllegalStateException("the stream is closed");
    }
  }

  private void makeRoom() {
    hasRoom = true;
    LockSupport.unpark(worker);
  }

  /** The loop's side of one stream. */
  private final class Sending implements Runnable {
    private final StreamBody body;

    Sending(StreamBody body) {
      this.body = body;
    }

    @Override
    public void run() {
      try {
        Progress progress = body.writeTo(nowhere, QUANTUM_OCTETS);
        if (progress == Progress.MORE) {
          reactor.execute(this);
        } else if (progress == Progress.DONE) {
          body.close();
          arrived = 1;
          LockSupport.unpark(worker);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
