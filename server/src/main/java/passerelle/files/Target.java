package passerelle.files;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A regular file that a path leads to, and the files beside it that hold it in other codings.
 *
 * <p>Immutable.
 *
 * @param file the file
 * @param siblings the files beside it, by their coding
 */
public record Target(Located file, Map<Coding, Located> siblings) {
  /** The file's real path. */
  Path path() {
    return file.path();
  }

  /** The file's attributes. */
  BasicFileAttributes attributes() {
    return file.attributes();
  }

  /** The file beside it that holds a coding, or null. */
  @Nullable Located sibling(Coding coding) {
    return siblings.get(coding);
  }
}
