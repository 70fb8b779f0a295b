package passerelle.reactor;

import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Tasks in the order of their arrival, in a ring that grows and never shrinks.
 *
 * <p>It grows before it stores: when there is no memory for that, {@link #add} throws, the new task
 * is not in it, and all others are. An {@link java.util.ArrayDeque} stores first, and is empty to
 * look at if it then fails to grow. To add allocates nothing, unless there are more tasks than ever
 * before.
 *
 * <p>It takes no lock: one that other threads add to is guarded by its owner, the {@link Mailbox}.
 *
 * <p>Confined to the loop thread.
 */
final class TaskRing {
  /** Makes a larger array; tests have it fail. */
  private final IntFunction<@Nullable Runnable[]> memory;

  /** Its length is a power of two. */
  private @Nullable Runnable[] slots;

  private int head;
  private int size;

  /** A ring with room for so many tasks to begin with: a power of two. */
  TaskRing(int capacity) {
    this(capacity, length -> new @Nullable Runnable[length]);
  }

  /** A ring whose arrays come from elsewhere. */
  TaskRing(int capacity, IntFunction<@Nullable Runnable[]> memory) {
    if (Integer.bitCount(capacity) != 1) {
      throw new IllegalArgumentException("not a power of two: " + capacity);
    }
    this.memory = memory;
    this.slots = memory.apply(capacity);
  }

  int size() {
    return size;
  }

  /**
   * Adds a task behind all others.
   *
   * @throws OutOfMemoryError if there is no room for it; nothing has changed then
   */
  void add(Runnable task) {
    if (size == slots.length) {
      grow();
    }
    slots[(head + size) & (slots.length - 1)] = task;
    size++;
  }

  private void grow() {
    @Nullable Runnable[] larger = memory.apply(2 * slots.length);
    int untilEnd = slots.length - head;
    System.arraycopy(slots, head, larger, 0, untilEnd);
    System.arraycopy(slots, 0, larger, untilEnd, head);
    slots = larger;
    head = 0;
  }

  /** Takes the first task; null if there is none. */
  @Nullable Runnable poll() {
    if (size == 0) {
      return null;
    }
    Runnable first = slots[head];
    slots[head] = null;
    head = (head + 1) & (slots.length - 1);
    size--;
    return first;
  }
}
