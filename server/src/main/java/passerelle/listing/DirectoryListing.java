package passerelle.listing;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.http.Deferral;
import passerelle.http.Refusal;
import passerelle.http.Status;
import passerelle.io.OctetPath;
import passerelle.listing.ListingBudget.Grant;
import passerelle.posix.OpenDirectory;

/**
 * Reads directories, and answers with what they hold: as a page, or as JSON.
 *
 * <p>Reading happens on a worker, since it may wait for the disk, and ends in a {@link
 * DirectorySnapshot}. The page is made from that on the loop, piece by piece, while it is sent; so
 * however long it is and however slowly it is read, it holds the snapshot and no worker. The memory
 * of all snapshots together is bounded by a {@link ListingBudget}; a directory that is larger than
 * one of them may be has a part of its entries shown, and the others counted.
 *
 * <p>Safe from any thread.
 */
public final class DirectoryListing {
  /** How many entries a listing shows at most, unless somebody says otherwise. */
  public static final int ENTRIES = 1_000_000;

  /** What a listing takes beside its entries: the piece being written, and some objects. */
  private static final int FIXED_OCTETS = 32 * 1024;

  private static final Logger log = LoggerFactory.getLogger(DirectoryListing.class);

  private final UnaryOperator<String> types;
  private final EntryRules rules;
  private final ListingBudget budget;
  private final int entryLimit;

  /**
   * Listings with the memory of a budget.
   *
   * @param types gives the media type of a name, to tell one kind of file from another
   * @param rules says which names and links lead anywhere
   * @param entryLimit how many entries are shown at most; more are counted
   */
  public DirectoryListing(
      UnaryOperator<String> types, EntryRules rules, ListingBudget budget, int entryLimit) {
    this.types = types;
    this.rules = rules;
    this.budget = budget;
    this.entryLimit = entryLimit;
  }

  /**
   * Reads a directory and makes the answer to a request for it. On a worker.
   *
   * @param isUnwanted says when nobody waits for the answer any more
   */
  public Deferral.Answer answer(
      Path directory, ListingRequest request, BooleanSupplier isUnwanted) {
    try {
      // The fields of an answer to HEAD need the directory opened, but none of its entries.
      BooleanSupplier isEnough = request.isHead() ? () -> true : isUnwanted;
      DirectorySnapshot snapshot = read(directory, request, isEnough);
      return snapshot == null ? Refusal.of(Status.SERVICE_UNAVAILABLE) : answer(request, snapshot);
    } catch (IOException e) {
      return Refusal.of(rules.statusOf(e));
    }
  }

  /** The answer, which owns the snapshot; if it cannot be made, that is closed. */
  static Deferral.Answer answer(ListingRequest request, DirectorySnapshot snapshot) {
    Deferral.Answer answer = null;
    try {
      if (request.isJson() && snapshot.omitted() > 0) {
        return tooLarge(snapshot); // a program would take the part for the whole
      }
      answer = ListingAnswer.of(request, snapshot);
      return answer;
    } finally {
      if (answer == null) {
        snapshot.close();
      }
    }
  }

  private static Refusal tooLarge(DirectorySnapshot snapshot) {
    return Refusal.of(Status.INSUFFICIENT_STORAGE)
        .because(
            "The folder has more entries than a list can hold here: "
                + EntryText.grouped((long) snapshot.size() + snapshot.omitted())
                + ".");
  }

  /**
   * Reads a directory; null if other listings, or those of this client, have used their part of the
   * budget up. On a worker.
   *
   * @param isEnough asked before each entry; once it says true the rest is left out
   */
  @Nullable DirectorySnapshot read(Path directory, ListingRequest request, BooleanSupplier isEnough)
      throws IOException {
    ListingBudget.Share share = budget.open(request.client());
    DirectorySnapshot snapshot = null;
    try {
      boolean hasRoom = share.take(FIXED_OCTETS) == Grant.GIVEN;
      snapshot = hasRoom ? read(directory, request.order(), share, isEnough) : null;
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } finally { // closing the directory may fail too
      if (snapshot == null) {
        share.close();
      }
    }
    if (snapshot == null) {
      log.warn("other listings have the memory for that of {}: it is 503 for now", directory);
    } else if (snapshot.omitted() > 0) {
      log.warn(
          "the listing of {} has {} entries and lacks {}{}",
          directory,
          snapshot.size(),
          snapshot.omitted(),
          snapshot.size() < entryLimit ? ": start Java with more memory, as in -Xmx2g" : "");
    }
    return snapshot;
  }

  private @Nullable DirectorySnapshot read(
      Path directory, ListingOrder order, ListingBudget.Share share, BooleanSupplier isEnough)
      throws IOException {
    try (OpenDirectory open = OpenDirectory.open(directory);
        DirectoryStream<Path> stream = Files.newDirectoryStream(open.path())) {
      return read(stream, order, share, isEnough);
    }
  }

  private @Nullable DirectorySnapshot read(
      Iterable<Path> paths,
      ListingOrder order,
      ListingBudget.Share share,
      BooleanSupplier isEnough) {
    EntryTable entries = new EntryTable(share);
    int omitted = 0;
    for (Path path : paths) {
      if (isEnough.getAsBoolean()) {
        break;
      }
      String name = OctetPath.lastName(path);
      if (!rules.isShown(name)) {
        continue;
      }
      Grant grant =
          omitted > 0 || entries.count() == entryLimit ? Grant.TOO_LARGE : add(entries, path, name);
      if (grant == Grant.TAKEN_BY_OTHERS) {
        return null;
      }
      omitted += grant == Grant.TOO_LARGE ? 1 : 0;
    }
    return new DirectorySnapshot(entries, EntrySorter.sort(entries, order), omitted, share);
  }

  /**
   * Adds an entry, unless it is a link that leads nowhere; returns whether the budget allows it.
   */
  private Grant add(EntryTable entries, Path path, String name) {
    BasicFileAttributes attributes;
    try {
      attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (attributes.isSymbolicLink()) {
        if (!rules.mayFollow(path)) {
          return Grant.GIVEN;
        }
        attributes = Files.readAttributes(path, BasicFileAttributes.class);
      }
    } catch (FileSystemException e) {
      log.debug("{} is left out of its listing", path, e); // a dangling link, or just deleted
      return Grant.GIVEN;
    } catch (IOException e) {
      log.warn("{} is left out of its listing", path, e);
      return Grant.GIVEN;
    }
    EntryKind kind = EntryKind.SPECIAL;
    if (attributes.isDirectory()) {
      kind = EntryKind.DIRECTORY;
    } else if (attributes.isRegularFile()) {
      kind = EntryKind.ofType(types.apply(name));
    }
    long second = attributes.lastModifiedTime().to(TimeUnit.SECONDS);
    return entries.add(name, kind, attributes.size(), second);
  }
}
