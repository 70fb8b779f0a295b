package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A budget: never more than the limit, and everything comes back, once. */
final class ListingBudgetTest {
  @Test
  void sharesTakeUpToTheLimitTogether() {
    ListingBudget budget = new ListingBudget(100);
    ListingBudget.Share one = budget.open();
    ListingBudget.Share other = budget.open();
    assertTrue(one.tryTake(60));
    assertFalse(other.tryTake(41));
    assertTrue(other.tryTake(40));
    assertFalse(one.tryTake(1));
    one.giveBack(10);
    assertEquals(90, budget.taken());
    assertTrue(other.tryTake(10));
  }

  @Test
  void closingAShareGivesBackWhatItHoldsOnce() {
    ListingBudget budget = new ListingBudget(100);
    ListingBudget.Share one = budget.open();
    assertTrue(one.tryTake(60));
    assertFalse(one.tryTake(60));
    ListingBudget.Share other = budget.open();
    assertTrue(other.tryTake(30));
    one.close();
    one.close();
    assertEquals(30, budget.taken());
    other.close();
    assertEquals(0, budget.taken());
  }

  @Test
  void anyNumberOfThreadsMayTakeAndGiveBack() throws Exception {
    ListingBudget budget = new ListingBudget(1000);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<Boolean>> runs = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        runs.add(
            threads.submit(
                () -> {
                  boolean isKept = true;
                  for (int round = 0; round < 20_000; round++) {
                    try (ListingBudget.Share share = budget.open()) {
                      if (share.tryTake(300) && share.tryTake(200)) {
                        share.giveBack(100);
                      }
                    }
                    isKept &= budget.taken() >= 0;
                  }
                  return isKept;
                }));
      }
      for (Future<Boolean> run : runs) {
        assertTrue(run.get());
      }
    } finally {
      threads.shutdownNow();
    }
    assertEquals(0, budget.taken());
  }
}
