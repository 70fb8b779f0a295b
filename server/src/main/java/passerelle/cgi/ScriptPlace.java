package passerelle.cgi;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import passerelle.process.LaunchFailure;

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
  Script program(String urlPath) {
    return Script.mounted(path, prefix, urlPath.substring(prefix.length()));
  }

  /** Why the program could not be started, and what to do about it; null if it could. */
  public @Nullable String trouble(CgiSettings settings) {
    try {
      ScriptCommand.of(program(prefix), settings.inherited(), settings.interpreters());
      return null;
    } catch (LaunchFailure e) {
      return e.getMessage();
    }
  }
}
