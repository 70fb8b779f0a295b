package passerelle.gateway;

import java.nio.file.Path;
import passerelle.io.Ascii;
import passerelle.io.OctetPath;

/**
 * A script that was found, and what is left of the path behind it (RFC 3875 §4.1.5, §4.1.13).
 *
 * <p>All text has one character per octet.
 *
 * <p>Immutable.
 *
 * @param file the real path of its file
 * @param fileOctets that path as text
 * @param scriptName the part of the URL path that names the script, without a trailing slash
 * @param pathInfo the rest of the URL path, decoded; empty or beginning with a slash
 * @param isNonParsedHeader whether it speaks to the client itself, without the server's head (§5)
 */
public record Script(
    Path file, String fileOctets, String scriptName, String pathInfo, boolean isNonParsedHeader) {
  /** How the name of a script begins that speaks to the client itself (§5). */
  private static final String NON_PARSED_HEADER = "nph-";

  /** A script of a folder: the name in the URL says whether it speaks to the client itself. */
  public static Script of(Path file, String scriptName, String pathInfo) {
    String name = scriptName.substring(scriptName.lastIndexOf('/') + 1);
    return new Script(file, OctetPath.octets(file), scriptName, pathInfo, isNonParsed(name));
  }

  /** A program that answers for all of a prefix: the name of its file says so. */
  public static Script mounted(Path file, String prefix, String pathInfo) {
    boolean isNonParsed = isNonParsed(OctetPath.lastName(file));
    return new Script(file, OctetPath.octets(file), prefix, pathInfo, isNonParsed);
  }

  private static boolean isNonParsed(String name) {
    return name.startsWith(NON_PARSED_HEADER);
  }

  /** The extension of the file's name with its dot, in lower case; empty if it has none. */
  public String extension() {
    return extension(fileOctets.substring(fileOctets.lastIndexOf('/') + 1));
  }

  /** The extension of a file name with its dot, in lower case; empty if it has none. */
  public static String extension(String name) {
    int dot = name.lastIndexOf('.');
    return dot <= 0 ? "" : Ascii.lower(name.substring(dot));
  }

  /** What its log lines call it: its URL path, or its file where one program is the whole site. */
  public String displayName() {
    return scriptName.isEmpty() ? fileOctets : scriptName;
  }

  /** The directory that the file lies in. */
  public String directoryOctets() {
    return fileOctets.substring(0, Math.max(1, fileOctets.lastIndexOf('/')));
  }
}
