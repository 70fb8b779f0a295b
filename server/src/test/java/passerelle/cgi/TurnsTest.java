package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.gateway.RunQueue;
import passerelle.harness.FailingLog;
import passerelle.io.ClientKey;
import passerelle.io.QueuedLoop;

/** A run's turns: one at a time, and one for every call. */
@Timeout(180)
final class TurnsTest {
  private static final ClientKey CLIENT = new ClientKey("a client");

  private final QueuedLoop workers = new QueuedLoop();
  private final RunQueue queue = new RunQueue(workers, new RunQueue.Bounds(4, 10, 10, 10, 10));
  private int taken;

  @Test
  void aCallIsATurn() {
    Turns turns = new Turns(queue, CLIENT, () -> ++taken < 0);
    turns.begin();
    workers.runAll();
    assertEquals(1, taken);
    turns.call();
    workers.runAll();
    assertEquals(2, taken);
    assertFalse(workers.runAll());
  }

  /** A run that is stuck in a turn that failed would hold its place for ever. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTurnThatFailsIsFollowedByAnother(boolean logFails) {
    int faults = FailingLog.FAULTS.size();
    Turns turns =
        new Turns(
            queue,
            CLIENT,
            () -> {
              if (taken < faults) {
                FailingLog.fail(FailingLog.FAULTS.get(taken++));
              }
              return ++taken < faults + 2;
            });
    turns.begin();
    try (FailingLog log = new FailingLog(logFails)) {
      workers.runAll();
      assertTrue(log.isUsed());
    }
    assertEquals(faults + 2, taken);
    turns.call();
    workers.runAll();
    assertEquals(faults + 3, taken);
  }

  @Test
  void aTurnThatWantsAnotherGetsIt() {
    Turns turns = new Turns(queue, CLIENT, () -> ++taken < 3);
    turns.begin();
    workers.runAll();
    assertEquals(3, taken);
  }

  @Test
  void aCallDuringATurnIsTheNextTurn() {
    Turns[] self = new Turns[1];
    Turns turns =
        new Turns(
            queue,
            CLIENT,
            () -> {
              if (++taken == 1) {
                self[0].call();
                self[0].call();
              }
              return false;
            });
    self[0] = turns;
    turns.begin();
    workers.runAll();
    assertEquals(2, taken);
  }

  @Test
  void aCallBeforeTheFirstTurnIsRememberedButTakesNoWorker() {
    Turns turns = new Turns(queue, CLIENT, () -> ++taken < 0);
    turns.begin();
    turns.call();
    assertEquals(1, workers.size());
    workers.runAll();
    assertEquals(2, taken);
  }

  @Test
  void afterTheLastTurnThereIsNone() {
    Turns[] self = new Turns[1];
    Turns turns =
        new Turns(
            queue,
            CLIENT,
            () -> {
              taken++;
              self[0].call();
              self[0].finish();
              return true;
            });
    self[0] = turns;
    turns.begin();
    workers.runAll();
    turns.call();
    workers.runAll();
    assertEquals(1, taken);
  }

  @Test
  void aTurnThatFailsIsFollowedByAnother() {
    Turns turns =
        new Turns(
            queue,
            CLIENT,
            () -> {
              if (++taken < 3) {
                throw new OutOfMemoryError("as if");
              }
              return false;
            });
    turns.begin();
    workers.runAll();
    assertEquals(3, taken);
    turns.call();
    workers.runAll();
    assertEquals(4, taken);
  }

  @Test
  void aCallThatFailsMayBeMadeAgain() {
    AtomicBoolean isShort = new AtomicBoolean();
    RunQueue scarce =
        new RunQueue(
            task -> {
              if (isShort.getAndSet(false)) {
                throw new OutOfMemoryError("as if");
              }
              workers.execute(task);
            },
            new RunQueue.Bounds(1, 1, 1, 1, 1));
    Turns turns = new Turns(scarce, CLIENT, () -> ++taken < 0);
    turns.begin();
    workers.runAll();
    isShort.set(true);
    assertThrows(OutOfMemoryError.class, turns::call);
    turns.call();
    workers.runAll();
    assertEquals(2, taken);
  }

  /** The script may be silent until its time limit, so nothing else would call it. */
  @Test
  void aCallForWhichNoMoreWorkerComesIsATurnOfABusyOne() {
    AtomicBoolean isShort = new AtomicBoolean();
    RunQueue scarce =
        new RunQueue(
            task -> {
              if (isShort.getAndSet(false)) {
                throw new RejectedExecutionException("as if");
              }
              workers.execute(task);
            },
            new RunQueue.Bounds(2, 2, 2, 2, 2));
    Turns turns = new Turns(scarce, CLIENT, () -> ++taken < 0);
    turns.begin();
    workers.runAll();
    scarce.add(
        new RunQueue.Ticket(
            () -> {
              isShort.set(true);
              turns.call();
            },
            CLIENT));
    workers.runAll();
    assertEquals(2, taken);
  }

  @Test
  void aCallWhenTheWorkersHaveEndedIsNoFailure() {
    AtomicBoolean isOpen = new AtomicBoolean(true);
    RunQueue ending =
        new RunQueue(
            task -> {
              if (!isOpen.get()) {
                throw new RejectedExecutionException("closed");
              }
              workers.execute(task);
            },
            new RunQueue.Bounds(1, 1, 1, 1, 1));
    Turns turns = new Turns(ending, CLIENT, () -> ++taken < 0);
    turns.begin();
    workers.runAll();
    isOpen.set(false);
    turns.call();
    assertEquals(1, taken);
  }

  /** What is put down before a call is seen by a turn, however the two meet. */
  @Test
  void callsFromOtherThreadsAreNotLostAndTurnsDoNotOverlap() throws InterruptedException {
    int calls = 20_000;
    AtomicInteger put = new AtomicInteger();
    AtomicInteger found = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    AtomicBoolean isInTurn = new AtomicBoolean();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    ExecutorService callers = Executors.newFixedThreadPool(2);
    try {
      RunQueue shared = new RunQueue(pool, new RunQueue.Bounds(2, 10, 10, 10, 10));
      Turns turns =
          new Turns(
              shared,
              CLIENT,
              () -> {
                if (!isInTurn.compareAndSet(false, true)) {
                  overlaps.incrementAndGet();
                }
                found.addAndGet(put.getAndSet(0));
                isInTurn.set(false);
                return false;
              });
      turns.begin();
      for (int i = 0; i < 2; i++) {
        callers.execute(
            () -> {
              for (int call = 0; call < calls; call++) {
                put.incrementAndGet();
                turns.call();
              }
            });
      }
      callers.shutdown();
      assertTrue(callers.awaitTermination(1, TimeUnit.MINUTES));
      Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> found.get() == 2 * calls);
      assertEquals(0, overlaps.get());
    } finally {
      callers.shutdownNow();
      pool.shutdown();
    }
  }
}
