package passerelle.reactor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** A reactor on a thread of its own, with a clock that a test can put forward. */
final class LoopThread implements AutoCloseable {
  /** The same address in every JVM, whatever that prefers. */
  static final InetAddress LOOPBACK = loopback();

  /** Far longer than anything takes: it only ends a hang. */
  private static final long PATIENCE_SECONDS = 60;

  private final AtomicLong offsetNanos = new AtomicLong();
  final Reactor reactor;
  private final Thread thread;

  LoopThread() throws IOException {
    reactor =
        new Reactor(
            new LoopClock(() -> System.nanoTime() + offsetNanos.get(), System::currentTimeMillis));
    thread =
        new Thread(
            () -> {
              try {
                reactor.run();
              } catch (IOException e) {
                throw new IllegalStateException(e);
              }
            },
            "test-loop");
    thread.setDaemon(true);
  }

  private static InetAddress loopback() {
    try {
      return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  LoopThread start() {
    thread.start();
    return this;
  }

  Thread thread() {
    return thread;
  }

  /** Puts the clock forward and wakes the loop, so that ticks and deadlines come now. */
  void putForward(long seconds) {
    offsetNanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    reactor.execute(() -> {});
  }

  /** Something that is done on the loop, with a result. */
  interface Step<T> {
    T run() throws IOException;
  }

  /** Does something on the loop and waits for it. */
  <T> T call(Step<T> step) {
    CompletableFuture<T> result = new CompletableFuture<>();
    reactor.execute(
        () -> {
          try {
            result.complete(step.run());
          } catch (IOException | RuntimeException e) {
            result.completeExceptionally(e);
          }
        });
    try {
      return result.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException | ExecutionException | TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Does something on the loop and waits for it. */
  void run(Runnable step) {
    boolean done =
        call(
            () -> {
              step.run();
              return true;
            });
    if (!done) {
      throw new IllegalStateException();
    }
  }

  @Override
  public void close() throws IOException {
    reactor.stop();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(PATIENCE_SECONDS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    if (thread.isAlive()) {
      throw new IllegalStateException("the loop does not stop");
    }
    reactor.close();
  }
}
