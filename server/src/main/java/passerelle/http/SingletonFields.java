package passerelle.http;

import java.util.Set;
import passerelle.io.Ascii;

/**
 * Fields of a response that are no lists: it says each once at most (RFC 9110 §5.3, §5.5). Nobody
 * can tell what two of them mean; one client takes the first, the next the last, and a cache
 * neither. Age and Expires are not among them: RFC 9111 §4.2.1 says what two of them mean, and
 * programs such as git's do send two.
 *
 * <p>Immutable.
 */
public final class SingletonFields {
  private static final Set<String> NAMES =
      Set.of(
          "content-disposition",
          "content-length",
          "content-location",
          "content-range",
          "content-type",
          "date",
          "etag",
          "last-modified",
          "location",
          "retry-after",
          "server");

  private SingletonFields() {}

  /** Whether the field with this name, in any case, is one of them. */
  public static boolean has(String name) {
    return NAMES.contains(Ascii.lower(name));
  }
}
