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
  private String area = "area";
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
    private long progress;

    Noted(String name) {
      this.name = name;
    }

    @Override
    public boolean isWanted() {
      return isWanted;
    }

    @Override
    public long progress() {
      return progress;
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
    assertTrue(queue.tryAdd(area, place, task));
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
    area = "another";
    for (int i = 0; i < 4; i++) {
      add("/other" + i, "o" + i);
    }
    assertEquals(3, threads.size(), "six threads there are at most");
    runOne();
    assertEquals("o0", events.get(0));
    assertEquals(3, threads.size(), "the fourth has its turn");
    events.clear();
    hung.get(0).run();
    loop.runAll();
    assertFalse(events.contains("hung3"));
    hung.get(1).run();
    loop.runAll();
    threads.get(threads.size() - 1).run();
    assertTrue(events.contains("hung3"), "it answers again, but for one");
  }

  @Test
  void oneSlowTaskKeepsNoOtherOfItsPlaceWaiting() {
    add("/a", "slow");
    Runnable slow = threads.remove(0);
    pass(3000);
    for (int i = 0; i < 4; i++) {
      add("/a", "a" + i);
    }
    assertEquals(3, threads.size());
    runOne();
    assertEquals(3, threads.size());
    slow.run();
    loop.runAll();
    assertTrue(events.contains("slow ended"));
  }

  @Test
  void whatGoesOnDoesNotHang() {
    Noted[] going = new Noted[3];
    for (int i = 0; i < going.length; i++) {
      going[i] = add("/a", "a" + i);
    }
    threads.clear();
    for (int i = 0; i < 5; i++) {
      for (Noted task : going) {
        task.progress++;
      }
      pass(2000);
    }
    add("/a", "next");
    assertEquals(List.of(), threads, "they count, for they go on");
    pass(2999);
    assertEquals(List.of(), threads);
    pass(1);
    assertEquals(List.of(), threads, "now they hang, all three");
  }

  /** However many names a client makes up below it. */
  @Test
  void anAreaThatHangsTakesHalfOfTheThreads() {
    for (int round = 0; round < 10; round++) {
      for (int i = 0; i < 4; i++) {
        add("/" + round + "/" + i, "hung");
      }
      pass(3000);
    }
    assertTrue(
        threads.size() <= 4,
        "three that hang, and one more that was begun before: " + threads.size());
    area = "another";
    int before = threads.size();
    add("/", "other");
    assertEquals(before + 1, threads.size());
  }

  @Test
  void whatNobodyWantsLeavesFromTheMiddleOfAQueueToo() {
    add("/a", "a1");
    add("/a", "a2");
    add("/a", "a3");
    List<Noted> gone = new ArrayList<>();
    add("/a", "wanted");
    for (int i = 0; i < 99; i++) {
      gone.add(add("/a", "gone"));
    }
    gone.forEach(task -> task.isWanted = false);
    assertTrue(queue.tryAdd(area, "/b", new Noted("b")), "there is room, if one looks");
    assertEquals(99, events.stream().filter("gone dropped"::equals).count());
    Noted last = add("/a", "last");
    last.isWanted = false;
    pass(1000);
    assertTrue(events.contains("last dropped"));
    assertEquals(1, queue.waiting());
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
    assertFalse(queue.tryAdd(area, "/b", new Noted("b")));
    runOne();
    assertTrue(queue.tryAdd(area, "/b", new Noted("b")));
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
