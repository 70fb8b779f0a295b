package passerelle.files;

import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import passerelle.files.DocumentRoot.Found;
import passerelle.http.Status;

/**
 * Finds out what a URL path leads to, on the disk.
 *
 * <p>All but {@link #isSurelyMissing} may wait for the disk: it is for workers.
 *
 * <p>Safe from any thread.
 */
final class Finder {
  private static final Coding[] CODINGS = Coding.values();

  private final DocumentRoot root;
  private final FileSettings settings;
  private final FileLoader loader;

  Finder(DocumentRoot root, MediaTypes types, FileSettings settings) {
    this.root = root;
    this.settings = settings;
    this.loader = new FileLoader(types, settings);
  }

  /**
   * What was found: a resource, or a directory without an index page, or a status.
   *
   * <p>Immutable.
   *
   * @param status 200 for a file or a directory, 301 for a directory that lacks its slash
   * @param isUnchanged whether the known resource still holds
   * @param resource the resource, in the caller's hands from now on
   * @param directory the directory's real path
   */
  record Outcome(
      Status status, boolean isUnchanged, @Nullable Resource resource, @Nullable Path directory) {
    static final Outcome UNCHANGED = new Outcome(Status.OK, true, null, null);

    static Outcome of(Status status) {
      return new Outcome(status, false, null, null);
    }
  }

  /**
   * Whether there is nothing for a path, as far as that can be told without waiting for the disk:
   * the one question here that is for the loop, too.
   */
  boolean isSurelyMissing(String urlPath) {
    return !(settings.isSinglePage() && isNavigation(urlPath)) && root.isSurelyMissing(urlPath);
  }

  /** Whether a resource is still what its path leads to; cheap, since nothing is opened. */
  boolean isCurrent(String urlPath, Resource known) {
    return known.isSameAs(locate(urlPath));
  }

  /**
   * Looks, and loads what has changed.
   *
   * @param known what was found before, if anything
   * @param wantsGzip whether a gzip coding shall be made, if it can be
   */
  Outcome find(String urlPath, @Nullable Resource known, boolean wantsGzip) {
    Target target = locate(urlPath);
    boolean isMoreWanted = known != null && known.isGzipDue() && wantsGzip;
    if (known != null && !isMoreWanted && known.isSameAs(target)) {
      return Outcome.UNCHANGED;
    }
    Found found = target.found();
    Path path = found.path();
    if (path == null) {
      return Outcome.of(found.status());
    }
    if (found.isDirectory()) {
      if (!urlPath.endsWith("/")) {
        return new Outcome(Status.MOVED_PERMANENTLY, false, new Resource(path), null);
      }
      return settings.isListing()
          ? new Outcome(Status.OK, false, null, path)
          : Outcome.of(Status.FORBIDDEN);
    }
    if (!found.isRegularFile()) {
      return Outcome.of(Status.FORBIDDEN); // opening a FIFO or a device could hang, or do things
    }
    try {
      return new Outcome(Status.OK, false, loader.load(target, wantsGzip), null);
    } catch (IOException e) {
      return Outcome.of(DocumentRoot.statusOfOpening(e));
    }
  }

  /**
   * Loads a file by its absolute name on the disk.
   *
   * @throws IOException whose message says, in words, why it is not to be sent
   */
  CachedFile load(String name) throws IOException {
    Found found = root.findNamed(name);
    Path path = found.path();
    if (found.status().equals(Status.FORBIDDEN)) {
      throw new IOException(
          "it is a script, is not below the served directory, or is closed to us");
    }
    if (path == null) {
      throw new IOException("there is no such file");
    }
    if (!found.isRegularFile()) {
      throw new IOException("it is no regular file");
    }
    return loader.loadPlain(path);
  }

  private Target locate(String urlPath) {
    Target target = locateFile(urlPath);
    if (settings.isSinglePage() && target.isMissing() && isNavigation(urlPath)) {
      Target start = locateFile("/");
      return start.found().isDirectory() ? target : start;
    }
    return target;
  }

  /** A path without an extension is a place in the page; one with it is a file that is missing. */
  private static boolean isNavigation(String urlPath) {
    return urlPath.indexOf('.', urlPath.lastIndexOf('/')) < 0;
  }

  private Target locateFile(String urlPath) {
    Found found = root.find(urlPath);
    if (!found.isDirectory() || !urlPath.endsWith("/")) {
      return withSiblings(urlPath, found);
    }
    for (String name : settings.indexNames()) {
      Found index = root.find(urlPath + name);
      if (index.isRegularFile()) {
        return withSiblings(urlPath + name, index);
      }
    }
    return new Target(found, Map.of());
  }

  private Target withSiblings(String urlPath, Found found) {
    BasicFileAttributes attributes = found.attributes();
    if (attributes == null || !attributes.isRegularFile()) {
      return new Target(found, Map.of());
    }
    Map<Coding, Found> siblings = new EnumMap<>(Coding.class);
    for (Coding coding : CODINGS) {
      if (coding != Coding.IDENTITY) {
        Found sibling = root.find(urlPath + coding.suffix());
        if (isSiblingOf(sibling.attributes(), attributes)) {
          siblings.put(coding, sibling);
        }
      }
    }
    return new Target(found, siblings);
  }

  /** One that is older was made from an earlier version; tools may keep the date, in seconds. */
  private static boolean isSiblingOf(
      @Nullable BasicFileAttributes sibling, BasicFileAttributes file) {
    return sibling != null
        && sibling.isRegularFile()
        && sibling.lastModifiedTime().to(TimeUnit.SECONDS)
            >= file.lastModifiedTime().to(TimeUnit.SECONDS);
  }
}
