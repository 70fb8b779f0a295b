package passerelle.app;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.files.FileSettings;
import passerelle.files.MediaTypes;
import passerelle.io.OctetPath;
import passerelle.pages.ErrorPages;
import passerelle.posix.FileAttributes;
import passerelle.posix.PlainOpening;

/**
 * The site's own error pages: read when the server starts, and again when a file changes. They lie
 * in the directory, and links lead to them as to other files. A page that cannot be read any more,
 * or has left the directory, stays as it was.
 *
 * <p>Confined to one worker.
 */
final class ErrorPageFiles {
  private static final Logger log = LoggerFactory.getLogger(ErrorPageFiles.class);

  /** They are kept in memory. */
  private static final int MOST_OCTETS = 1 << 20;

  /** What was read of a file, and when that was changed. */
  private record Known(BasicFileAttributes attributes, ErrorPages.Content page) {
    boolean isSameAs(BasicFileAttributes now) {
      return FileAttributes.isSame(attributes, now);
    }
  }

  private final Map<Integer, Path> files = new TreeMap<>();
  private final Path root;
  private final FileSettings.Links links;
  private final Map<Integer, Known> known = new HashMap<>();
  private final MediaTypes types;
  private final ErrorPages pages;

  /**
   * Reads all pages for the first time.
   *
   * @param root the real path of the directory
   * @throws StartFailure if one cannot be read, or lies elsewhere
   */
  ErrorPageFiles(Settings settings, Path root, MediaTypes types, ErrorPages pages)
      throws StartFailure {
    this.types = types;
    this.pages = pages;
    this.root = root;
    this.links = settings.files().links();
    Path given = Mounts.absolute(settings.directory());
    settings.errorPages().forEach((code, name) -> files.put(code, path(given, name)));
    for (Map.Entry<Integer, Path> file : files.entrySet()) {
      try {
        known.put(file.getKey(), read(file.getValue()));
      } catch (IOException e) {
        throw new StartFailure(
            "The error page "
                + OctetPath.display(OctetPath.octets(file.getValue()))
                + " cannot be used: "
                + reason(e));
      }
    }
    publish();
  }

  /** The path of a page, below the real path of the directory if it is named below the given. */
  private Path path(Path given, String name) {
    boolean isAbsolute = name.startsWith("/");
    Path path = OctetPath.of(isAbsolute ? name : OctetPath.octets(root) + "/" + name).normalize();
    return isAbsolute && path.startsWith(given) ? root.resolve(given.relativize(path)) : path;
  }

  private static String reason(IOException e) {
    return e instanceof java.nio.file.FileSystemException
        ? "create it, as a file of at most 1 MiB that may be read."
        : String.valueOf(e.getMessage());
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /** Reads again what has changed. */
  void refresh() {
    boolean isChanged = false;
    for (Map.Entry<Integer, Path> file : files.entrySet()) {
      try {
        Known before = known.get(file.getKey());
        if (before == null || !before.isSameAs(attributes(file.getValue()))) {
          known.put(file.getKey(), read(file.getValue()));
          isChanged = true;
        }
      } catch (IOException e) {
        log.debug("an error page stays as it was", e);
      }
    }
    if (isChanged) {
      publish();
    }
  }

  /** Fails with words for people. */
  private void requireInside(Path file) throws IOException {
    if (!file.startsWith(root)) {
      throw new IOException(
          "it does not lie in " + OctetPath.display(OctetPath.octets(root)) + ": put it there.");
    }
    Path real = file.toRealPath();
    boolean mayFollow =
        switch (links) {
          case FOLLOW -> true;
          case WITHIN -> real.startsWith(root);
          case DENY -> real.equals(file);
        };
    if (!mayFollow) {
      throw new IOException(
          "it is reached by a link, to "
              + OctetPath.display(OctetPath.octets(real))
              + ", that --symlinks does not let be followed; put the file itself there.");
    }
  }

  private static BasicFileAttributes attributes(Path file) throws IOException {
    return FileAttributes.read(file);
  }

  private Known read(Path file) throws IOException {
    requireInside(file);
    BasicFileAttributes attributes = attributes(file);
    byte[] content = PlainOpening.read(file, MOST_OCTETS + 1);
    if (content.length > MOST_OCTETS) {
      throw new java.nio.file.FileSystemException(OctetPath.octets(file));
    }
    String type = types.of(OctetPath.lastName(file), content);
    return new Known(attributes, new ErrorPages.Content(type, content));
  }

  private void publish() {
    Map<Integer, ErrorPages.Content> all = new HashMap<>();
    known.forEach((code, page) -> all.put(code, page.page));
    pages.replace(all);
  }
}
