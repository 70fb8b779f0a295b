package passerelle.reactor;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that other threads leave for the loop, run in the order of their arrival.
 *
 * <p>The queue has no bound of its own: whoever posts keeps at most one task under way per run or
 * per body, so its length is bounded by what the server admits.
 *
 * <p>Safe from any thread.
 */
final class Mailbox {
  /** So that a flood of tasks cannot keep the loop from its sockets. */
  private static final int TASKS_PER_TURN = 1024;

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

  void add(Runnable task) {
    tasks.add(task);
  }

  boolean isEmpty() {
    return tasks.isEmpty();
  }

  /** The next task of this turn, given how many ran already; null when the turn has had enough. */
  @Nullable Runnable poll(int alreadyRun) {
    return alreadyRun < TASKS_PER_TURN ? tasks.poll() : null;
  }
}
