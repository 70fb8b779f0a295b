package passerelle.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A program started by {@link JdkLauncher}. Its output and its errors have a thread each, and the
 * JDK tells of its end.
 *
 * <p>Confined to one worker.
 */
final class JdkChild implements Child {
  private static final int SIGNALLED = 128;

  /** How long the last errors are awaited: whoever the program started may hold the pipe open. */
  private static final long REST_MILLIS = 200;

  private final Process process;
  private final PipeReader errors;
  private final PipeReader output;
  private boolean hasEnded;
  private boolean isRestAwaited;

  /** Whom to call when there may be something; guarded by this. */
  private @Nullable Runnable watcher;

  /**
   * Begins to read.
   *
   * @param process was just started
   */
  JdkChild(Process process) throws IOException {
    this.process = process;
    this.errors =
        new PipeReader("passerelle-errors", process.getErrorStream(), true, this::changed);
    boolean isReading = false;
    try {
      this.output =
          new PipeReader("passerelle-output", process.getInputStream(), false, this::changed);
      isReading = true;
    } finally {
      if (!isReading) {
        errors.close();
      }
    }
    Future<?> unused = process.onExit().thenRun(this::changed);
  }

  /** Something came. From any thread. */
  private void changed() {
    Runnable called;
    synchronized (this) {
      notifyAll();
      called = watcher;
      watcher = null;
    }
    if (called == null) {
      return;
    }
    boolean isCalled = false;
    try {
      called.run();
      isCalled = true;
    } finally {
      if (!isCalled) {
        await(called);
      }
    }
  }

  /** It could not be called, for want of memory say: it is with the next change. */
  private synchronized void await(Runnable called) {
    if (watcher == null) {
      watcher = called;
    }
  }

  private boolean hasSome() {
    boolean isEndNew = !hasEnded && !process.isAlive();
    return isEndNew || output.hasSome() || errors.hasSome() || (hasEnded && output.isOver());
  }

  @Override
  public long pid() {
    return process.pid();
  }

  @Override
  public boolean await(long nanos) throws IOException {
    boolean hasSome;
    synchronized (this) {
      long startNanos = System.nanoTime();
      long left = nanos;
      while (!hasSome() && left > 0) {
        try {
          TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new IOException("interrupted while a program was awaited", e);
        }
        left = nanos - (System.nanoTime() - startNanos);
      }
      hasSome = hasSome();
    }
    hasEnded |= !process.isAlive();
    return hasSome;
  }

  @Override
  public byte @Nullable [] readOutput() throws IOException {
    return output.take();
  }

  /** Once the program has ended, and its output, it waits for the last of them for a moment. */
  @Override
  public byte @Nullable [] readErrors() throws IOException {
    if (hasEnded && output.isOver() && !isRestAwaited) {
      isRestAwaited = true;
      errors.awaitEnd(REST_MILLIS);
    }
    return errors.take();
  }

  @Override
  public void closeOutput() {
    try {
      output.close();
    } catch (IOException e) {
      return; // nobody reads it any more, which is all that counts
    }
  }

  @Override
  public boolean hasEnded() {
    return hasEnded;
  }

  @Override
  public boolean tellsEnd() {
    return true;
  }

  @Override
  public boolean wasKilled() {
    return hasEnded && process.exitValue() > SIGNALLED;
  }

  @Override
  public void watch(Runnable onReady) {
    synchronized (this) {
      if (!hasSome()) {
        watcher = onReady;
        return;
      }
    }
    onReady.run();
  }

  @Override
  public synchronized void unwatch() {
    watcher = null;
  }

  @Override
  public Exit reap(BooleanSupplier leavesNothing) throws IOException {
    closeOutput();
    int code;
    try {
      code = process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while a program ended", e);
    }
    errors.close();
    // The JDK, like a shell, adds 128 to the number of a signal.
    return code > SIGNALLED ? new Exit(0, code - SIGNALLED, 0, 0) : new Exit(code, 0, 0, 0);
  }

  @Override
  public boolean kill(boolean isForced) {
    if (!process.isAlive()) {
      return false;
    }
    // Found before any of them ends, since orphans cannot be found; the program first, so that it
    // cannot go on without its children.
    List<ProcessHandle> all = new ArrayList<>();
    all.add(process.toHandle());
    process.descendants().forEach(all::add);
    for (ProcessHandle handle : all) {
      if (isForced) {
        handle.destroyForcibly();
      } else {
        handle.destroy();
      }
    }
    return true;
  }
}
