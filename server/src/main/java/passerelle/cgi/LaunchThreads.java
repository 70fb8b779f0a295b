package passerelle.cgi;

import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads whose descriptor tables hold none of the server's connections, for starting processes
 * (decision D46).
 *
 * <p>The system copies the starter's table for every new process, and the new process closes the
 * copies: with thousands of connections that takes longer than all the rest. A thread may have a
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

  private final ThreadPoolExecutor threads;
  private final CountDownLatch prepared = new CountDownLatch(THREADS);
  private final AtomicBoolean isFailed = new AtomicBoolean();

  LaunchThreads() {
    threads =
        new ThreadPoolExecutor(
            THREADS,
            THREADS,
            0,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(), // bounded by the workers that wait for their start
            task -> {
              Thread thread = new Thread(() -> run(task), "passerelle-launch");
              thread.setDaemon(true);
              return thread;
            });
  }

  /** Starts the threads; when this returns, their tables are their own, or cannot be. */
  void start() {
    threads.prestartAllCoreThreads();
    try {
      prepared.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      isFailed.set(true);
    }
    if (isFailed.get()) {
      threads.shutdownNow();
    }
  }

  private void run(Runnable tasks) {
    try {
      separate();
    } catch (IOException | RuntimeException | LinkageError e) {
      log.debug("no descriptor table of its own", e);
      isFailed.set(true);
    } finally {
      prepared.countDown();
    }
    tasks.run();
  }

  /** Gives this thread a table of its own, and closes there what is not for loading classes. */
  private static void separate() throws IOException {
    // Not unshare(2): this call does the same, and containers do not forbid it.
    if (Posix.close_range(FIRST_UNCOPIED, -1, Posix.CLOSE_RANGE_UNSHARE) != 0) {
      Posix.check(Native.getLastError(), "close_range");
    }
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
    }
    // The directory itself is among them, and closed by now: closing it again does no harm here.
    unwanted.forEach(Posix::close);
  }

  /** Whether these threads can be used: the system and its policy let them have their tables. */
  boolean areSeparate() {
    return !isFailed.get();
  }

  /** Runs a task on one of the threads and waits for it. */
  <T> T call(Callable<T> task) throws IOException, ScriptFailure {
    try {
      return threads.submit(task).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a script was started", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ScriptFailure failure) {
        throw failure;
      }
      throw new IOException(String.valueOf(e.getCause()), e.getCause());
    }
  }

  /** Ends the threads. After the last start. */
  void close() {
    threads.shutdownNow();
  }
}
