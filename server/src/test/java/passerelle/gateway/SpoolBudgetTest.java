package passerelle.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Room for content, in memory and on the disk. */
final class SpoolBudgetTest {
  private final SpoolBudget budget = new SpoolBudget(100, 1000);

  @Test
  void theDiskIsTakenToTheLastOctetAndGivenBack() {
    assertTrue(budget.tryTakeDisk(600));
    assertFalse(budget.tryTakeDisk(401));
    assertTrue(budget.tryTakeDisk(400));
    assertFalse(budget.tryTakeDisk(1));
    assertEquals(1000, budget.inUse());
    budget.giveBackDisk(600);
    assertTrue(budget.tryTakeDisk(600));
    budget.giveBackDisk(1000);
    assertEquals(0, budget.inUse());
  }

  @Test
  void memoryIsShortFromItsLimitOn() {
    budget.takeMemory(99);
    assertTrue(budget.hasMemory());
    budget.takeMemory(1);
    assertFalse(budget.hasMemory());
    budget.takeMemory(500); // what is under way already goes on
    assertEquals(600, budget.inUse());
    budget.takeMemory(-501);
    assertTrue(budget.hasMemory());
  }

  @Test
  void racingTakersNeverGetMoreThanThereIs() throws InterruptedException {
    AtomicInteger taken = new AtomicInteger();
    ExecutorService takers = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 4000; i++) {
      takers.execute(() -> taken.addAndGet(budget.tryTakeDisk(1) ? 1 : 0));
    }
    takers.shutdown();
    assertTrue(takers.awaitTermination(1, TimeUnit.MINUTES));
    assertEquals(1000, taken.get());
    assertEquals(1000, budget.inUse());
  }
}
