package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tasks keep their order, and a ring that cannot grow forgets none. */
final class TaskRingTest {
  private static final int CAPACITY = 4;

  private final List<Integer> ran = new ArrayList<>();
  private final TaskRing ring = new TaskRing(CAPACITY, this::allocate);
  private boolean isOutOfMemory;
  private int added;

  private @Nullable Runnable[] allocate(int length) {
    if (isOutOfMemory) {
      throw new OutOfMemoryError("for a test");
    }
    return new @Nullable Runnable[length];
  }

  private Runnable next() {
    int number = added++;
    return () -> ran.add(number);
  }

  private void add(int count) {
    for (int i = 0; i < count; i++) {
      ring.add(next());
    }
  }

  private void run(int count) {
    for (int i = 0; i < count; i++) {
      Runnable task = ring.poll();
      assertTrue(task != null, "a task is missing");
      task.run();
    }
  }

  private void assertRanInOrder(int count) {
    List<Integer> expected = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      expected.add(i);
    }
    assertEquals(expected, ran);
  }

  @Test
  void growsWhereverItsHeadStands() {
    for (int offset = 0; offset < CAPACITY; offset++) {
      add(offset);
      run(offset);
      add(5 * CAPACITY);
      assertEquals(5 * CAPACITY, ring.size());
      run(5 * CAPACITY);
    }
    assertNull(ring.poll());
    assertRanInOrder(added);
  }

  @Test
  void oneThatCannotGrowKeepsAllThatItHas() {
    add(3);
    run(3);
    add(CAPACITY);
    isOutOfMemory = true;
    assertThrows(OutOfMemoryError.class, () -> ring.add(() -> ran.add(-1)));
    assertThrows(OutOfMemoryError.class, () -> ring.add(() -> ran.add(-1)));
    assertEquals(CAPACITY, ring.size());
    run(1);
    add(1);
    isOutOfMemory = false;
    add(1);
    run(ring.size());
    assertRanInOrder(added);
  }

  @Test
  void aMailboxThatCannotGrowKeepsAllThatItHas() {
    Mailbox mailbox = new Mailbox(ring);
    for (int i = 0; i < CAPACITY; i++) {
      mailbox.add(next());
    }
    isOutOfMemory = true;
    assertThrows(OutOfMemoryError.class, () -> mailbox.add(() -> ran.add(-1)));
    assertFalse(mailbox.isEmpty());
    for (Runnable task = mailbox.poll(0); task != null; task = mailbox.poll(0)) {
      task.run();
    }
    assertTrue(mailbox.isEmpty());
    assertRanInOrder(CAPACITY);
  }

  @Test
  void itsCapacityIsAPowerOfTwo() {
    assertThrows(IllegalArgumentException.class, () -> new TaskRing(3));
    assertThrows(IllegalArgumentException.class, () -> new TaskRing(0));
  }
}
