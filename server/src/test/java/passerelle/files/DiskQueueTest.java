package passerelle.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import passerelle.io.QueuedLoop;

/** Who gets a thread when the disk is slow, or does not answer at all. */
final class DiskQueueTest {
  private final List<Runnable> threads = new ArrayList<>();
  private final QueuedLoop loop = new QueuedLoop();
  private final List<String> events = new ArrayList<>();
  private long nowNanos;
  private boolean isFull;
  private final DiskQueue queue =
      new DiskQueue(this::take, loop, () -> nowNanos, new DiskQueue.Capacity(4, 6, 100));

  private void take(Runnable job) {
    if (isFull) {
      throw new RejectedExecutionException();
    }
    threads.add(job);
  }

  /** A task that writes down what becomes of it. */
  private final class Noted implements DiskQueue.Task {
    private final String name;
    private boolean isWanted = true;

    Noted(String name) {
      this.name = name;
    }

    @Override
    public boolean isWanted() {
      return isWanted;
    }

    @Override
    public void run() {
      events.add(name);
      if (name.startsWith("faulty")) {
        throw new StackOverflowError();
      }
    }

    @Override
    public void end(boolean wasRun) {
      events.add(name + (wasRun ? " ended" : " dropped"));
    }
  }

  private Noted add(String place, String name) {
    Noted task = new Noted(name);
    assertTrue(queue.tryAdd(place, task));
    return task;
  }

  private void pass(long millis) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(millis);
    queue.tick();
  }

  /** The first thread does its task. */
  private void runOne() {
    threads.remove(0).run();
    loop.runAll();
  }

  @Test
  void aFewTasksAreUnderWayAtATimeAndTheirPlacesTakeTurns() {
    add("/a", "a1");
    add("/a", "a2");
    add("/b", "b1");
    add("/b", "b2");
    add("/a", "a3");
    add("/c", "c1");
    assertEquals(4, threads.size());
    while (!threads.isEmpty()) {
      threads.remove(0).run();
    }
    assertEquals(List.of("a1", "a2", "b1", "b2"), events);
    loop.runAll();
    assertEquals(2, threads.size());
    events.clear();
    threads.forEach(Runnable::run);
    assertEquals(List.of("a3", "c1"), events);
  }

  @Test
  void onePlaceLeavesAThreadToTheOthers() {
    for (int i = 0; i < 10; i++) {
      add("/a", "a" + i);
    }
    assertEquals(3, threads.size());
    add("/b", "b");
    assertEquals(4, threads.size());
    threads.remove(3).run();
    assertEquals(List.of("b"), events);
  }

  @Test
  void aPlaceThatHangsHoldsItsThreadsAndGetsNoMore() {
    for (int i = 0; i < 10; i++) {
      add("/hung", "hung" + i);
    }
    pass(2999);
    assertEquals(3, threads.size());
    List<Runnable> hung = List.copyOf(threads);
    threads.clear();
    pass(1);
    assertEquals(List.of(), threads, "it hangs: no more for it");
    for (int i = 0; i < 4; i++) {
      add("/other" + i, "o" + i);
    }
    assertEquals(3, threads.size(), "six threads there are at most");
    runOne();
    assertEquals("o0", events.get(0));
    assertEquals(3, threads.size(), "the fourth has its turn");
    events.clear();
    hung.get(0).run();
    hung.get(1).run();
    loop.runAll();
    assertFalse(events.contains("hung3"));
    assertEquals(3, threads.size());
    hung.get(2).run();
    loop.runAll();
    threads.get(threads.size() - 1).run();
    assertTrue(events.contains("hung3"), "it answers again");
  }

  @Test
  void whatNobodyWantsAnyMoreIsDroppedWhenItsTurnComes() {
    add("/a", "a1");
    add("/a", "a2");
    add("/a", "a3");
    Noted gone = add("/a", "gone");
    add("/a", "a4");
    gone.isWanted = false;
    assertEquals(2, queue.waiting());
    runOne();
    assertEquals(List.of("a1", "a1 ended", "gone dropped"), events);
    assertEquals(3, threads.size());
    assertEquals(0, queue.waiting());
  }

  @Test
  void whatWaitsIsBounded() {
    for (int i = 0; i < 103; i++) {
      add("/a", "a");
    }
    assertFalse(queue.tryAdd("/b", new Noted("b")));
    runOne();
    assertTrue(queue.tryAdd("/b", new Noted("b")));
  }

  @Test
  void aPoolThatTakesNothingEndsTheTaskLaterAndNotAtOnce() {
    isFull = true;
    add("/a", "a");
    assertEquals(List.of(), events, "whoever added it is not ready for that");
    loop.runAll();
    assertEquals(List.of("a dropped"), events);
    isFull = false;
    add("/a", "b");
    runOne();
    assertEquals(List.of("a dropped", "b", "b ended"), events);
  }

  @Test
  void aTaskThatFailsEndsLikeAllOthers() {
    add("/a", "faulty1");
    add("/a", "faulty2");
    add("/a", "a");
    runOne();
    runOne();
    runOne();
    assertEquals(
        List.of("faulty1", "faulty1 ended", "faulty2", "faulty2 ended", "a", "a ended"), events);
  }
}
