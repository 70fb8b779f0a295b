package passerelle.site;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import passerelle.files.FileSettings;
import passerelle.files.FileSettings.Links;
import passerelle.http.Status;
import passerelle.io.OctetPath;
import passerelle.listing.EntryRules;
import passerelle.posix.FileAttributes;
import passerelle.posix.OpenFile;

/**
 * The folder that a mount stands for, and what may be reached in it: one rule for hidden names and
 * for links, whether files or scripts are meant.
 *
 * <p>A path is resolved to its real path, symbolic links included; the settings say where that may
 * lie. A file is then opened by its real path along which no link is allowed any more ({@link
 * OpenFile}), so a link that is swapped in between leads nowhere. Names that begin with a dot are
 * hidden, but for {@code /.well-known} of the site (RFC 8615); so is what a crash leaves behind.
 *
 * <p>Paths here are the part of a decoded URL path behind the mount's prefix: empty, or beginning
 * with a slash, free of dot segments, one character per octet. Looking waits for the disk, unless
 * it says otherwise: it is for workers.
 *
 * <p>Safe from any thread.
 */
final class Folder implements EntryRules {
  private static final Logger log = LoggerFactory.getLogger(Folder.class);
  private static final String WELL_KNOWN = "/.well-known";

  /** What a process that crashes leaves in the folder that it was started in. */
  private static final Pattern REMAINS =
      Pattern.compile("(hs_err_pid|replay_pid)[0-9]+\\.log|java_pid[0-9]+\\.hprof|core\\.[0-9]+");

  private final Anchor anchor;
  private final Links links;
  private final boolean showsHidden;
  private final boolean isSite;

  /**
   * The folder of a mount.
   *
   * @param nanoClock monotonic, for any thread
   * @throws IOException if it does not exist
   */
  Folder(Mount mount, FileSettings settings, LongSupplier nanoClock) throws IOException {
    this.anchor = new Anchor(mount.path(), nanoClock);
    this.links = settings.links();
    this.showsHidden = settings.showsHidden();
    this.isSite = mount.isRoot();
  }

  /** Where it is now. */
  Anchor.Base base() {
    return anchor.base();
  }

  /** What it stands at. */
  Anchor anchor() {
    return anchor;
  }

  /**
   * Whether nothing stands at a path, as far as that can be told without waiting for the disk.
   * False where the system would have to look, or does not tell.
   */
  boolean isSurelyMissing(String path) {
    String name = anchor.givenOctets() + path;
    return !name.isEmpty() && OpenFile.isSurelyMissing(name);
  }

  /** Whether a name on a path is hidden. Never waits. */
  boolean isHidden(String path) {
    int from = isSite && (path.equals(WELL_KNOWN) || path.startsWith(WELL_KNOWN + "/")) ? 1 : 0;
    return !showsHidden && (path.indexOf("/.", from) >= 0 || areRemains(path));
  }

  /** A memory's content, or what was in it, is for nobody else. */
  private static boolean areRemains(String path) {
    return REMAINS.matcher(path.substring(path.lastIndexOf('/') + 1)).matches();
  }

  /** The attributes of what stands at a path, links being followed; null if nothing does. */
  static @Nullable BasicFileAttributes attributes(Path path) throws IOException {
    // Asking first saves the price of an exception.
    return Files.exists(path) ? FileAttributes.read(path) : null;
  }

  /** The path on the disk of a path in the folder. */
  static Path pathOf(Anchor.Base base, String path) {
    return OctetPath.of(base.octets() + (path.isEmpty() ? "/" : path));
  }

  /**
   * Why a path may not be followed to its real path, in words for whoever runs the server; null if
   * it may.
   */
  @Nullable String obstacle(Anchor.Base base, Path path, Path real) {
    return switch (links) {
      case FOLLOW -> null;
      case WITHIN ->
          base.holds(real)
              ? null
              : "is reached by a link that leads out of its folder, to "
                  + OctetPath.display(OctetPath.octets(real))
                  + "; --symlinks follow allows that";
      case DENY ->
          real.equals(path)
              ? null
              : "is reached by a link; --symlinks within allows those that stay in the folder";
    };
  }

  @Override
  public boolean isShown(String name) {
    return showsHidden || !(name.startsWith(".") || areRemains(name));
  }

  @Override
  public boolean mayFollow(Path link) throws IOException {
    return obstacle(base(), link, link.toRealPath()) == null;
  }

  @Override
  public Status statusOf(IOException failure) {
    return statusOfOpening(failure);
  }

  /** What a failure to reach a file means for the client. */
  static Status statusOfReaching(IOException e) {
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
      return statusOfReaching(e);
    }
    log.warn("a file cannot be opened: {}", e.toString());
    return Status.SERVICE_UNAVAILABLE;
  }
}
