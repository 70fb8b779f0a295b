package passerelle.files;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.files.FileSettings.Links;
import passerelle.http.Status;
import passerelle.io.OctetPath;
import passerelle.listing.EntryRules;
import passerelle.posix.OpenFile;

/**
 * The directory that is served, and the way from a URL path to a file that may be sent.
 *
 * <p>Every path is resolved to its real path, symbolic links included; the settings say where that
 * may lie. A file is then opened by its real path along which no link is allowed any more ({@link
 * passerelle.posix.OpenFile}), so a link that is swapped in between leads nowhere. Names that begin
 * with a dot are hidden, but for {@code /.well-known} (RFC 8615).
 *
 * <p>Looking waits for the disk, unless it says otherwise: it is for workers.
 *
 * <p>Immutable.
 */
public final class DocumentRoot implements EntryRules {
  private static final Logger log = LoggerFactory.getLogger(DocumentRoot.class);

  private final Path root;
  private final Predicate<Path> isScript;
  private final String prefix;
  private final Links links;
  private final boolean showsHidden;

  /**
   * What a URL path leads to: a file with its attributes, or the status that says why not.
   *
   * @param status 200 if there is something, else the answer
   * @param path the real path, if there is something
   * @param attributes of that path, if there is something
   */
  record Found(Status status, @Nullable Path path, @Nullable BasicFileAttributes attributes) {
    static Found nothing(Status status) {
      return new Found(status, null, null);
    }

    boolean isDirectory() {
      return attributes != null && attributes.isDirectory();
    }

    boolean isRegularFile() {
      return attributes != null && attributes.isRegularFile();
    }
  }

  /**
   * The root at a directory.
   *
   * @param isScript whether a real path must never be sent, by whatever link it is reached
   * @throws IOException if the directory does not exist
   */
  public DocumentRoot(Path directory, Predicate<Path> isScript, FileSettings settings)
      throws IOException {
    this.root = directory.toRealPath();
    this.isScript = isScript;
    this.links = settings.links();
    this.showsHidden = settings.showsHidden();
    String octets = OctetPath.octets(root);
    prefix = octets.equals("/") ? "" : octets;
  }

  /** The root's real path. */
  public Path path() {
    return root;
  }

  /**
   * Whether {@link #find} would say 404 for a path, as far as that can be told without waiting for
   * the disk. False where the system would have to look, or does not tell.
   */
  boolean isSurelyMissing(String urlPath) {
    return isHidden(urlPath) || OpenFile.isSurelyMissing(prefix + urlPath);
  }

  /** Resolves a decoded URL path, free of dot segments, one character per octet. */
  Found find(String urlPath) {
    if (isHidden(urlPath)) {
      return Found.nothing(Status.NOT_FOUND);
    }
    try {
      Path path = OctetPath.of(prefix + urlPath);
      if (!Files.exists(path)) {
        return Found.nothing(Status.NOT_FOUND); // without the price of an exception
      }
      Path real = path.toRealPath();
      if (!mayLeadTo(path, real) || isScript.test(real)) {
        return Found.nothing(Status.FORBIDDEN);
      }
      BasicFileAttributes attributes = Files.readAttributes(real, BasicFileAttributes.class);
      if (!attributes.isDirectory() && urlPath.endsWith("/")) {
        return Found.nothing(Status.NOT_FOUND);
      }
      return new Found(Status.OK, real, attributes);
    } catch (IOException e) {
      return Found.nothing(statusOfLooking(e));
    }
  }

  /**
   * Finds a file by its absolute name on the disk, for a part of the server that wants it sent:
   * hidden names too, but nothing that lies outside the root, and no script.
   */
  Found findNamed(String name) {
    try {
      Path path = OctetPath.of(name).normalize();
      Path real = path.toRealPath();
      boolean isInside = path.startsWith(root) || real.startsWith(root);
      if (!isInside || !mayLeadTo(path, real) || isScript.test(real)) {
        return Found.nothing(Status.FORBIDDEN);
      }
      return new Found(Status.OK, real, Files.readAttributes(real, BasicFileAttributes.class));
    } catch (IOException e) {
      return Found.nothing(statusOfLooking(e));
    }
  }

  @Override
  public boolean isShown(String name) {
    return showsHidden || !name.startsWith(".");
  }

  @Override
  public boolean mayFollow(Path link) throws IOException {
    return mayLeadTo(link, link.toRealPath());
  }

  @Override
  public Status statusOf(IOException failure) {
    return statusOfOpening(failure);
  }

  private boolean mayLeadTo(Path path, Path real) {
    return switch (links) {
      case WITHIN -> real.startsWith(root);
      case FOLLOW -> true;
      case DENY -> real.equals(path);
    };
  }

  /** What a failure to reach a file means for the client. */
  static Status statusOfLooking(IOException e) {
    if (e instanceof AccessDeniedException) {
      return Status.FORBIDDEN;
    }
    if (e instanceof FileSystemException) {
      // No such file, a name that is too long, a loop of links, a file where a directory should be.
      return Status.NOT_FOUND;
    }
    return Status.INTERNAL_SERVER_ERROR;
  }

  /**
   * What a failure to open, or to read, a file means that was found a moment ago: it may be gone;
   * otherwise the system is short of something, such as descriptors.
   */
  static Status statusOfOpening(IOException e) {
    if (e instanceof AccessDeniedException || e instanceof NoSuchFileException) {
      return statusOfLooking(e);
    }
    log.warn("a file cannot be opened: {}", e.toString());
    return Status.SERVICE_UNAVAILABLE;
  }

  private boolean isHidden(String urlPath) {
    int from = urlPath.equals("/.well-known") || urlPath.startsWith("/.well-known/") ? 1 : 0;
    return !showsHidden && urlPath.indexOf("/.", from) >= 0;
  }
}
