package passerelle.listing;

/**
 * What a directory held when it was read, sorted: a few arrays, no object for an entry, about 25
 * octets and the name for each.
 *
 * <p>An entry is known by its index, in no order of any meaning; {@link #entry} gives the index of
 * the first, the second and so on of the order. Names are octets. {@link #close} gives the memory
 * back to the budget, once the snapshot is no longer used.
 *
 * <p>Immutable.
 */
final class DirectorySnapshot implements AutoCloseable {
  private final EntryTable entries;
  private final int[] order;
  private final int omitted;
  private final ListingBudget.Share share;

  /**
   * A snapshot over what a worker gathered, which belongs to it from now on.
   *
   * @param order the indices of all entries, sorted
   * @param omitted how many entries there are beyond those
   */
  DirectorySnapshot(EntryTable entries, int[] order, int omitted, ListingBudget.Share share) {
    this.entries = entries;
    this.order = order;
    this.omitted = omitted;
    this.share = share;
  }

  /** How many entries there are to show. */
  int size() {
    return order.length;
  }

  /** How many more the directory has. */
  int omitted() {
    return omitted;
  }

  /** The index of the entry at a place of the order. */
  int entry(int rank) {
    return order[rank];
  }

  /** The entries, by index. */
  EntryTable entries() {
    return entries;
  }

  /** Gives the memory back to the budget; a second time does nothing. */
  @Override
  public void close() {
    share.close();
  }
}
