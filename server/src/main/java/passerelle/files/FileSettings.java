package passerelle.files;

import java.util.List;

/**
 * What is served of a directory, and how.
 *
 * <p>Immutable.
 *
 * @param indexNames the names of index pages, the first that exists wins; one character per octet
 * @param isListing whether a directory without an index page shows what it holds
 * @param showsHidden whether names that begin with a dot are served
 * @param links which symbolic links are followed
 * @param cacheControl the Cache-Control value of files
 * @param isCrossOrigin whether scripts of other origins may read the files
 * @param isSinglePage whether the start page answers for what is not there
 * @param leastGzip the smallest file that is compressed on the fly, in octets
 * @param mostGzip the largest; less than the smallest for none
 */
public record FileSettings(
    List<String> indexNames,
    boolean isListing,
    boolean showsHidden,
    Links links,
    String cacheControl,
    boolean isCrossOrigin,
    boolean isSinglePage,
    long leastGzip,
    long mostGzip) {

  /** Which symbolic links are followed. */
  public enum Links {
    /** Those that lead to a place inside the root. */
    WITHIN,
    /** All. */
    FOLLOW,
    /** None. */
    DENY
  }

  /** What a server does that was not told otherwise. */
  public static FileSettings standard() {
    return new FileSettings(
        List.of("index.html"),
        true,
        false,
        Links.WITHIN,
        "no-cache",
        false,
        false,
        1024,
        4 * 1024 * 1024);
  }
}
