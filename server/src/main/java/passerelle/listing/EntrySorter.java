package passerelle.listing;

import java.util.Arrays;
import passerelle.io.Ascii;

/**
 * Sorts the indices of a table's entries: directories first, then by the order asked for, then by
 * name.
 *
 * <p>Names are compared as people do: letters without their case (A to Z), runs of digits as
 * numbers, so that {@code file9} comes before {@code File10}. It is a merge sort, since the JDK
 * sorts no {@code int}s by a rule of ours, and an object for each entry is what we avoid.
 *
 * <p>Confined to one worker.
 */
final class EntrySorter {
  private final EntryTable entries;
  private final ListingOrder order;

  private EntrySorter(EntryTable entries, ListingOrder order) {
    this.entries = entries;
    this.order = order;
  }

  /** The indices of all entries, sorted. */
  static int[] sort(EntryTable entries, ListingOrder order) {
    int[] sorted = new int[entries.count()];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = i;
    }
    new EntrySorter(entries, order).sort(sorted.clone(), sorted, 0, sorted.length);
    return sorted;
  }

  /** Sorts a part of {@code target}; {@code spare} holds the same indices there before. */
  private void sort(int[] spare, int[] target, int from, int to) {
    if (to - from < 2) {
      return;
    }
    int middle = (from + to) >>> 1;
    sort(target, spare, from, middle);
    sort(target, spare, middle, to);
    int left = from;
    int right = middle;
    for (int i = from; i < to; i++) {
      boolean takesLeft = right >= to || (left < middle && compare(spare[left], spare[right]) <= 0);
      target[i] = takesLeft ? spare[left++] : spare[right++];
    }
  }

  private int compare(int a, int b) {
    boolean isDirectory = entries.isDirectory(a);
    if (isDirectory != entries.isDirectory(b)) {
      return isDirectory ? -1 : 1;
    }
    int result =
        switch (order.key()) {
          case NAME -> compareNames(a, b);
          case SIZE -> Long.compare(entries.octets(a), entries.octets(b));
          case DATE -> Long.compare(entries.second(a), entries.second(b));
        };
    if (result == 0) {
      return order.key() == SortKey.NAME ? 0 : compareNames(a, b);
    }
    return order.isDescending() ? -result : result;
  }

  private int compareNames(int a, int b) {
    byte[] names = entries.names();
    int atA = entries.nameStart(a);
    int atB = entries.nameStart(b);
    int endA = entries.nameEnd(a);
    int endB = entries.nameEnd(b);
    while (atA < endA && atB < endB) {
      int octetA = names[atA] & 0xff;
      int octetB = names[atB] & 0xff;
      if (Ascii.is(octetA, Ascii.DIGIT) && Ascii.is(octetB, Ascii.DIGIT)) {
        atA = skipZeros(names, atA, endA);
        atB = skipZeros(names, atB, endB);
        int digitsEndA = skipDigits(names, atA, endA);
        int digitsEndB = skipDigits(names, atB, endB);
        int result = Integer.compare(digitsEndA - atA, digitsEndB - atB);
        if (result == 0) {
          result = Arrays.compare(names, atA, digitsEndA, names, atB, digitsEndB);
        }
        if (result != 0) {
          return result;
        }
        atA = digitsEndA;
        atB = digitsEndB;
      } else {
        int result = Ascii.lower(octetA) - Ascii.lower(octetB);
        if (result != 0) {
          return result;
        }
        atA++;
        atB++;
      }
    }
    int result = Integer.compare(endA - atA, endB - atB);
    return result != 0
        ? result
        : Arrays.compareUnsigned(
            names, entries.nameStart(a), endA, names, entries.nameStart(b), endB);
  }

  private static int skipZeros(byte[] names, int from, int end) {
    int at = from;
    while (at < end && names[at] == '0') {
      at++;
    }
    return at;
  }

  private static int skipDigits(byte[] names, int from, int end) {
    int at = from;
    while (at < end && Ascii.is(names[at], Ascii.DIGIT)) {
      at++;
    }
    return at;
  }
}
