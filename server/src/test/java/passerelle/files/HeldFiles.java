package passerelle.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.pages.ErrorPages;
import passerelle.posix.FileAttributes;
import passerelle.posix.OpenFile;

/** A folder whose files are looked up without a server, and what of them is open. */
final class HeldFiles {
  /** An open file is a channel and, where the system is asked, a descriptor to do that by. */
  static final int PER_FILE = OpenFile.descriptorsOfEach();

  private static final Instant LONG_AGO = Instant.parse("2024-02-29T12:00:00.5Z");

  private final Path folder;
  private final FileLoader loader;
  private final Map<String, Resource> paths = new HashMap<>();
  private long written;

  HeldFiles(Path folder, FileStore store) throws IOException {
    this.folder = folder.toRealPath();
    this.loader = new FileLoader(MediaTypes.standard(), FileSettings.standard(), store);
  }

  /** Writes an old file, with a date that no other has, and content that compresses well. */
  Path write(String name, int octets) throws IOException {
    Path path = Files.writeString(folder.resolve(name), "x".repeat(octets));
    return Files.setLastModifiedTime(path, FileTime.from(LONG_AGO.plusSeconds(written++)));
  }

  /** Looks a file up anew, as a worker does. */
  Resource find(String name) throws IOException {
    return find(name, false);
  }

  Resource find(String name, boolean wantsGzip) throws IOException {
    return loader.load(target(name), null, wantsGzip);
  }

  /** Looks a file up that was named, and is sent for another part of the server. */
  CachedFile load(String name) throws IOException {
    return loader.loadPlain(target(name).file());
  }

  /** What the disk says of a file now. */
  Target target(String name) throws IOException {
    Path path = folder.resolve(name);
    return new Target(new Located(path, FileAttributes.read(path)), Map.of());
  }

  /** Remembers what a path leads to, as the cache of a site does. */
  void put(String rawPath, Resource resource) {
    resource.list();
    remove(rawPath);
    paths.put(rawPath, resource);
    resource.retire();
  }

  /** What a path leads to, as far as it was remembered. */
  Resource get(String rawPath) {
    return Objects.requireNonNull(paths.get(rawPath), rawPath);
  }

  void remove(String rawPath) {
    Resource removed = paths.remove(rawPath);
    if (removed != null) {
      removed.unlist();
    }
  }

  void clear() {
    paths.values().forEach(Resource::unlist);
    paths.clear();
  }

  CachedFile plain(Resource resource) {
    return Objects.requireNonNull(resource.in(Coding.IDENTITY));
  }

  static Exchange exchange() {
    return new Exchange(
        Requests.of(Method.GET, "/"), new ExchangeState(() -> {}), Runnable::run, new ErrorPages());
  }

  /** How many descriptors of this process lead to files of the folder. */
  long descriptors() throws IOException {
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links.filter(this::leadsBelow).count();
    }
  }

  private boolean leadsBelow(Path link) {
    try {
      return Files.readSymbolicLink(link).startsWith(folder);
    } catch (IOException e) {
      return false; // the descriptor of the listing itself
    }
  }

  /** A queue before a pool, whose loop is whoever calls. */
  static DiskQueue queue(Executor pool) {
    return new DiskQueue(pool, Runnable::run, () -> 0, new DiskQueue.Capacity(4, 4, 100));
  }
}
