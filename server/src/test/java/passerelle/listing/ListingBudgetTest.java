package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import passerelle.listing.ListingBudget.Grant;

/** A budget: never more than the limit, and everything comes back, once. */
final class ListingBudgetTest {
  @Test
  void sharesTakeUpToTheLimitTogether() {
    ListingBudget budget = new ListingBudget(100);
    ListingBudget.Share one = budget.open(Listings.client(1));
    ListingBudget.Share other = budget.open(Listings.client(2));
    ListingBudget.Share third = budget.open(Listings.client(3));
    assertEquals(Grant.GIVEN, one.take(40));
    assertEquals(Grant.GIVEN, other.take(40));
    assertEquals(Grant.TAKEN_BY_OTHERS, third.take(21));
    assertEquals(Grant.GIVEN, third.take(20));
    assertEquals(Grant.TAKEN_BY_OTHERS, one.take(1));
    third.giveBack(10);
    assertEquals(90, budget.taken());
    assertEquals(Grant.GIVEN, other.take(10));
  }

  @Test
  void oneShareHasHalfOfItAtMostHoweverMuchIsLeft() {
    ListingBudget budget = new ListingBudget(100);
    ListingBudget.Share one = budget.open(Listings.client(1));
    assertEquals(Grant.TOO_LARGE, one.take(51));
    assertEquals(Grant.GIVEN, one.take(50));
    assertEquals(Grant.TOO_LARGE, one.take(1));
    one.giveBack(1);
    assertEquals(Grant.GIVEN, one.take(1));
    assertEquals(50, budget.taken());
  }

  @Test
  void oneClientHasHalfOfItAtMostInHoweverManyShares() {
    ListingBudget budget = new ListingBudget(100);
    ListingBudget.Share one = budget.open(Listings.client(1));
    ListingBudget.Share another = budget.open(Listings.client(1));
    assertEquals(Grant.GIVEN, one.take(30));
    assertEquals(Grant.GIVEN, another.take(20));
    assertEquals(Grant.TAKEN_BY_OTHERS, another.take(1));
    ListingBudget.Share other = budget.open(Listings.client(2));
    assertEquals(Grant.GIVEN, other.take(50));
    one.close();
    assertEquals(Grant.GIVEN, another.take(30));
    another.close();
    assertEquals(1, budget.clients());
    other.close();
    assertEquals(0, budget.clients());
  }

  @Test
  void closingAShareGivesBackWhatItHoldsOnce() {
    ListingBudget budget = new ListingBudget(100);
    ListingBudget.Share one = budget.open(Listings.client(1));
    assertEquals(Grant.GIVEN, one.take(40));
    assertEquals(Grant.TOO_LARGE, one.take(40));
    ListingBudget.Share other = budget.open(Listings.client(2));
    assertEquals(Grant.GIVEN, other.take(30));
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
                    try (ListingBudget.Share share = budget.open(Listings.client(2))) {
                      if (share.take(300) == Grant.GIVEN && share.take(200) == Grant.GIVEN) {
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
