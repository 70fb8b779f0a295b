package passerelle.cgi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import passerelle.gateway.Script;
import passerelle.io.OctetPath;

/**
 * Walks a URL path to the script that it names.
 *
 * <p>Immutable.
 */
final class ScriptPath {
  private ScriptPath() {}

  /** What a look-up came to when it found no file. */
  enum Miss {
    /** There is no such file. */
    NOTHING,
    /** The path names a directory. */
    DIRECTORY,
    /** There is something that must not be touched: outside the folder, or no regular file. */
    FORBIDDEN
  }

  /** Either a script or a miss. */
  record Lookup(@Nullable Script script, @Nullable Miss miss) {}

  /**
   * Walks a decoded path segment by segment to the first regular file.
   *
   * @param folder the real path of the scripts' folder
   * @param prefix the URL prefix that stands for the folder, without a trailing slash
   * @param urlPath a decoded URL path below the prefix, free of dot segments
   */
  static Lookup find(Path folder, String prefix, String urlPath) {
    String folderOctets = OctetPath.octets(folder);
    String base = folderOctets.equals("/") ? "" : folderOctets;
    String rest = urlPath.substring(prefix.length());
    int end = 0;
    while (end < rest.length()) {
      int slash = rest.indexOf('/', end + 1);
      end = slash < 0 ? rest.length() : slash;
      if (end == 1) {
        break;
      }
      if (rest.charAt(rest.lastIndexOf('/', end - 1) + 1) == '.') {
        return new Lookup(null, Miss.NOTHING); // hidden, as among the files
      }
      try {
        Path real = OctetPath.of(base + rest.substring(0, end)).toRealPath();
        if (!real.startsWith(folder)) {
          return new Lookup(null, Miss.FORBIDDEN);
        }
        BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
        if (attributes.isRegularFile()) {
          String name = prefix + rest.substring(0, end);
          return new Lookup(Script.of(real, name, rest.substring(end)), null);
        }
        if (!attributes.isDirectory()) {
          return new Lookup(null, Miss.FORBIDDEN);
        }
      } catch (IOException e) {
        return new Lookup(null, Miss.NOTHING);
      }
      if (end == rest.length() - 1) {
        break;
      }
    }
    return new Lookup(null, Miss.DIRECTORY);
  }
}
