package passerelle.reactor;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A bounded pool of threads with a bounded queue, for work that waits.
 *
 * <p>A full pool says no ({@link RejectedExecutionException}) and never makes the loop wait; the
 * caller turns that into a 503.
 *
 * <p>Safe from any thread.
 */
public final class Workers implements Executor {
  private final ThreadPoolExecutor pool;

  /**
   * Threads named {@code name-1} to {@code name-threads}, started as they are needed; those that
   * have nothing to do for 30 seconds end.
   */
  public Workers(String name, int threads, int queueLimit) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            threads,
            threads,
            30,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(queueLimit),
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    pool.allowCoreThreadTimeOut(true);
  }

  /** Starts all threads now, and lets none of them end: no task will have to wait for memory. */
  public void startAll() {
    pool.allowCoreThreadTimeOut(false);
    pool.prestartAllCoreThreads();
  }

  /**
   * Runs the task on a worker, or queues it.
   *
   * @throws RejectedExecutionException if every worker is busy and the queue is full, or after
   *     {@link #close}
   */
  @Override
  public void execute(Runnable task) {
    pool.execute(task);
  }

  /** Whether a task would be taken now. */
  public boolean hasRoom() {
    return !pool.isShutdown()
        && (pool.getQueue().remainingCapacity() > 0
            || pool.getPoolSize() < pool.getMaximumPoolSize());
  }

  /** Takes no more tasks, and waits for those it has; then interrupts and drops them. */
  public void close(Duration wait) throws InterruptedException {
    pool.shutdown();
    if (!pool.awaitTermination(wait.toMillis(), TimeUnit.MILLISECONDS)) {
      pool.shutdownNow();
    }
  }
}
