package passerelle.files;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The resources that were asked for lately, by the raw path of the request; bounded in entries, in
 * octets of content, and in open files, the least recently used leaving first.
 *
 * <p>Looking up is one hash of the path's octets and allocates nothing.
 *
 * <p>Confined to the loop thread.
 */
final class FileCache {
  static final int ENTRIES = 4096;
  private static final long CONTENT_OCTETS = 64L << 20;
  static final int OPEN_FILES = 256;

  /** The octets of a raw path; one mutable probe serves all look-ups. */
  private static final class Key {
    private CharSequence octets;
    private int hash;

    Key(CharSequence octets) {
      this.octets = octets;
      this.hash = hashOf(octets);
    }

    void probe(CharSequence path) {
      octets = path;
      hash = hashOf(path);
    }

    private static int hashOf(CharSequence octets) {
      int hash = 0;
      for (int i = 0; i < octets.length(); i++) {
        hash = hash * 31 + octets.charAt(i);
      }
      return hash;
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(@Nullable Object other) {
      if (!(other instanceof Key key) || key.octets.length() != octets.length()) {
        return false;
      }
      for (int i = 0; i < octets.length(); i++) {
        if (octets.charAt(i) != key.octets.charAt(i)) {
          return false;
        }
      }
      return true;
    }
  }

  private final Map<Key, Resource> resources = new LinkedHashMap<>(64, 0.75f, true);
  private final Key probe = new Key("");
  private long heldOctets;
  private int openFiles;

  /** The entry for a raw path, fresh or not; null if there is none. */
  @Nullable Resource get(CharSequence rawPath) {
    probe.probe(rawPath);
    return resources.get(probe);
  }

  /** Adds an open file in the place of whatever stood there, and makes room. */
  void put(CharSequence rawPath, Resource resource) {
    remove(rawPath);
    heldOctets += resource.heldOctets();
    openFiles += resource.openFiles();
    resources.put(new Key(rawPath.toString()), resource);
    var eldest = resources.values().iterator();
    while (resources.size() > ENTRIES || heldOctets > CONTENT_OCTETS || openFiles > OPEN_FILES) {
      Resource leaving = eldest.next();
      eldest.remove();
      forget(leaving);
    }
  }

  /** Removes the entry for a raw path, if there is one. */
  void remove(CharSequence rawPath) {
    probe.probe(rawPath);
    Resource removed = resources.remove(probe);
    if (removed != null) {
      forget(removed);
    }
  }

  private void forget(Resource resource) {
    heldOctets -= resource.heldOctets();
    openFiles -= resource.openFiles();
    resource.retire();
  }

  /** Empties the cache and closes what nobody sends any more. */
  void clear() {
    resources.values().forEach(Resource::retire);
    resources.clear();
    heldOctets = 0;
    openFiles = 0;
  }
}
