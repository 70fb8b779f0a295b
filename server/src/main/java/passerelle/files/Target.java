package passerelle.files;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import passerelle.files.DocumentRoot.Found;
import passerelle.http.Status;

/**
 * Where a URL path leads: what was found, and the files beside it that hold it in other codings.
 *
 * <p>Immutable.
 *
 * @param found what there is; a directory only if it has no index page
 * @param siblings the files beside it, by their coding
 */
record Target(Found found, Map<Coding, Found> siblings) {
  /** The real path, or null if there is nothing. */
  @Nullable Path path() {
    return found.path();
  }

  /** The attributes, or null if there is nothing. */
  @Nullable BasicFileAttributes attributes() {
    return found.attributes();
  }

  /** The file beside it that holds a coding, or null. */
  @Nullable Found sibling(Coding coding) {
    return siblings.get(coding);
  }

  /** Whether there is nothing at all. */
  boolean isMissing() {
    return found.status().equals(Status.NOT_FOUND);
  }
}
