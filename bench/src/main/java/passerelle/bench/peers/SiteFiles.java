package passerelle.bench.peers;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import passerelle.http.HttpDate;

/**
 * The files of a directory by request target, for the peers that bring no such thing themselves.
 *
 * <p>A file is compared with the disk at most once a second, and its content is kept if it is
 * small. Which files do not exist is not remembered.
 *
 * <p>Confined to one worker.
 *
 * @param <C> the form in which a server likes to have the content
 */
final class SiteFiles<C> {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int MOST_ENTRIES = 4096;
  private static final String INDEX = "index.html";

  private final Path root;
  private final long mostOctets;
  private final Function<byte[], C> form;
  private final Map<String, Entry<C>> entries = new HashMap<>();

  /**
   * A version of a file.
   *
   * <p>Immutable.
   *
   * @param path where it lies
   * @param size in octets
   * @param entityTag with its quotes
   * @param lastModified the value of that field
   * @param mediaType the value of Content-Type
   * @param content null for a file that is too large to be kept
   * @param checkedNanos when the disk was asked
   */
  record Entry<C>(
      Path path,
      long size,
      String entityTag,
      String lastModified,
      String mediaType,
      @Nullable C content,
      long checkedNanos) {}

  /**
   * The files below a directory.
   *
   * @param mostOctets the size up to which content is kept
   * @param form makes what is kept
   */
  SiteFiles(Path root, long mostOctets, Function<byte[], C> form) throws IOException {
    this.root = root.toRealPath();
    this.mostOctets = mostOctets;
    this.form = form;
  }

  /** The file that a target names, or null if there is none. */
  @Nullable Entry<C> find(String target) throws IOException {
    Entry<C> known = entries.get(target);
    long now = System.nanoTime();
    if (known != null && now - known.checkedNanos < FRESH_NANOS) {
      return known;
    }
    Path path = path(target);
    if (path == null || !Files.isRegularFile(path)) {
      entries.remove(target);
      return null;
    }
    if (entries.size() >= MOST_ENTRIES) {
      entries.clear();
    }
    Entry<C> entry = look(path, known, now);
    entries.put(target, entry);
    return entry;
  }

  private Entry<C> look(Path path, @Nullable Entry<C> known, long now) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    long modified = attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    String tag = '"' + Long.toHexString(modified) + '-' + Long.toHexString(attributes.size()) + '"';
    C content = null;
    if (known != null && known.entityTag.equals(tag)) {
      content = known.content;
    } else if (attributes.size() <= mostOctets) {
      content = form.apply(Files.readAllBytes(path));
    }
    return new Entry<>(
        path,
        attributes.size(),
        tag,
        HttpDate.format(TimeUnit.NANOSECONDS.toSeconds(modified)),
        mediaType(path),
        content,
        now);
  }

  private static String mediaType(Path path) {
    String type = URLConnection.guessContentTypeFromName(path.toString().toLowerCase(Locale.ROOT));
    return type == null ? "application/octet-stream" : type;
  }

  /** Where a target leads, or null if that is outside the root. */
  private @Nullable Path path(String target) {
    int query = target.indexOf('?');
    String path = query < 0 ? target : target.substring(0, query);
    if (!path.startsWith("/")) {
      return null;
    }
    try {
      String decoded = path.indexOf('%') < 0 ? path : String.valueOf(new URI(path).getPath());
      String name = decoded.endsWith("/") ? decoded + INDEX : decoded;
      Path found = root.resolve(name.substring(1)).normalize();
      return found.startsWith(root) ? found : null;
    } catch (URISyntaxException | InvalidPathException e) {
      return null;
    }
  }

  /** Whether an If-None-Match field names a version, or any (RFC 9110 §13.1.2). */
  static boolean matches(@Nullable String condition, String entityTag) {
    if (condition == null) {
      return false;
    }
    if (condition.equals(entityTag) || condition.strip().equals("*")) {
      return true;
    }
    for (String one : condition.split(",", -1)) {
      String tag = one.strip();
      if (tag.equals(entityTag) || tag.equals("W/" + entityTag)) {
        return true;
      }
    }
    return false;
  }
}
