package passerelle.jar;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Other places, whose paths are in ASCII, for those who understand no other; where the tests are in
 * such a place, nothing is made. They are gone when the tests' JVM has ended.
 *
 * <p>Immutable.
 */
final class PlainPlace {
  private static final Path PLAIN = Path.of("/tmp");

  private PlainPlace() {}

  /** A file, or a copy of it: a JVM in the locale C opens no jar by any other path. */
  static Path copyOf(Path file) {
    try {
      if (isPlain(file)) {
        return file;
      }
      Path copy = Files.createTempFile(PLAIN, "passerelle-it", ".copy");
      copy.toFile().deleteOnExit();
      Files.write(copy, Files.readAllBytes(file));
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A folder, or a link to it. */
  static Path linkTo(Path folder) throws IOException {
    if (isPlain(folder)) {
      return folder;
    }
    Path place = Files.createTempDirectory(PLAIN, "passerelle-it");
    place.toFile().deleteOnExit();
    Path link = Files.createSymbolicLink(place.resolve("link"), folder);
    link.toFile().deleteOnExit();
    return link;
  }

  private static boolean isPlain(Path path) {
    return StandardCharsets.US_ASCII.newEncoder().canEncode(path.toString());
  }
}
