package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static passerelle.reactor.Waiting.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Turns, tasks and ticks. */
@Timeout(180)
final class ReactorTest {
  @Test
  void tasksOfOneThreadRunInTheirOrderOnTheLoop() throws Exception {
    try (LoopThread loop = new LoopThread().start()) {
      List<Integer> order = new ArrayList<>();
      AtomicReference<Thread> thread = new AtomicReference<>();
      for (int i = 0; i < 5000; i++) {
        int number = i;
        loop.reactor.execute(() -> order.add(number));
      }
      loop.run(() -> thread.set(Thread.currentThread()));
      assertSame(loop.thread(), thread.get());
      assertEquals(5000, order.size());
      for (int i = 0; i < 5000; i++) {
        assertEquals(i, order.get(i));
      }
    }
  }

  @Test
  void noTaskOfManyThreadsIsLost() throws Exception {
    try (LoopThread loop = new LoopThread().start()) {
      int[] counted = {0};
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        Thread thread =
            new Thread(
                () -> {
                  for (int left = 10_000; left > 0; left--) {
                    loop.reactor.execute(() -> counted[0]++);
                  }
                });
        thread.start();
        threads.add(thread);
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertEquals(40_000, loop.call(() -> counted[0]));
    }
  }

  @Test
  void tasksThatWaitBeforeTheLoopRunsAreRun() throws Exception {
    try (LoopThread loop = new LoopThread()) {
      AtomicInteger ran = new AtomicInteger();
      loop.reactor.execute(ran::incrementAndGet);
      loop.start();
      await().until(() -> ran.get() == 1);
    }
  }

  @Test
  void aTaskMayPostAnother() throws Exception {
    try (LoopThread loop = new LoopThread().start()) {
      AtomicInteger ran = new AtomicInteger();
      loop.reactor.execute(() -> loop.reactor.execute(ran::incrementAndGet));
      await().until(() -> ran.get() == 1);
    }
  }

  @Test
  void aTaskThatPostsItselfForEverDoesNotStarveTheOthers() throws Exception {
    try (LoopThread loop = new LoopThread()) {
      AtomicInteger ticks = new AtomicInteger();
      loop.reactor.everySecond(ticks::incrementAndGet);
      Runnable[] self = new Runnable[1];
      self[0] = () -> loop.reactor.execute(self[0]);
      loop.reactor.execute(self[0]);
      loop.start();
      loop.putForward(2);
      await().until(() -> ticks.get() >= 1);
    }
  }

  @Test
  void aTaskThatThrowsDoesNotEndTheLoop() throws Exception {
    try (LoopThread loop = new LoopThread().start()) {
      loop.reactor.execute(
          () -> {
            throw new IllegalStateException("a bug, for a test");
          });
      loop.reactor.execute(
          () -> {
            throw new StackOverflowError("a bug, for a test");
          });
      assertEquals("alive", loop.call(() -> "alive"));
    }
  }

  @Test
  void ticksComeOncePerSecondOfTheClock() throws Exception {
    try (LoopThread loop = new LoopThread()) {
      AtomicInteger ticks = new AtomicInteger();
      loop.reactor.everySecond(ticks::incrementAndGet);
      loop.start();
      for (int i = 1; i <= 5; i++) {
        int before = ticks.get();
        loop.putForward(1);
        await().until(() -> ticks.get() > before);
      }
    }
  }

  @Test
  void ticksComeWithoutAnythingElseHappening() throws Exception {
    try (LoopThread loop = new LoopThread()) {
      AtomicInteger ticks = new AtomicInteger();
      loop.reactor.everySecond(ticks::incrementAndGet);
      loop.start();
      await().until(() -> ticks.get() >= 1);
    }
  }

  @Test
  void aTickerThatThrowsDoesNotStopTheOthers() throws Exception {
    try (LoopThread loop = new LoopThread()) {
      AtomicInteger ticks = new AtomicInteger();
      loop.reactor.everySecond(
          () -> {
            throw new IllegalStateException("a bug, for a test");
          });
      loop.reactor.everySecond(ticks::incrementAndGet);
      loop.start();
      loop.putForward(2);
      await().until(() -> ticks.get() >= 1);
    }
  }

  @Test
  void theAgainListRunsWhatJoinedItInTheNextTurn() throws Exception {
    try (LoopThread loop = new LoopThread().start()) {
      List<String> order = new ArrayList<>();
      loop.run(
          () -> {
            loop.reactor.again(
                () -> {
                  order.add("first");
                  loop.reactor.again(() -> order.add("third"));
                });
            loop.reactor.again(() -> order.add("second"));
          });
      await().until(() -> loop.call(order::size) == 3);
      assertEquals(List.of("first", "second", "third"), order);
    }
  }

  @Test
  void stopEndsALoopThatSleeps() throws Exception {
    LoopThread loop = new LoopThread().start();
    loop.run(() -> {});
    loop.reactor.stop();
    loop.thread().join();
    assertFalse(loop.thread().isAlive());
    loop.close();
    assertTrue(loop.thread().getState() == Thread.State.TERMINATED);
  }

  /** Four have their turn, then whoever is ready or has posted a task, then the next four. */
  @Test
  void aLongAgainListDoesNotKeepTheOthersWaiting() throws Exception {
    List<String> order = new ArrayList<>();
    try (LoopThread loop = new LoopThread().start()) {
      loop.run(
          () -> {
            for (int i = 1; i <= 6; i++) {
              String name = Integer.toString(i);
              loop.reactor.again(
                  () -> {
                    order.add(name);
                    if (name.equals("1")) {
                      loop.reactor.execute(() -> order.add("other"));
                    }
                  });
            }
          });
      await().until(() -> loop.call(order::size) == 7);
      assertEquals(List.of("1", "2", "3", "4", "other", "5", "6"), order);
    }
  }
}
