package passerelle.site;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Predicate;
import passerelle.gateway.Script;
import passerelle.io.OctetPath;

/**
 * Tells scripts from pages in a folder that holds both: a script has a script's extension, or may
 * be executed and is not a page, a picture or the like.
 *
 * <p>Immutable.
 *
 * @param extensions of scripts, with the dot, in lower case
 * @param isPage whether a file name is that of a page or a picture, by its extension
 */
public record ScriptRule(Set<String> extensions, Predicate<String> isPage) {
  /** Scripts by convention, though no interpreter belongs to them. */
  static final String CGI_EXTENSION = ".cgi";

  /** Whether a real path is that of a script. */
  public boolean isScript(Path path) {
    if (!Files.isRegularFile(path)) {
      return false;
    }
    String name = OctetPath.lastName(path);
    return isScriptName(name, extensions) || (Files.isExecutable(path) && !isPage.test(name));
  }

  /** Whether a file's name alone makes it a script. */
  static boolean isScriptName(String name, Set<String> extensions) {
    String extension = Script.extension(name);
    return extensions.contains(extension) || extension.equals(CGI_EXTENSION);
  }
}
