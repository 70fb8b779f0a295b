package passerelle.io;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;

/** A loop on the test's own thread: tasks wait until the test runs them. Any thread may add one. */
public final class QueuedLoop implements Executor {
  private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();

  @Override
  public synchronized void execute(Runnable task) {
    tasks.addLast(task);
  }

  /** How many tasks wait. */
  public synchronized int size() {
    return tasks.size();
  }

  private synchronized Runnable next() {
    Runnable task = tasks.pollFirst();
    return task == null ? () -> {} : task;
  }

  /** Runs the tasks that wait, and those they add; returns whether there was any. */
  public boolean runAll() {
    boolean any = false;
    while (size() > 0) {
      any = true;
      next().run();
    }
    return any;
  }
}
