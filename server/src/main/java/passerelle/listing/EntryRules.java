package passerelle.listing;

import java.io.IOException;
import java.nio.file.Path;
import passerelle.http.Status;

/**
 * What a site says of the entries of its directories.
 *
 * <p>Answers may wait for the disk: they are for workers.
 *
 * <p>Safe from any thread.
 */
public interface EntryRules {
  /** Whether a name, one character per octet, leads anywhere, as far as the name alone tells. */
  boolean isShown(String name);

  /**
   * Whether a link may be followed to where it leads.
   *
   * @throws IOException if it leads nowhere
   */
  boolean mayFollow(Path link) throws IOException;

  /** What it means for the client that a directory, found a moment ago, cannot be read. */
  Status statusOf(IOException failure);
}
