package passerelle.jar;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files whose names are octets, made whatever the locale of the tests is.
 *
 * <p>Immutable.
 */
final class Names {
  private Names() {}

  /** The path of a file in a folder; its name is percent-encoded, and of any octets. */
  static Path child(Path folder, String percentEncoded) {
    String base = folder.toUri().toString();
    return Path.of(URI.create(base + (base.endsWith("/") ? "" : "/") + percentEncoded));
  }

  /** Writes a text file. */
  static Path write(Path file, String text) throws IOException {
    return Files.write(file, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes a script that may be executed. */
  static Path writeScript(Path file, String text) throws IOException {
    write(file, text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  /** A path for printf's {@code %b}, in octal: no octet of it is touched by any locale. */
  static String octal(Path path) {
    String encoded = path.toUri().getRawPath();
    StringBuilder octal = new StringBuilder();
    for (int i = 0; i < encoded.length(); i++) {
      int c = encoded.charAt(i);
      if (c == '%') {
        c = Integer.parseInt(encoded.substring(i + 1, i + 3), 16);
        i += 2;
      }
      octal.append(String.format("\\0%03o", c));
    }
    return octal.toString();
  }
}
