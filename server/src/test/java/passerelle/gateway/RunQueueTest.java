package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.gateway.RunQueue.Bounds;
import passerelle.gateway.RunQueue.Ticket;
import passerelle.harness.FailingLog;
import passerelle.http.Status;
import passerelle.io.ClientKey;
import passerelle.io.QueuedLoop;

/** Who gets the next free worker, and who has to wait, or to go. */
@Timeout(180)
final class RunQueueTest {
  private static final ClientKey CLIENT = new ClientKey("a client");

  /** Workers that begin when the test says so. */
  private final QueuedLoop workers = new QueuedLoop();

  private final List<String> order = new ArrayList<>();

  private Runnable run(String name) {
    return () -> order.add(name);
  }

  private static Ticket ticket(Runnable run) {
    return new Ticket(run, CLIENT);
  }

  private Ticket of(String client, String name) {
    return new Ticket(run(name), new ClientKey(client));
  }

  private static boolean hasRoom(RunQueue queue) {
    return queue.refusal(CLIENT) == null;
  }

  @Test
  void runsBeginInTheOrderOfTheirRequests() {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 10, 10, 10, 10));
    for (String name : new String[] {"a", "b", "c"}) {
      queue.add(ticket(run(name)));
    }
    assertEquals(1, workers.size(), "one worker does all");
    workers.runAll();
    assertEquals(List.of("a", "b", "c"), order);
  }

  /** Whatever they throw, several in a row: the worker goes on, and is free again in the end. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void runsThatFailKeepNoOtherFromItsTurn(boolean logFails) {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 10, 10, 10, 10));
    for (Throwable fault : FailingLog.FAULTS) {
      queue.add(ticket(() -> FailingLog.fail(fault)));
    }
    queue.add(ticket(run("a")));
    try (FailingLog log = new FailingLog(logFails)) {
      workers.runAll();
      assertTrue(log.isUsed());
    }
    assertEquals(List.of("a"), order);
    queue.add(ticket(run("b")));
    workers.runAll();
    assertEquals(List.of("a", "b"), order);
  }

  /** Neither talkative scripts keep new ones out, nor new ones those that have something to say. */
  @Test
  void calledAndNewRunsTakeTurns() {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 10, 10, 10, 10));
    for (int i = 1; i <= 3; i++) {
      queue.add(ticket(run("new" + i)));
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
    RunQueue queue = new RunQueue(workers, new Bounds(2, 10, 10, 10, 10));
    for (int i = 0; i < 5; i++) {
      queue.add(ticket(run("new")));
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
    RunQueue queue = new RunQueue(workers, new Bounds(4, 2, 10, 2, 10));
    List<Ticket> tickets = new ArrayList<>();
    for (String name : new String[] {"a", "b", "c", "d"}) {
      Ticket ticket = ticket(run(name));
      queue.add(ticket);
      tickets.add(ticket);
    }
    workers.runAll();
    assertEquals(List.of("a", "b"), order, "they left their workers, but are still there");
    queue.callBack(run("a again"));
    workers.runAll();
    queue.ended(tickets.get(0));
    workers.runAll();
    assertEquals(List.of("a", "b", "a again", "c"), order);
    queue.ended(tickets.get(1));
    workers.runAll();
    assertEquals("d", order.get(4));
  }

  @Test
  void thereIsRoomForThoseThatBeginAtOnceAndThoseThatMayWait() {
    RunQueue queue = new RunQueue(workers, new Bounds(3, 2, 1, 2, 1));
    Ticket first = ticket(run("taken"));
    assertTrue(hasRoom(queue));
    queue.add(first);
    for (int i = 0; i < 2; i++) {
      assertTrue(hasRoom(queue));
      queue.add(ticket(run("taken")));
    }
    assertEquals(Status.SERVICE_UNAVAILABLE, queue.refusal(CLIENT));
    assertThrows(RejectedExecutionException.class, () -> queue.add(ticket(run("refused"))));
    workers.runAll();
    assertFalse(hasRoom(queue), "two scripts are there, and one waits");
    queue.ended(first);
    assertTrue(hasRoom(queue), "the one that waited is about to begin");
    queue.add(ticket(run("taken")));
    assertFalse(hasRoom(queue));
    workers.runAll();
    assertFalse(hasRoom(queue));
    assertEquals(List.of("taken", "taken", "taken"), order);
  }

  @Test
  void racingRequestsFillTheQueueAndNoMore() throws InterruptedException {
    int mayWait = 10;
    Bounds bounds = new Bounds(2, 2, mayWait, 2, mayWait);
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger taken = new AtomicInteger();
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();
    ExecutorService pool = Executors.newFixedThreadPool(2);
    ExecutorService clients = Executors.newFixedThreadPool(4);
    try {
      RunQueue queue = new RunQueue(pool, bounds);
      Supplier<Ticket> runs =
          () -> {
            Ticket[] self = new Ticket[1];
            self[0] =
                ticket(
                    () -> {
                      most.accumulateAndGet(now.incrementAndGet(), Math::max);
                      awaitOpen(gate);
                      now.decrementAndGet();
                      done.incrementAndGet();
                      queue.ended(self[0]);
                    });
            return self[0];
          };
      for (int i = 0; i < 400; i++) {
        clients.execute(() -> tryAdd(queue, runs.get(), taken));
      }
      clients.shutdown();
      assertTrue(clients.awaitTermination(1, TimeUnit.MINUTES));
      // A worker on its way to its run may have had somebody refused; now the rest fits.
      Awaitility.await().atMost(1, TimeUnit.MINUTES).until(() -> now.get() == 2);
      while (hasRoom(queue)) {
        queue.add(runs.get());
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

  private static void tryAdd(RunQueue queue, Ticket run, AtomicInteger taken) {
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
    RunQueue queue = new RunQueue(workers, new Bounds(1, 10, 10, 10, 10));
    queue.add(ticket(run("a")));
    queue.add(ticket(() -> RunQueueTest.<RuntimeException>fail(failure)));
    queue.add(ticket(run("b")));
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
    RunQueue queue = new RunQueue(refusing(refusals, failure), new Bounds(2, 10, 10, 10, 10));
    queue.add(
        ticket(
            () -> {
              refusals.set(1);
              queue.callBack(run("called"));
              assertEquals(0, refusals.get());
            }));
    workers.runAll();
    assertEquals(List.of("called"), order);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRunThatCouldNotBeHurriedWaitsAsBefore(Throwable failure) {
    AtomicInteger refusals = new AtomicInteger();
    RunQueue queue = new RunQueue(refusing(refusals, failure), new Bounds(1, 1, 10, 1, 10));
    Ticket first = ticket(run("first"));
    Ticket hurried = ticket(run("hurried"));
    queue.add(first);
    workers.runAll(); // it leaves its worker, and is still there
    queue.add(hurried);
    refusals.set(1);
    assertThrows(failure.getClass(), () -> queue.hurry(hurried));
    workers.runAll();
    assertEquals(List.of("first"), order);
    queue.add(ticket(run("last")));
    for (Ticket ending : List.of(first, hurried)) {
      queue.ended(ending);
      workers.runAll();
    }
    assertEquals(List.of("first", "hurried", "last"), order);
  }

  @ParameterizedTest
  @MethodSource("refusals")
  void aRunThatCouldNotBeAddedIsNotBegunLater(Throwable failure) {
    RunQueue queue =
        new RunQueue(refusing(new AtomicInteger(1), failure), new Bounds(1, 10, 10, 10, 10));
    assertThrows(failure.getClass(), () -> queue.add(ticket(run("refused"))));
    queue.add(ticket(run("taken")));
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
            new Bounds(1, 10, 10, 10, 10));
    Runnable run = run("a");
    assertThrows(OutOfMemoryError.class, () -> queue.callBack(run));
    queue.callBack(run);
    workers.runAll();
    assertEquals(List.of("a"), order);
  }

  /** Whoever has many waiting does not delay another's first. */
  @Test
  void clientsTakeTurns() {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 20, 20, 20, 20));
    for (int i = 1; i <= 4; i++) {
      queue.add(of("greedy", "g" + i));
    }
    queue.add(of("other", "o1"));
    queue.add(of("other", "o2"));
    queue.add(of("third", "t1"));
    workers.runAll();
    assertEquals(List.of("g1", "o1", "t1", "g2", "o2", "g3", "g4"), order);
  }

  @Test
  void aClientHasItsShareOfScriptsAndTheRestIsForOthers() {
    RunQueue queue = new RunQueue(workers, new Bounds(4, 4, 10, 2, 10));
    List<Ticket> greedy = new ArrayList<>();
    for (int i = 1; i <= 4; i++) {
      Ticket ticket = of("greedy", "g" + i);
      queue.add(ticket);
      greedy.add(ticket);
    }
    workers.runAll();
    assertEquals(List.of("g1", "g2"), order, "two places are kept");
    Ticket other = of("other", "o1");
    queue.add(other);
    workers.runAll();
    assertEquals(List.of("g1", "g2", "o1"), order, "at once, past those that wait");
    queue.ended(other);
    workers.runAll();
    assertEquals(3, order.size(), "it was not the greedy one's place");
    queue.ended(greedy.get(0));
    workers.runAll();
    assertEquals(List.of("g1", "g2", "o1", "g3"), order);
    queue.ended(greedy.get(1));
    queue.ended(greedy.get(2));
    workers.runAll();
    queue.ended(greedy.get(3));
    assertEquals("g4", order.get(4));
    assertEquals(0, queue.clients(), "who has nothing here is forgotten");
  }

  @Test
  void aClientHasItsShareOfTheQueue() {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 4, 6, 1, 3));
    ClientKey other = new ClientKey("other");
    for (int i = 1; i <= 4; i++) {
      assertNull(queue.refusal(CLIENT), "one begins at once, and three wait");
      queue.add(ticket(run("g" + i)));
    }
    assertEquals(Status.TOO_MANY_REQUESTS, queue.refusal(CLIENT));
    assertThrows(RejectedExecutionException.class, () -> queue.add(ticket(run("refused"))));
    assertNull(queue.refusal(other));
    workers.runAll();
    assertEquals(Status.TOO_MANY_REQUESTS, queue.refusal(CLIENT));
    assertNull(queue.refusal(other));
    for (int i = 1; i <= 4; i++) {
      queue.add(of(i == 4 ? "third" : "other", "o" + i));
    }
    assertEquals(Status.SERVICE_UNAVAILABLE, queue.refusal(new ClientKey("fourth")));
    workers.runAll();
    assertEquals(List.of("g1", "o1", "o4"), order);
  }

  /** One that leaves the queue takes no turn, and makes room for another of its client. */
  @Test
  void aRunThatLeavesTheQueueLeavesNoTrace() {
    RunQueue queue = new RunQueue(workers, new Bounds(1, 1, 4, 1, 2));
    Ticket running = of("greedy", "g1");
    queue.add(running);
    workers.runAll();
    List<Ticket> leaving = List.of(of("greedy", "g2"), of("greedy", "g3"), of("other", "o1"));
    leaving.forEach(queue::add);
    Ticket last = of("other", "o2");
    queue.add(last);
    assertNotNull(queue.refusal(new ClientKey("greedy")));
    for (Ticket ticket : List.of(leaving.get(1), leaving.get(2), leaving.get(0))) {
      queue.hurry(ticket);
      queue.hurry(ticket); // nothing
      workers.runAll();
      queue.ended(ticket);
    }
    assertEquals(List.of("g1", "g3", "o1", "g2"), order);
    assertNull(queue.refusal(new ClientKey("greedy")));
    queue.ended(running);
    workers.runAll();
    queue.ended(last);
    assertEquals("o2", order.get(4));
    assertEquals(0, queue.clients());
  }

  /** Whatever comes in whatever order, every bound holds and nothing is lost. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void sharesHoldForManyClientsAtRandom(long seed) {
    Random random = new Random(seed);
    Bounds bounds = new Bounds(2, 6, 12, 3, 4);
    RunQueue queue = new RunQueue(workers, bounds);
    Map<String, Integer> running = new HashMap<>();
    List<Runnable> ends = new ArrayList<>();
    int taken = 0;
    for (int i = 0; i < 3000; i++) {
      String client = "c" + random.nextInt(9);
      if (random.nextInt(3) > 0 && queue.refusal(new ClientKey(client)) == null) {
        Ticket[] self = new Ticket[1];
        Runnable run =
            () -> {
              order.add(client);
              assertTrue(running.merge(client, 1, Integer::sum) <= 3);
              ends.add(
                  () -> {
                    running.merge(client, -1, Integer::sum);
                    queue.ended(self[0]);
                  });
              assertTrue(ends.size() <= 6);
            };
        self[0] = new Ticket(run, new ClientKey(client));
        queue.add(self[0]);
        taken++;
      } else if (!ends.isEmpty()) {
        ends.remove(random.nextInt(ends.size())).run();
      }
      if (random.nextBoolean()) {
        workers.runAll();
      }
    }
    workers.runAll();
    while (!ends.isEmpty()) {
      ends.remove(0).run();
      workers.runAll();
    }
    assertEquals(taken, order.size());
    assertEquals(0, queue.clients());
  }
}
