package passerelle.site;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the paths that were asked for lately lead to, by the raw path of the request; bounded in
 * entries and in the length of each, the least recently used leaving first.
 *
 * <p>Looking up is one hash of the path's octets and allocates nothing.
 *
 * <p>Confined to the loop thread.
 */
final class PathCache {
  static final int ENTRIES = 4096;

  /** Longer paths are looked up each time, so that the memory of the entries is bounded. */
  static final int LONGEST_OCTETS = 1024;

  /** What a path leads to, and since when that is known. */
  static final class Entry {
    final Finder.Subject subject;
    final Finding finding;

    /** When the disk was last asked for it, on the loop's clock. */
    long checkedNanos;

    /** When the system was last asked whether it has changed, on the loop's clock. */
    long askedNanos;

    /** Whether a worker is comparing it with the disk. */
    boolean isBeingChecked;

    Entry(Finder.Subject subject, Finding finding, long checkedNanos) {
      this.subject = subject;
      this.finding = finding;
      this.checkedNanos = checkedNanos;
      this.askedNanos = checkedNanos - 1; // before now
    }

    private void list() {
      if (finding instanceof Finding.PageFile page) {
        page.resource().list();
      }
    }

    private void unlist() {
      if (finding instanceof Finding.PageFile page) {
        page.resource().unlist();
      }
    }
  }

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

  private final Map<Key, Entry> entries = new LinkedHashMap<>(64, 0.75f, true);
  private final Key probe = new Key("");
  private final int most;

  /** A cache of at most so many paths. */
  PathCache(int most) {
    this.most = most;
  }

  /** The entry for a raw path, fresh or not; null if there is none. */
  @Nullable Entry get(CharSequence rawPath) {
    probe.probe(rawPath);
    return entries.get(probe);
  }

  /**
   * Adds an entry in the place of whatever stood there, and makes room; returns false if the path
   * is too long to be kept.
   */
  boolean tryPut(CharSequence rawPath, Entry entry) {
    if (rawPath.length() > LONGEST_OCTETS) {
      remove(rawPath);
      return false;
    }
    entry.list(); // before the other leaves: they may share files
    remove(rawPath);
    entries.put(new Key(rawPath.toString()), entry);
    if (entries.size() > most) {
      Iterator<Entry> eldest = entries.values().iterator();
      Entry leaving = eldest.next();
      eldest.remove();
      leaving.unlist();
    }
    return true;
  }

  /** Removes the entry for a raw path, if there is one. */
  void remove(CharSequence rawPath) {
    probe.probe(rawPath);
    Entry removed = entries.remove(probe);
    if (removed != null) {
      removed.unlist();
    }
  }

  /** How many entries there are. */
  int size() {
    return entries.size();
  }

  /** Empties the cache; what nobody sends any more is closed. */
  void clear() {
    entries.values().forEach(Entry::unlist);
    entries.clear();
  }
}
