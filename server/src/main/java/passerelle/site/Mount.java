package passerelle.site;

import java.nio.file.Path;

/**
 * What the URLs below a prefix lead to.
 *
 * <p>Immutable.
 *
 * @param prefix such as {@code /cgi-bin}, decoded, one character per octet, without a slash at its
 *     end; empty for all URLs that no other prefix fits
 * @param kind what stands there
 * @param path the absolute path of the folder or the program; links in it are followed anew when
 *     they change
 */
public record Mount(String prefix, Kind kind, Path path) {
  /** What can stand below a prefix. */
  public enum Kind {
    /** A folder of files to send. */
    FILES,
    /** A folder with nothing but scripts. */
    SCRIPTS,
    /** A folder of files and scripts, told apart by a {@link ScriptRule}. */
    MIXED,
    /** One program, which answers all URLs. */
    PROGRAM;

    /** Whether files of the folder are sent. */
    public boolean hasPages() {
      return this == FILES || this == MIXED;
    }

    /** Whether anything there is run. */
    public boolean hasScripts() {
      return this != FILES;
    }
  }

  /** Whether it stands for all URLs that no other prefix fits. */
  public boolean isRoot() {
    return prefix.isEmpty();
  }
}
