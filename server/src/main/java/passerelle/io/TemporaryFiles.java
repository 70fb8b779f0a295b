package passerelle.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Makes temporary files, which whoever asked for them deletes.
 *
 * <p>Safe from any thread.
 */
@FunctionalInterface
public interface TemporaryFiles {
  /** Files in the system's folder for them, which a killed process leaves there. */
  TemporaryFiles PLAIN = ending -> Files.createTempFile("passerelle-", ending);

  /**
   * A new, empty file that only this user can read. It may wait for the disk.
   *
   * @param ending of its name
   */
  Path newFile(String ending) throws IOException;
}
