package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.gateway.RunQueue.Bounds;
import passerelle.harness.FailingLog;
import passerelle.io.QueuedLoop;

/** Who gets the next free worker, and who has to wait, or to go. */
@Timeout(180)
final class RunQueueTest {
  /** Workers that begin when the test says so. */
  private final QueuedLoop workers = new QueuedLoop();

  private final List<String> order = new ArrayList<>();

  private Runnable run(String name) {
    return () -> order.add(name);
  }

  @Test
  void runsBeginInTheOrderOfTheirRequests() {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 10, 10));
    for (String name : new String[] {"a", "b", "c"}) {
      queue.add(run(name));
    }
    assertEquals(1, workers.size(), "one worker does all");
    workers.runAll();
    assertEquals(List.of("a", "b", "c"), order);
  }

  /** Whatever they throw, several in a row: the worker goes on, and is free again in the end. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsThatFailKeepNoOtherFromItsTurn(boolean logFails) {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 10, 10));
    for (Throwable fault : FailingLog.FAULTS) {
      queue.add(() -> FailingLog.fail(fault));
    }
    queue.add(run("a"));
    try (FailingLog log = new FailingLog(logFails)) {
      workers.runAll();
      assertTrue(log.isUsed());
    }
    assertEquals(List.of("a"), order);
    queue.add(run("b"));
    workers.runAll();
    assertEquals(List.of("a", "b"), order);
  }

  /** Neither talkative scripts keep new ones out, nor new ones those that have something to say. */
  @Test
  void calledAndNewRunsTakeTurns() {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 10, 10));
    for (int i = 1; i <= 3; i++) {
      queue.add(run("new" + i));
    }
    for (int i = 1; i <= 5; i++) {
      queue.callBack(run("called" + i));
    }
    workers.runAll();
    assertEquals(
        List.of("new1", "called1", "new2", "called2", "new3", "called3", "called4", "called5"),
        order);
  }

  @Test
  void noMoreWorkersAreTakenThanAllowed() {
    RunQueue queue = new RunQueue(workers, new Bounds(2, 10, 10));
    for (int i = 0; i < 5; i++) {
      queue.add(run("new"));
      queue.callBack(run("called"));
    }
    assertEquals(2, workers.size());
    workers.runAll();
    assertEquals(10, order.size());
    queue.callBack(run("later"));
    assertEquals(1, workers.size());
    workers.runAll();
    assertEquals("later", order.get(10));
  }

  @Test
  void aRunWaitsUntilThereAreFewerScripts() {
    RunQueue queue = new RunQueue(workers, new Bounds(4, 2, 10));
    for (String name : new String[] {"a", "b", "c", "d"}) {
      queue.add(run(name));
    }
    workers.runAll();
    assertEquals(List.of("a", "b"), order, "they left their workers, but are still there");
    queue.callBack(run("a again"));
    workers.runAll();
    queue.ended();
    workers.runAll();
    assertEquals(List.of("a", "b", "a again", "c"), order);
    queue.ended();
    workers.runAll();
    assertEquals("d", order.get(4));
  }

  @Test
  void thereIsRoomForThoseThatBeginAtOnceAndThoseThatMayWait() {
    RunQueue queue = new RunQueue(workers, new Bounds(3, 2, 1));
    for (int i = 0; i < 3; i++) {
      assertTrue(queue.hasRoom());
      queue.add(run("taken"));
    }
    assertFalse(queue.hasRoom());
    assertThrows(RejectedExecutionException.class, () -> queue.add(run("refused")));
    workers.runAll();
    assertFalse(queue.hasRoom(), "two scripts are there, and one waits");
    queue.ended();
    assertTrue(queue.hasRoom(), "the one that waited is about to begin");
    queue.add(run("taken"));
    assertFalse(queue.hasRoom());
    workers.runAll();
    assertFalse(queue.hasRoom());
    assertEquals(List.of("taken", "taken", "taken"), order);
  }

  @Test
  void racingRequestsFillTheQueueAndNoMore() throws InterruptedException {
    int mayWait = 10;
    Bounds bounds = new Bounds(2, 2, mayWait);
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    ExecutorService clients = Executors.newFixedThreadPool(4);
    try {
      RunQueue queue = new RunQueue(pool, bounds);
      Runnable run =
          () -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            awaitOpen(gate);
            now.decrementAndGet();
            done.incrementAndGet();
            queue.ended();
          };
      for (int i = 0; i < 400; i++) {
        clients.execute(() -> tryAdd(queue, run, taken));
      }
      clients.shutdown();
      assertTrue(clients.awaitTermination(1, TimeUnit.MINUTES));
      // A worker on its way to its run may have had somebody refused; now the rest fits.
      Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> now.get() == 2);
      while (queue.hasRoom()) {
        queue.add(run);
        taken.incrementAndGet();
      }
      assertEquals(2 + mayWait, taken.get());
      gate.countDown();
      Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> done.get() == taken.get());
      assertEquals(2, most.get());
    } finally {
      gate.countDown();
      pool.shutdown();
    }
  }

  private static void tryAdd(RunQueue queue, Runnable run, AtomicInteger taken) {
    try {
      queue.add(run);
      taken.incrementAndGet();
    } catch (RejectedExecutionException e) {
      assertTrue(String.valueOf(e.getMessage()).contains("too many"), e::toString);
    }
  }

  private static void awaitOpen(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void aWorkerSurvivesWhateverARunThrows(Throwable failure) {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 10, 10));
    queue.add(run("a"));
    queue.add(() -> RunQueueTest.<RuntimeException>fail(failure));
    queue.add(run("b"));
    workers.runAll();
    assertEquals(List.of("a", "b"), order);
    queue.callBack(run("c"));
    workers.runAll();
    assertEquals(List.of("a", "b", "c"), order, "the worker was given back");
  }

  static List<Throwable> failures() {
    return List.of(
        new IllegalStateException("as if"),
        new OutOfMemoryError("as if"),
        new StackOverflowError("as if"),
        new NoClassDefFoundError("as if"),
        new Exception("as if"));
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void fail(Throwable failure) throws T {
    throw (T) failure;
  }

  /** Workers that refuse the next tasks, as many as the test says, and then take them. */
  private Executor refusing(AtomicInteger refusals, Throwable failure) {
    return task -> {
      if (refusals.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        RunQueueTest.<RuntimeException>fail(failure);
      }
      workers.execute(task);
    };
  }

  static List<Throwable> refusals() {
    return List.of(new OutOfMemoryError("as if"), new RejectedExecutionException("as if"));
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aBusyWorkerFindsARunForWhichThereIsNoOther(Throwable failure) {
    AtomicInteger refusals = new AtomicInteger();
    RunQueue queue = new RunQueue(refusing(refusals, failure), new Bounds(2, 10, 10));
    queue.add(
        () -> {
          refusals.set(1);
          queue.callBack(run("called"));
          assertEquals(0, refusals.get());
        });
    workers.runAll();
    assertEquals(List.of("called"), order);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRunThatCouldNotBeHurriedWaitsAsBefore(Throwable failure) {
    AtomicInteger refusals = new AtomicInteger();
    RunQueue queue = new RunQueue(refusing(refusals, failure), new Bounds(1, 1, 10));
    Runnable hurried = run("hurried");
    queue.add(run("first"));
    workers.runAll(); // it leaves its worker, and is still there
    queue.add(hurried);
    refusals.set(1);
    assertThrows(failure.getClass(), () -> queue.hurry(hurried));
    workers.runAll();
    assertEquals(List.of("first"), order);
    queue.add(run("last"));
    for (int i = 0; i < 2; i++) {
      queue.ended();
      workers.runAll();
    }
    assertEquals(List.of("first", "hurried", "last"), order);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRunThatCouldNotBeAddedIsNotBegunLater(Throwable failure) {
    RunQueue queue = new RunQueue(refusing(new AtomicInteger(1), failure), new Bounds(1, 10, 10));
    assertThrows(failure.getClass(), () -> queue.add(run("refused")));
    queue.add(run("taken"));
    workers.runAll();
    assertEquals(List.of("taken"), order);
  }

  /** There may be no memory for a worker: whoever called may do so again. */
  @Test
  void aCallThatFailsHasNotBeenMade() {
    AtomicBoolean isShort = new AtomicBoolean(true);
    RunQueue queue =
        new RunQueue(
            task -> {
              if (isShort.getAndSet(false)) {
                throw new OutOfMemoryError("as if");
              }
              workers.execute(task);
            },
            new Bounds(1, 10, 10));
    Runnable run = run("a");
    assertThrows(OutOfMemoryError.class, () -> queue.callBack(run));
    queue.callBack(run);
    workers.runAll();
    assertEquals(List.of("a"), order);
  }
}
