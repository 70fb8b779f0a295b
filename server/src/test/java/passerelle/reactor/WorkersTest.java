package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static passerelle.reactor.Waiting.await;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.FailingLog;

/** A bounded pool that says no. */
@Timeout(180)
final class WorkersTest {
  /** Far longer than anything takes: it only ends a hang. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Workers workers = new Workers("test-worker", 2, 3);
  private final CountDownLatch gate = new CountDownLatch(1);
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger done = new AtomicInteger();

  @AfterEach
  void close() throws InterruptedException {
    gate.countDown();
    workers.close(PATIENCE);
  }

  private void task() {
    begun.incrementAndGet();
    try {
      gate.await();
    } catch (InterruptedException e) {
      return;
    }
    done.incrementAndGet();
  }

  /** Two tasks run, three wait. */
  private void fill() {
    for (int i = 0; i < 5; i++) {
      assertTrue(workers.hasRoom(), "no room for task " + i);
      workers.execute(this::task);
    }
    await().until(() -> begun.get() == 2);
  }

  private void awaitRoom() {
    while (!workers.hasRoom()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void refusesWhatItHasNoRoomFor() {
    fill();
    assertFalse(workers.hasRoom());
    assertThrows(RejectedExecutionException.class, () -> workers.execute(this::task));
    gate.countDown();
    await().until(() -> done.get() == 5);
    assertTrue(workers.hasRoom());
    workers.execute(this::task);
    await().until(() -> done.get() == 6);
  }

  @Test
  void neverRunsMoreThanItsThreads() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    Set<String> names = ConcurrentHashMap.newKeySet();
    Semaphore queued = new Semaphore(3);
    for (int i = 0; i < 200; i++) {
      queued.acquire();
      workers.execute(
          () -> {
            names.add(Thread.currentThread().getName());
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            now.decrementAndGet();
            queued.release();
          });
    }
    queued.acquire(3);
    assertTrue(most.get() <= 2);
    assertEquals(Set.of("test-worker-1", "test-worker-2"), names);
  }

  /** There is one who asks and submits, so nobody can take the room in between. */
  @Test
  void whatItSaysItHasRoomForItTakes() {
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      awaitRoom();
      try {
        workers.execute(done::incrementAndGet);
      } catch (RejectedExecutionException e) {
        refused++;
      }
    }
    assertEquals(0, refused);
  }

  /** Whatever it throws, several in a row, and whatever becomes of telling of it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTaskThatThrowsDoesNotCostAWorker(boolean logFails) throws Exception {
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    AtomicInteger thrown = new AtomicInteger();
    try (FailingLog log = new FailingLog(logFails)) {
      for (Throwable fault : FailingLog.FAULTS) {
        for (int i = 0; i < 4; i++) {
          awaitRoom();
          workers.execute(
              () -> {
                threads.add(Thread.currentThread());
                thrown.incrementAndGet();
                FailingLog.fail(fault);
              });
        }
      }
      await().until(() -> thrown.get() == 4 * FailingLog.FAULTS.size());
      workers.execute(this::task);
      workers.execute(this::task);
      await().until(() -> begun.get() == 2);
      assertTrue(threads.size() <= 2, "no thread had to be replaced: " + threads);
      assertTrue(log.isUsed());
    }
  }

  /** When memory has run out those that have work must still hear of more. */
  @Test
  void aTaskThatGuardsItselfTakesNoMemory() {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    Runnable task = this::task;
    workers.executeUnguarded(task);
    workers.executeUnguarded(task);
    await().until(() -> begun.get() == 2);
    workers.executeUnguarded(task); // whatever is loaded once is there now
    threads.getThreadAllocatedBytes(id);
    long before = threads.getThreadAllocatedBytes(id);
    workers.executeUnguarded(task);
    long allocated = threads.getThreadAllocatedBytes(id) - before;
    assertEquals(0, allocated);
    workers.executeUnguarded(task);
    assertThrows(RejectedExecutionException.class, () -> workers.executeUnguarded(task));
    gate.countDown();
    await().until(() -> done.get() == 5);
  }

  @Test
  void threadsThatAreMissingAreStartedForWhatWaits() throws Exception {
    workers.revive();
    assertEquals(0, begun.get(), "there is nothing to do");
    fill();
    workers.revive();
    gate.countDown();
    await().until(() -> done.get() == 5);
  }

  @Test
  void closingTakesNothingNewAndWaitsForWhatItHas() throws Exception {
    fill();
    Thread closer = new Thread(this::closeWorkers);
    closer.start();
    await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
    assertThrows(RejectedExecutionException.class, () -> workers.execute(this::task));
    gate.countDown();
    closer.join();
    assertEquals(5, begun.get());
    assertEquals(5, done.get());
    assertFalse(workers.hasRoom());
    assertThrows(RejectedExecutionException.class, () -> workers.execute(this::task));
  }

  private void closeWorkers() {
    try {
      workers.close(PATIENCE);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void closingInterruptsWhatDoesNotEndInTime() throws Exception {
    fill();
    workers.close(Duration.ofMillis(1));
    assertEquals(2, begun.get());
    assertEquals(0, done.get());
    assertFalse(workers.hasRoom());
  }
}
