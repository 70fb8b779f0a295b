package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a query says of the order, and what the heads of the columns ask for. */
final class ListingOrderTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|NAME|false",
        "sort=name|NAME|false",
        "sort=name&order=desc|NAME|true",
        "order=desc|NAME|true",
        "sort=size&order=asc|SIZE|false",
        "sort=size&order=desc|SIZE|true",
        "order=desc&sort=date|DATE|true",
        "a=b&sort=date&&c|DATE|false",
        "sort=colour|NAME|false",
        "sort=SIZE|NAME|false",
        "sort=|NAME|false",
        "sort|NAME|false",
        "sort=sizes|NAME|false",
        "xsort=size|NAME|false",
        "sort=size&order=down|SIZE|false",
        "sort=size&order=|SIZE|false",
        "sort=%73ize|NAME|false",
        "<script>|NAME|false",
      })
  void unknownValuesAreTheStandardOnes(String query, SortKey key, boolean isDescending) {
    assertEquals(new ListingOrder(key, isDescending), ListingOrder.of(query));
  }

  @Test
  void aSecondClickTurnsTheOrderAndTheFirstShowsWhatIsLookedFor() {
    ListingOrder byName = ListingOrder.of("");
    assertEquals("?sort=name&order=desc", byName.after(SortKey.NAME).reference());
    assertEquals("?sort=size&order=desc", byName.after(SortKey.SIZE).reference());
    assertEquals("?sort=date&order=desc", byName.after(SortKey.DATE).reference());
    ListingOrder bySize = byName.after(SortKey.SIZE);
    assertEquals("?sort=size&order=asc", bySize.after(SortKey.SIZE).reference());
    assertEquals("?sort=name&order=asc", bySize.after(SortKey.NAME).reference());
  }

  @Test
  void everyReferenceIsReadAsTheOrderItStandsFor() {
    for (SortKey key : SortKey.values()) {
      for (boolean isDescending : new boolean[] {false, true}) {
        ListingOrder order = new ListingOrder(key, isDescending);
        assertEquals(order, ListingOrder.of(order.reference().substring(1)));
      }
    }
  }
}
