package passerelle.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.posix.Descriptor;

/**
 * Threads whose descriptor tables hold none of the server's connections, for starting processes
 * (decision D46).
 *
 * <p>The system copies the starter's table for every new process, and the new process closes the
 * copies: with thousands of connections that takes longer than all the rest. With few it takes less
 * than a change of threads, and nobody needs these ({@link DescriptorTable}). A thread may have a
 * table of its own; then what it starts inherits that. Its table is made before there are
 * connections, and keeps only what the JVM may still load classes from.
 *
 * <p><b>What may run here</b> is little: a descriptor that was opened on another thread is another
 * one, or none, on these. Only {@link PosixLauncher} gives them work, and it opens and closes all
 * that it uses within one task.
 *
 * <p>Safe from any thread.
 */
final class LaunchThreads {
  private static final Logger log = LoggerFactory.getLogger(LaunchThreads.class);
  private static final int THREADS = 2;

  /** Descriptors from here on are not even copied into the new table. */
  private static final int FIRST_UNCOPIED = 4096;

  private static final int STANDARD_ERROR = 2;
  private static final int MOST_THREADS = 16;
  private static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(30);

  private final Runnable clearing;
  private final ThreadPoolExecutor threads;
  private final CountDownLatch prepared = new CountDownLatch(THREADS);
  private final AtomicBoolean isFailed = new AtomicBoolean();
  private final AtomicReference<@Nullable Throwable> problem = new AtomicReference<>();

  LaunchThreads() {
    this(LaunchThreads::closeUnwanted);
  }

  /**
   * Threads whose tables are cleared in another way. For tests.
   *
   * @param clearing closes, in a table of the calling thread's own, what it is not to have
   */
  LaunchThreads(Runnable clearing) {
    this.clearing = clearing;
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by the workers that wait for their start
            task -> {
              Thread thread = new LaunchThread(() -> run(task));
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts the threads; when this returns, their tables are their own, or cannot be. */
  void start() {
    threads.prestartAllCoreThreads();
    try {
      if (!prepared.await(LIMIT_NANOS, TimeUnit.NANOSECONDS)) {
        isFailed.set(true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      isFailed.set(true);
    }
    if (isFailed.get()) {
      log.info("no threads without connections: {}", String.valueOf(problem.get()));
      threads.shutdownNow();
    }
  }

  private void run(Runnable tasks) {
    boolean isLater = prepared.getCount() == 0;
    boolean isClear = false;
    try {
      Descriptor.unshareTable(FIRST_UNCOPIED);
      // Whoever kept a copy would keep another's connection open.
      isClear = Children.untilDone(clearing);
      if (!isClear) {
        throw new IOException("what others have open cannot be closed there");
      }
    } catch (IOException | RuntimeException | Error e) {
      problem.compareAndSet(null, e);
    }
    if (!isClear) {
      isFailed.set(true);
    }
    prepared.countDown();
    try {
      if (!isClear && isLater) {
        retreat();
      }
    } finally {
      tasks.run();
    }
  }

  /**
   * There are connections by now, and this thread may have copies: it ends, and its table with it.
   * Nothing more is begun on any of these threads; what is in the queue may still be.
   */
  private void retreat() {
    if (Thread.currentThread() instanceof LaunchThread thread) {
      thread.isUnclear = true;
    }
    threads.shutdown();
    log.warn("no threads without connections any more: {}", String.valueOf(problem.get()));
  }

  /** A thread that knows whether its table is what it should be. */
  private static final class LaunchThread extends Thread {
    /** Of interest to the thread itself alone. */
    private boolean isUnclear;

    LaunchThread(Runnable work) {
      super(work, "passerelle-launch");
    }
  }

  /** Closes in a table of this thread's own what is not for loading classes. */
  private static void closeUnwanted() {
    List<Integer> unwanted = new ArrayList<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/thread-self/fd"))) {
      for (Path link : all) {
        int descriptor = Integer.parseInt(link.getFileName().toString());
        String name = Files.readSymbolicLink(link).toString();
        boolean isForClasses = name.endsWith(".jar") || name.endsWith("/modules");
        if (descriptor > STANDARD_ERROR && !isForClasses) {
          unwanted.add(descriptor);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    // The directory itself is among them, and closed by now: closing it again does no harm here.
    unwanted.forEach(Descriptor::close);
  }

  /** Whether these threads can be used: the system and its policy let them have their tables. */
  boolean areSeparate() {
    return !isFailed.get();
  }

  /**
   * Runs a task on one of the threads and waits for it, but not for ever.
   *
   * @param onLate takes, on that thread, a result that nobody waits for any more
   */
  <T> T call(Callable<T> task, Consumer<T> onLate) throws IOException, LaunchFailure {
    CompletableFuture<T> result = new CompletableFuture<>();
    execute(() -> call(task, onLate, result));
    try {
      return result.get(LIMIT_NANOS, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return orNone(result, "interrupted while a program was started");
    } catch (TimeoutException e) {
      // It may be an interpreter on a file system that hangs: the others are not to wait for it.
      int more = Math.min(threads.getMaximumPoolSize() + 1, MOST_THREADS);
      threads.setMaximumPoolSize(more);
      threads.setCorePoolSize(more);
      return orNone(result, "a program took too long to start");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LaunchFailure failure) {
        throw failure;
      }
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    }
  }

  /** Runs a task on one of the threads. One that throws ends its thread; another follows. */
  void execute(Runnable task) {
    threads.execute(task);
  }

  private static <T> void call(Callable<T> task, Consumer<T> onLate, CompletableFuture<T> result) {
    if (result.isDone()) {
      return; // it was given up while it waited, and what it would open may be another's by now
    }
    if (Thread.currentThread() instanceof LaunchThread thread && thread.isUnclear) {
      result.completeExceptionally(new IOException("a thread has no table of its own"));
      throw new IllegalStateException("a thread without a table of its own ends");
    }
    try {
      T value = task.call();
      if (!result.complete(value)) {
        onLate.accept(value);
      }
    } catch (Exception | Error e) {
      result.completeExceptionally(e);
    }
  }

  /** The result that has come after all, or none: whichever is first. */
  private static <T> T orNone(CompletableFuture<T> result, String problem) throws IOException {
    IOException failure = new IOException(problem);
    if (result.completeExceptionally(failure)) {
      throw failure;
    }
    return result.join();
  }

  /** Ends the threads. After the last start. */
  void close() {
    threads.shutdownNow();
  }

  /** Waits for the end of the threads. After {@link #close}. */
  void awaitEnd(long waitMillis) throws InterruptedException {
    threads.awaitTermination(waitMillis, TimeUnit.MILLISECONDS);
  }
}
