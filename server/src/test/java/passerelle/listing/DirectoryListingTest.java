package passerelle.listing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import passerelle.files.FileSettings.Links;
import passerelle.site.Sites;

/** What is read from a directory, and what memory it takes. */
final class DirectoryListingTest {
  private static final int MANY = 20_000;

  @TempDir private Path folder;

  private DirectoryListing listing(ListingBudget budget, boolean showsHidden, int limit)
      throws IOException {
    return new DirectoryListing(Listings.TYPES, Listings.root(folder, showsHidden), budget, limit);
  }

  private @Nullable DirectorySnapshot read(DirectoryListing listing) throws IOException {
    return listing.read(folder.toRealPath(), Listings.REQUEST, () -> false);
  }

  @Test
  void everyEntryHasItsKindSizeAndDate() throws IOException {
    Files.createDirectory(folder.resolve("sub"));
    Path file = Files.writeString(folder.resolve("a.png"), "x".repeat(1234));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2024-02-29T23:59:59.9Z")));
    Files.createSymbolicLink(folder.resolve("to-file"), file);
    Files.createSymbolicLink(folder.resolve("to-folder"), folder.resolve("sub"));
    DirectorySnapshot snapshot = Listings.read(folder, "");
    assertEquals(List.of("sub", "to-folder", "a.png", "to-file"), Listings.names(snapshot));
    EntryTable entries = snapshot.entries();
    int image = snapshot.entry(2);
    assertEquals(EntryKind.IMAGE, entries.kind(image));
    assertEquals(1234, entries.octets(image));
    assertEquals(Instant.parse("2024-02-29T23:59:59Z").getEpochSecond(), entries.second(image));
    assertEquals(1234, entries.octets(snapshot.entry(3)));
    assertEquals(EntryKind.DIRECTORY, entries.kind(snapshot.entry(1)));
    assertEquals(2, entries.directories());
    assertEquals(2 * 1234, entries.totalOctets());
  }

  @Test
  void aLinkThatMayNotBeFollowedIsNotShown() throws IOException {
    Path root = Files.createDirectory(folder.resolve("root"));
    Files.writeString(folder.resolve("outside"), "secret");
    Files.writeString(root.resolve("a"), "");
    Files.createSymbolicLink(root.resolve("in"), Path.of("a"));
    Files.createSymbolicLink(root.resolve("out"), Path.of("../outside"));
    Files.createSymbolicLink(root.resolve("dangling"), Path.of("none"));
    assertEquals(List.of("a", "in"), shown(root, Links.WITHIN));
    assertEquals(List.of("a", "in", "out"), shown(root, Links.FOLLOW));
    assertEquals(List.of("a"), shown(root, Links.DENY));
  }

  private static List<String> shown(Path root, Links links) throws IOException {
    DirectoryListing listing =
        new DirectoryListing(
            Listings.TYPES,
            Sites.rules(root, false, links),
            ListingBudget.standard(),
            DirectoryListing.ENTRIES);
    DirectorySnapshot all = listing.read(root.toRealPath(), Listings.REQUEST, () -> false);
    return Listings.names(Objects.requireNonNull(all));
  }

  @Test
  void whatIsNeitherFileNorFolderIsSpecialAndIsNotOpened() throws Exception {
    assertEquals(
        0, new ProcessBuilder("mkfifo", folder.resolve("pipe").toString()).start().waitFor());
    DirectorySnapshot snapshot = Listings.read(folder, "");
    assertEquals(EntryKind.SPECIAL, snapshot.entries().kind(0));
    assertEquals(List.of("pipe"), Listings.names(snapshot));
  }

  @Test
  void hiddenNamesAreShownOnRequestAndDanglingLinksNever() throws IOException {
    Listings.file(folder, ".hidden");
    Listings.file(folder, "shown");
    Files.createSymbolicLink(folder.resolve("dangling"), Path.of("nothing"));
    Files.createSymbolicLink(folder.resolve("circle"), Path.of("circle"));
    assertEquals(List.of("shown"), Listings.names(Listings.read(folder, "")));
    DirectorySnapshot all = read(listing(ListingBudget.standard(), true, 100));
    assertNotNull(all);
    assertEquals(List.of(".hidden", "shown"), Listings.names(all));
  }

  @Test
  void entriesBeyondTheLimitAreCounted() throws IOException {
    for (int i = 0; i < 13; i++) {
      Listings.file(folder, "f" + i);
    }
    DirectorySnapshot snapshot = read(listing(ListingBudget.standard(), false, 10));
    assertNotNull(snapshot);
    assertEquals(10, snapshot.size());
    assertEquals(3, snapshot.omitted());
    String page = Listings.page(snapshot, "/", "");
    assertTrue(page.contains("And 3 more, which are not shown."), page);
    String head = "<p role=\"status\">10 of 13 entries: those that were read first</p>";
    assertTrue(page.contains(head), page);
  }

  @Test
  void manyEntriesAreAllThereOnceAndTakeLittleMemory() throws IOException {
    TreeSet<String> made = new TreeSet<>();
    for (int i = 0; i < MANY; i++) {
      made.add("name of file " + i);
      Files.createFile(folder.resolve("name of file " + i));
    }
    ListingBudget budget = new ListingBudget(Long.MAX_VALUE);
    DirectorySnapshot snapshot = read(listing(budget, false, DirectoryListing.ENTRIES));
    assertNotNull(snapshot);
    assertEquals("name of file 0", Listings.names(snapshot).get(0));
    assertEquals("name of file " + (MANY - 1), Listings.names(snapshot).get(MANY - 1));
    assertEquals(made, new TreeSet<>(Listings.names(snapshot)));
    long octets = budget.taken() / MANY;
    assertTrue(octets >= 45 && octets <= 90, () -> octets + " octets an entry");
    String page = Listings.page(snapshot, "/", "");
    assertEquals(MANY, page.split("<tr><td><a class=", -1).length - 1);
    assertEquals(0, budget.taken());
  }

  /** It would be refused for ever otherwise, however little the others take. */
  @Test
  void aDirectoryLargerThanOneListingMayBeIsCutAndTheRestCounted() throws IOException {
    long need = madeThousandFiles();
    Random random = new Random(642);
    for (int i = 0; i < 20; i++) {
      long half = 40_000 + random.nextLong(need - 40_000);
      ListingBudget tight = new ListingBudget(2 * half);
      DirectorySnapshot cut = read(listing(tight, false, DirectoryListing.ENTRIES));
      assertNotNull(cut);
      assertTrue(cut.size() > 0 && cut.omitted() > 0, () -> cut.size() + " of so much: " + half);
      assertEquals(1000, cut.size() + cut.omitted());
      assertTrue(tight.taken() <= half);
      String page = Listings.page(cut, "/", "");
      assertTrue(page.contains("And " + (1000 - cut.size()) + " more, which are not shown."), page);
      assertEquals(0, tight.taken());
    }
  }

  @Test
  void aBudgetThatOthersHaveEndsTheReadingAndLosesNothing() throws IOException {
    long need = madeThousandFiles();
    ListingBudget enough = new ListingBudget(4 * need); // while a table grows it exists twice
    ListingBudget.Share one = enough.open(Listings.client(2));
    ListingBudget.Share other = enough.open(Listings.client(3));
    assertEquals(ListingBudget.Grant.GIVEN, one.take(2 * need));
    Random random = new Random(642);
    for (int i = 0; i < 20; i++) {
      long taken = 2 * need - random.nextLong(need);
      assertEquals(ListingBudget.Grant.GIVEN, other.take(taken));
      assertNull(read(listing(enough, false, DirectoryListing.ENTRIES)));
      assertEquals(2 * need + taken, enough.taken());
      other.giveBack(taken);
    }
    DirectorySnapshot whole = read(listing(enough, false, DirectoryListing.ENTRIES));
    assertNotNull(whole);
    assertEquals(1000, whole.size());
    assertEquals(0, whole.omitted());
  }

  /** A thousand files, and what a listing of them takes in the end. */
  private long madeThousandFiles() throws IOException {
    for (int i = 0; i < 1000; i++) {
      Listings.file(folder, "file" + i);
    }
    ListingBudget roomy = new ListingBudget(Long.MAX_VALUE);
    assertNotNull(read(listing(roomy, false, DirectoryListing.ENTRIES)));
    return roomy.taken();
  }

  @Test
  void aFolderThatCannotBeReadTakesNothing() {
    ListingBudget budget = new ListingBudget(Long.MAX_VALUE);
    assertThrows(
        NoSuchFileException.class,
        () ->
            listing(budget, false, 10)
                .read(folder.resolve("nothing"), Listings.REQUEST, () -> false));
    assertEquals(0, budget.taken());
  }

  @Test
  void whatNobodyWaitsForIsNotReadToItsEnd() throws IOException {
    for (int i = 0; i < 10; i++) {
      Listings.file(folder, "f" + i);
    }
    int[] asked = {0};
    DirectorySnapshot snapshot =
        listing(ListingBudget.standard(), false, 100)
            .read(folder.toRealPath(), Listings.REQUEST, () -> ++asked[0] > 4);
    assertNotNull(snapshot);
    assertEquals(4, snapshot.size());
  }
}
