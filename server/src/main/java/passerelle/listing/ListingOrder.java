package passerelle.listing;

/**
 * In which order a listing shows its entries: what the query {@code sort=size&order=desc} says.
 *
 * <p>Immutable.
 */
public record ListingOrder(SortKey key, boolean isDescending) {
  private static final String SORT = "sort=";
  private static final String DESCENDING = "order=desc";

  /** Reads a query; by name, ascending, is what unknown values mean. */
  static ListingOrder of(String query) {
    SortKey key = SortKey.NAME;
    boolean isDescending = false;
    for (String part : query.split("&", -1)) {
      isDescending |= part.equals(DESCENDING);
      for (SortKey candidate : SortKey.values()) {
        if (part.startsWith(SORT) && part.substring(SORT.length()).equals(candidate.word())) {
          key = candidate;
        }
      }
    }
    return new ListingOrder(key, isDescending);
  }

  /** The order that a click on the head of a column asks for, if this is the present one. */
  ListingOrder after(SortKey clicked) {
    return new ListingOrder(clicked, clicked == key ? !isDescending : clicked.isDescendingFirst());
  }

  /** The query that asks for this order, as a relative reference. */
  String reference() {
    return "?" + SORT + key.word() + "&order=" + (isDescending ? "desc" : "asc");
  }
}
