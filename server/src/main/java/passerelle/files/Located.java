package passerelle.files;

import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * A file or a directory that was found, and may be sent, as far as its name tells.
 *
 * <p>Immutable.
 *
 * @param path the real path
 * @param attributes what the disk said of it
 */
public record Located(Path path, BasicFileAttributes attributes) {}
