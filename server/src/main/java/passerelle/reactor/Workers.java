package passerelle.reactor;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bounded pool of threads with a bounded queue, for work that waits.
 *
 * <p>A full pool says no ({@link RejectedExecutionException}) and never makes the loop wait; the
 * caller turns that into a 503. It says the same when there is no memory for a thread or a task.
 *
 * <p>A task that throws is told to the log, and costs no thread.
 *
 * <p>Safe from any thread.
 */
public final class Workers implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Workers.class);
  private final RejectedExecutionException noMemory = new NoMemory();

  private final ThreadPoolExecutor pool;
  private final AtomicLong untold = new AtomicLong();

  /** There is none for this exception either, so it is made before. */
  private static final class NoMemory extends RejectedExecutionException {
    private static final long serialVersionUID = 1L;

    NoMemory() {
      super("there is no memory for more work");
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /**
   * Threads named {@code name-1} to {@code name-threads}, started as they are needed; those that
   * have nothing to do for 30 seconds end.
   */
  public Workers(String name, int threads, int queueLimit) {
    this(name, threads, threads, new ArrayBlockingQueue<>(queueLimit));
    pool.allowCoreThreadTimeOut(true);
  }

  /** The same without a queue: a task gets a thread that has nothing to do, or else a new one. */
  public Workers(String name, int threads) {
    this(name, 0, threads, new SynchronousQueue<>());
  }

  private Workers(String name, int kept, int threads, BlockingQueue<Runnable> queue) {
    AtomicInteger number = new AtomicInteger();
    pool =
        new ThreadPoolExecutor(
            kept,
            threads,
            30,
            TimeUnit.SECONDS,
            queue,
            task -> {
              Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
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
    try {
      executeUnguarded(() -> run(task));
    } catch (OutOfMemoryError e) {
      throw noMemory;
    }
  }

  /**
   * The same for a task that throws nothing; while all threads are there it takes no memory.
   *
   * @throws RejectedExecutionException as {@link #execute}, but for a want of memory
   * @throws OutOfMemoryError if there is no memory for a thread, and no thread yet
   */
  public void executeUnguarded(Runnable task) {
    try {
      pool.execute(task);
    } catch (OutOfMemoryError e) {
      // It may be one more thread that there is no memory for: then one of the others will do.
      if (pool.getPoolSize() == 0 || !pool.getQueue().offer(task)) {
        throw e;
      }
    }
  }

  private void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable e) {
      tell(e);
    }
  }

  /** The log may fail as well, if it is memory that has run out. */
  private void tell(Throwable fault) {
    try {
      log.error("a task of a worker failed; {}", Faults.reason(fault), fault);
      long others = untold.getAndSet(0);
      if (others > 0) {
        log.error("{} such failures could not be told before", others);
      }
    } catch (Throwable e) {
      untold.incrementAndGet();
    }
  }

  /** Makes up for threads that could not be started when there was work. Once a second. */
  public void revive() {
    if (!pool.getQueue().isEmpty()) {
      pool.prestartCoreThread();
    }
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
