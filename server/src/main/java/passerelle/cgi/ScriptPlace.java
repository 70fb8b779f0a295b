package passerelle.cgi;

import java.nio.file.Path;
import passerelle.gateway.Script;

/**
 * Where the scripts for the URLs below a prefix are: in a folder, or it is a single program that
 * answers them all.
 *
 * <p>Immutable.
 *
 * @param prefix the URL prefix, without a trailing slash
 * @param path the real path of the folder or the program
 * @param isProgram whether it is a program
 */
public record ScriptPlace(String prefix, Path path, boolean isProgram) {
  /**
   * The program, for a URL path; only if it is one.
   *
   * @param urlPath a decoded URL path below the prefix, free of dot segments
   */
  public Script program(String urlPath) {
    return Script.mounted(path, prefix, urlPath.substring(prefix.length()));
  }
}
