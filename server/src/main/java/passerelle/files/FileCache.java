package passerelle.files;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import passerelle.io.Slice;

/**
 * The files that were asked for lately, by the raw path of the request; bounded in entries, in
 * octets of content, and in open channels, the least recently used leaving first.
 *
 * <p>Looking up is one hash of the path's octets and allocates nothing. An entry answers for one
 * second; after that {@link StaticFiles} compares it with the disk.
 *
 * <p>Confined to the loop thread.
 */
final class FileCache {
  private static final int ENTRIES = 4096;
  private static final long CONTENT_OCTETS = 64L << 20;
  static final int OPEN_CHANNELS = 256;
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

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

  private final Map<Key, CachedFile> files = new LinkedHashMap<>(64, 0.75f, true);
  private final Key probe = new Key("");
  private long heldOctets;
  private int openChannels;

  /** The entry for a raw path, fresh or not; null if there is none. */
  @Nullable CachedFile get(Slice rawPath) {
    probe.probe(rawPath);
    return files.get(probe);
  }

  static boolean isFresh(CachedFile file, long nowNanos) {
    return nowNanos - file.checkedNanos < FRESH_NANOS;
  }

  /** Adds an open file in the place of whatever stood there, and makes room. */
  void put(Slice rawPath, CachedFile file) {
    remove(rawPath);
    heldOctets += file.heldOctets();
    openChannels += file.isOpen() ? 1 : 0;
    files.put(new Key(rawPath.toString()), file);
    var eldest = files.values().iterator();
    while (files.size() > ENTRIES || heldOctets > CONTENT_OCTETS || openChannels > OPEN_CHANNELS) {
      CachedFile leaving = eldest.next();
      eldest.remove();
      forget(leaving);
    }
  }

  /** Removes the entry for a raw path, if there is one. */
  void remove(Slice rawPath) {
    probe.probe(rawPath);
    CachedFile removed = files.remove(probe);
    if (removed != null) {
      forget(removed);
    }
  }

  private void forget(CachedFile file) {
    heldOctets -= file.heldOctets();
    openChannels -= file.isOpen() ? 1 : 0;
    file.retire();
  }

  /** Empties the cache and closes what nobody sends any more. */
  void clear() {
    files.values().forEach(CachedFile::retire);
    files.clear();
    heldOctets = 0;
    openChannels = 0;
  }
}
