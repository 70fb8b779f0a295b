package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import passerelle.http.Status;
import passerelle.io.ClientKey;

/** Room for content, in memory and on the disk. */
final class SpoolBudgetTest {
  private static final ClientKey ONE = new ClientKey("one");
  private static final ClientKey OTHER = new ClientKey("other");

  private final SpoolBudget budget = new SpoolBudget(100, 1000, 1000);

  @Test
  void theDiskIsTakenToTheLastOctetAndGivenBack() {
    assertTrue(budget.tryTakeDisk(ONE, 600));
    assertFalse(budget.tryTakeDisk(ONE, 401));
    assertTrue(budget.tryTakeDisk(ONE, 400));
    assertFalse(budget.tryTakeDisk(ONE, 1));
    assertEquals(1000, budget.inUse());
    budget.giveBackDisk(ONE, 600);
    assertTrue(budget.tryTakeDisk(ONE, 600));
    budget.giveBackDisk(ONE, 1000);
    assertEquals(0, budget.inUse());
  }

  @Test
  void memoryIsShortFromItsLimitOn() {
    budget.takeMemory(ONE, 49);
    budget.takeMemory(OTHER, 49);
    assertTrue(budget.hasMemory(ONE));
    budget.takeMemory(OTHER, 2);
    assertFalse(budget.hasMemory(ONE));
    assertEquals(Status.SERVICE_UNAVAILABLE, budget.refusal(ONE));
    budget.takeMemory(ONE, 500); // what is under way already goes on
    assertEquals(600, budget.inUse());
    budget.takeMemory(ONE, -501);
    assertTrue(budget.hasMemory(ONE));
  }

  @Test
  void oneClientHasHalfOfTheMemory() {
    budget.takeMemory(ONE, 49);
    assertNull(budget.refusal(ONE));
    budget.takeMemory(ONE, 1);
    assertFalse(budget.hasMemory(ONE));
    assertEquals(Status.TOO_MANY_REQUESTS, budget.refusal(ONE));
    assertTrue(budget.hasMemory(OTHER));
    assertNull(budget.refusal(OTHER));
    budget.takeMemory(ONE, -50);
    assertNull(budget.refusal(ONE));
    assertEquals(0, budget.clients());
  }

  @Test
  void oneClientHasHalfOfTheDiskOrOneContent() {
    SpoolBudget half = new SpoolBudget(100, 1000, 100);
    assertFalse(half.tryTakeDisk(ONE, 501));
    assertTrue(half.tryTakeDisk(ONE, 500));
    assertFalse(half.tryTakeDisk(ONE, 1));
    assertTrue(half.tryTakeDisk(OTHER, 500));
    half.giveBackDisk(ONE, 500);
    half.giveBackDisk(OTHER, 500);
    half.written(ONE);
    half.written(OTHER);
    assertEquals(0, half.clients());
    SpoolBudget most = new SpoolBudget(100, 1000, 800);
    assertTrue(most.tryTakeDisk(ONE, 800));
    assertFalse(most.tryTakeDisk(ONE, 1));
    assertTrue(most.tryTakeDisk(OTHER, 200));
    assertFalse(most.tryTakeDisk(OTHER, 1));
  }

  @Test
  void oneClientHasHalfOfTheDiskWorkersQueue() {
    for (int i = 0; i < SpoolBudget.DISK_QUEUE / 2; i++) {
      assertTrue(budget.tryTakeDisk(ONE, 1));
    }
    assertFalse(budget.tryTakeDisk(ONE, 1));
    assertTrue(budget.tryTakeDisk(OTHER, 1));
    budget.written(ONE);
    assertTrue(budget.tryTakeDisk(ONE, 1));
  }

  @Test
  void racingTakersNeverGetMoreThanThereIs() throws InterruptedException {
    AtomicInteger taken = new AtomicInteger();
    ExecutorService takers = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 4000; i++) {
      takers.execute(
          () -> {
            if (budget.tryTakeDisk(ONE, 1)) {
              budget.written(ONE);
              taken.incrementAndGet();
            }
          });
    }
    takers.shutdown();
    assertTrue(takers.awaitTermination(1, TimeUnit.MINUTES));
    assertEquals(1000, taken.get());
    assertEquals(1000, budget.inUse());
  }
}
