package passerelle.listing;

/**
 * By what a listing is sorted.
 *
 * <p>Immutable.
 */
public enum SortKey {
  NAME("name", false),
  SIZE("size", true),
  DATE("date", true);

  private final String word;
  private final boolean isDescendingFirst;

  SortKey(String word, boolean isDescendingFirst) {
    this.word = word;
    this.isDescendingFirst = isDescendingFirst;
  }

  /** What it is called in a query. */
  String word() {
    return word;
  }

  /** Whether people look for the large end first: the largest, the latest. */
  boolean isDescendingFirst() {
    return isDescendingFirst;
  }
}
