package passerelle.app;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * An option's {@code PREFIX[=DIR]}: a URL prefix, and the folder that stands for it.
 *
 * <p>Immutable.
 *
 * @param prefix without a slash at its end, unless it is nothing else
 * @param path the folder; null for that of the prefix's name in the served directory
 */
record FolderOption(String prefix, @Nullable Path path) {
  /** Reads what was given; says what is wrong if it makes no sense. */
  static FolderOption of(String option, String given) throws IOException {
    int equals = given.indexOf('=');
    String prefix = prefix(option, equals < 0 ? given : given.substring(0, equals));
    if (equals + 1 == given.length()) {
      throw new IllegalArgumentException(
          option
              + " "
              + Mistakes.shown(given)
              + " names no folder; leave the = away for the one in the served directory");
    }
    if (equals >= 0 && prefix.equals("/")) {
      throw new IllegalArgumentException(
          option + " / takes no folder: it is for the directory that is served");
    }
    Path path = equals < 0 ? null : RawProcess.path(given.substring(equals + 1));
    return new FolderOption(prefix, path);
  }

  /** A URL prefix without a slash at its end. */
  static String prefix(String option, String prefix) {
    if (!prefix.startsWith("/") || prefix.contains("//") || prefix.contains("/.")) {
      throw new IllegalArgumentException(
          option
              + " takes a URL prefix that begins with a slash, such as /cgi-bin, not "
              + Mistakes.shown(prefix));
    }
    int end = prefix.length();
    while (end > 1 && prefix.charAt(end - 1) == '/') {
      end--;
    }
    return prefix.substring(0, end);
  }
}
