package passerelle.cgi;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import passerelle.io.OctetPath;

/**
 * The script that a URL path names, and what is left of the path behind it (RFC 3875 §4.1.5,
 * §4.1.13).
 *
 * <p>All text has one character per octet.
 *
 * <p>Immutable.
 *
 * @param file the script's file
 * @param fileOctets its absolute name
 * @param scriptName the part of the URL path that names the script
 * @param pathInfo the rest, empty or beginning with a slash
 */
record ScriptPath(Path file, String fileOctets, String scriptName, String pathInfo) {
  /** How the name of a script begins that speaks to the client itself (§5). */
  static final String NON_PARSED_HEADER = "nph-";

  /** What a look-up came to when it found no file. */
  enum Miss {
    /** There is no such file. */
    NOTHING,
    /** The path names a directory. */
    DIRECTORY,
    /** There is something that must not be touched: outside the folder, or no regular file. */
    FORBIDDEN
  }

  /** Either a path or a miss. */
  record Lookup(@Nullable ScriptPath script, @Nullable Miss miss) {}

  /** The extension of the file's name with its dot, in lower case; empty if it has none. */
  String extension() {
    return ScriptRule.extension(fileOctets.substring(fileOctets.lastIndexOf('/') + 1));
  }

  /** What its log lines call it: its URL path, or its file where one program is the whole site. */
  String displayName() {
    return scriptName.isEmpty() ? fileOctets : scriptName;
  }

  /** Whether the script speaks to the client itself, without the server's head (§5). */
  boolean isNonParsedHeader() {
    return scriptName.startsWith(NON_PARSED_HEADER, scriptName.lastIndexOf('/') + 1);
  }

  /** The directory that the file lies in. */
  String directoryOctets() {
    return fileOctets.substring(0, Math.max(1, fileOctets.lastIndexOf('/')));
  }

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
          String octets = OctetPath.octets(real);
          return new Lookup(
              new ScriptPath(real, octets, prefix + rest.substring(0, end), rest.substring(end)),
              null);
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
