package passerelle.reactor;

import org.jspecify.annotations.Nullable;

/**
 * Tasks that other threads leave for the loop, run in the order of their arrival.
 *
 * <p>The queue has no bound of its own: whoever posts keeps at most one task under way per run or
 * per body, so its length is bounded by what the server admits. To post allocates nothing, unless
 * there are more tasks than ever before: a worker can tell the loop of its end when memory has run
 * out. For the same reason the lock is a monitor, which waits without allocating; it is held for a
 * few instructions.
 *
 * <p>Safe from any thread.
 */
final class Mailbox {
  /** So that a flood of tasks cannot keep the loop from its sockets. */
  private static final int TASKS_PER_TURN = 1024;

  /** Guarded by this. */
  private final TaskRing tasks;

  /** How many there are, for the loop, which looks in every turn. */
  private volatile int size;

  Mailbox() {
    this(new TaskRing(TASKS_PER_TURN));
  }

  /** A mailbox that keeps its tasks in this ring, which nobody else uses. */
  Mailbox(TaskRing tasks) {
    this.tasks = tasks;
  }

  /**
   * Adds a task.
   *
   * @throws OutOfMemoryError if there is no room for it; those before it are kept
   */
  synchronized void add(Runnable task) {
    tasks.add(task);
    size = tasks.size();
  }

  boolean isEmpty() {
    return size == 0;
  }

  /** The next task of this turn, given how many ran already; null when the turn has had enough. */
  @Nullable Runnable poll(int alreadyRun) {
    return alreadyRun < TASKS_PER_TURN && size > 0 ? next() : null;
  }

  private synchronized @Nullable Runnable next() {
    Runnable task = tasks.poll();
    size = tasks.size();
    return task;
  }
}
