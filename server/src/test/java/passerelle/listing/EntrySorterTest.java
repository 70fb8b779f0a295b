package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sorting: directories first, names as people sort them, and the same whatever came first. */
final class EntrySorterTest {
  private static EntryTable table() {
    return new EntryTable(new ListingBudget(Long.MAX_VALUE).open(Listings.client(1)));
  }

  private static List<String> sorted(EntryTable table, String query) {
    List<String> names = new ArrayList<>();
    for (int entry : EntrySorter.sort(table, ListingOrder.of(query))) {
      names.add(table.name(entry));
    }
    return names;
  }

  private static void assertAdded(EntryTable table, String name, long octets, long second) {
    EntryKind kind = name.endsWith("/") ? EntryKind.DIRECTORY : EntryKind.FILE;
    assertEquals(ListingBudget.Grant.GIVEN, table.add(name, kind, octets, second));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a b c",
        "A b C d",
        "file1 file2 File9 file10 FILE11 file100",
        "2 10 10a 10b 100",
        "1.9.2 1.10.1 1.10.10",
        "img01 img1 img2",
        "x0 x00 x1",
        "a a1 a1b aa",
        "- 0 a z{ \u00e9 \u00ff",
        "99999999999999999999998 99999999999999999999999 100000000000000000000000",
        "A a",
        "2024-01-31 2024-02-01 2024-10-01",
      })
  void namesComeAsPeopleSortThem(String text) {
    List<String> expected = List.of(text.split(" "));
    Random random = new Random(642);
    for (int i = 0; i < 20; i++) {
      List<String> names = new ArrayList<>(expected);
      Collections.shuffle(names, random);
      EntryTable table = table();
      names.forEach(name -> assertAdded(table, name, 0, 0));
      assertEquals(expected, sorted(table, ""));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''|d/ e/ a b c f",
        "sort=name|d/ e/ a b c f",
        "sort=name&order=desc|e/ d/ f c b a",
        "sort=size|d/ e/ f a c b",
        "sort=size&order=desc|d/ e/ b a c f",
        "sort=date|e/ d/ c a b f",
        "sort=date&order=desc|d/ e/ b f a c",
      })
  void directoriesComeFirstInEveryOrder(String query, String expected) {
    EntryTable table = table();
    assertAdded(table, "f", 1, 30);
    assertAdded(table, "e/", 4096, 10);
    assertAdded(table, "c", 20, 10);
    assertAdded(table, "b", 300, 30);
    assertAdded(table, "d/", 10, 20);
    assertAdded(table, "a", 20, 20);
    assertEquals(expected, String.join(" ", sorted(table, query)));
  }

  @Test
  void theOrderIsTotalAndLosesNothing() {
    Random random = new Random(642);
    String alphabet = "aAbB019-";
    for (int round = 0; round < 200; round++) {
      EntryTable table = table();
      int count = random.nextInt(60);
      for (int i = 0; i < count; i++) {
        StringBuilder name = new StringBuilder();
        for (int length = random.nextInt(7) + 1; length > 0; length--) {
          name.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        assertAdded(table, name.toString(), random.nextInt(3), random.nextInt(3));
      }
      String query = "sort=" + List.of("name", "size", "date").get(random.nextInt(3));
      int[] order = EntrySorter.sort(table, ListingOrder.of(query));
      int[] indices = order.clone();
      Arrays.sort(indices);
      for (int i = 0; i < count; i++) {
        assertEquals(i, indices[i], "an entry is lost");
      }
      List<String> once = sorted(table, query);
      EntryTable again = table();
      for (int i = count - 1; i >= 0; i--) {
        assertAdded(again, table.name(order[i]), table.octets(order[i]), table.second(order[i]));
      }
      assertEquals(once, sorted(again, query), "the order depends on where they came from");
    }
  }
}
