package passerelle.files;

import java.util.concurrent.TimeUnit;

/**
 * The part of a file that was found in the page cache a moment ago, for all who send that file.
 *
 * <p>The system is asked once for a part and not again by each answer: a page that was just read or
 * sent is the last that leaves the cache. What was found is trusted for {@link #TRUST_NANOS},
 * however much is found beside it meanwhile; then the system is asked anew (decision D34).
 *
 * <p>Confined to the loop thread.
 */
final class ResidentRun {
  /** Short enough that no page can have grown old, and long beside the answers of a busy second. */
  static final long TRUST_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private long begin;
  private long end;
  private long trustedUntil;

  /** Whether all of a part was found. */
  boolean covers(long position, long count, long nowNanos) {
    return position + count <= end && reaches(position, nowNanos);
  }

  /** Whether what was found holds a position, or ends right before it. */
  boolean reaches(long position, long nowNanos) {
    return begin < end && begin <= position && position <= end && nowNanos - trustedUntil < 0;
  }

  /** A part was found, of at least one octet. What lies apart from it is forgotten. */
  void found(long position, long count, long nowNanos) {
    if (reaches(position, nowNanos)) {
      end = Math.max(end, position + count);
    } else {
      begin = position;
      end = position + count;
      trustedUntil = nowNanos + TRUST_NANOS;
    }
  }
}
