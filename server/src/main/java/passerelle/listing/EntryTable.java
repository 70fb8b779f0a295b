package passerelle.listing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import passerelle.listing.ListingBudget.Grant;

/**
 * The entries of a directory in columns; one worker fills it, then nobody changes it any more.
 *
 * <p>All memory is taken from a share of the budget before it is used.
 *
 * <p>Confined to one worker.
 */
final class EntryTable {
  private static final int FIRST_ENTRIES = 64;
  private static final int FIRST_OCTETS = 1024;

  /** The end of a name, its size, its date, its kind, and twice its place in the order. */
  private static final int OCTETS_PER_ENTRY =
      Integer.BYTES + Long.BYTES + Long.BYTES + 1 + 2 * Integer.BYTES;

  private final ListingBudget.Share share;
  private byte[] names = new byte[0];
  private int[] nameEnds = new int[0];
  private long[] sizes = new long[0];
  private long[] seconds = new long[0];
  private byte[] kinds = new byte[0];
  private int count;
  private int directories;
  private long totalOctets;

  EntryTable(ListingBudget.Share share) {
    this.share = share;
  }

  /**
   * Adds an entry.
   *
   * @param name one character per octet
   * @param octets the size of a file
   * @param second when it was changed, in seconds since 1970
   * @return whether the budget allows it; if not, nothing was added
   */
  Grant add(String name, EntryKind kind, long octets, long second) {
    int from = nameStart(count);
    int end = from + name.length();
    Grant grant = count == kinds.length ? grow() : Grant.GIVEN;
    if (grant == Grant.GIVEN && end > names.length) {
      grant = growNames(end);
    }
    if (grant != Grant.GIVEN) {
      return grant;
    }
    byte[] octetsOfName = name.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(octetsOfName, 0, names, from, octetsOfName.length);
    nameEnds[count] = end;
    seconds[count] = second;
    kinds[count] = kind.octet();
    sizes[count] = isSized(kind) ? octets : 0;
    totalOctets += sizes[count];
    directories += kind == EntryKind.DIRECTORY ? 1 : 0;
    count++;
    return Grant.GIVEN;
  }

  private static boolean isSized(EntryKind kind) {
    return kind != EntryKind.DIRECTORY && kind != EntryKind.SPECIAL;
  }

  private Grant grow() {
    int more = Math.max(FIRST_ENTRIES, count / 2);
    int wanted = count + more;
    // While they are copied, the old columns and the new ones exist.
    Grant grant = share.take((long) wanted * OCTETS_PER_ENTRY);
    if (grant != Grant.GIVEN) {
      return grant;
    }
    nameEnds = Arrays.copyOf(nameEnds, wanted);
    sizes = Arrays.copyOf(sizes, wanted);
    seconds = Arrays.copyOf(seconds, wanted);
    kinds = Arrays.copyOf(kinds, wanted);
    share.giveBack((long) count * OCTETS_PER_ENTRY);
    return Grant.GIVEN;
  }

  private Grant growNames(int least) {
    int old = names.length;
    int wanted = Math.max(least, Math.max(FIRST_OCTETS, old + old / 2));
    Grant grant = share.take(wanted);
    if (grant == Grant.GIVEN) {
      names = Arrays.copyOf(names, wanted);
      share.giveBack(old);
    }
    return grant;
  }

  /** How many entries there are. */
  int count() {
    return count;
  }

  /** How many of them are directories. */
  int directories() {
    return directories;
  }

  /** The size of all files together. */
  long totalOctets() {
    return totalOctets;
  }

  /** The octets of all names, one after the other; for reading only. */
  byte[] names() {
    return names;
  }

  /** Where the name of an entry begins. */
  int nameStart(int entry) {
    return entry == 0 ? 0 : nameEnds[entry - 1];
  }

  /** Where the name of an entry ends. */
  int nameEnd(int entry) {
    return nameEnds[entry];
  }

  /** The name of an entry, one character per octet. */
  String name(int entry) {
    int from = nameStart(entry);
    return new String(names, from, nameEnd(entry) - from, StandardCharsets.ISO_8859_1);
  }

  /** What an entry is. */
  EntryKind kind(int entry) {
    return EntryKind.of(kinds[entry]);
  }

  /** Whether an entry is a directory, or a link to one. */
  boolean isDirectory(int entry) {
    return kinds[entry] == EntryKind.DIRECTORY.octet();
  }

  /** Whether an entry has a size. */
  boolean isFile(int entry) {
    return isSized(kind(entry));
  }

  /** The size of a file; 0 for anything else. */
  long octets(int entry) {
    return sizes[entry];
  }

  /** When an entry was changed, in seconds since 1970. */
  long second(int entry) {
    return seconds[entry];
  }
}
