package passerelle.files;

import java.nio.ByteBuffer;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/**
 * What tells one version of a file from another to clients (RFC 9110 §8.8). Nothing in it belongs
 * to this machine: equal copies have equal validators, wherever they lie.
 *
 * <p>Content that was read whole speaks for itself: its tag is a sum of it. The tag of any other
 * file is made of its date, its size, and a sum of its ends. The date is in whole seconds, since
 * most tools that copy a file keep no more.
 *
 * <p>While that second is not surely over, another version may still get the same one. Then the
 * validators are early: the tag has the date to the nanosecond, and the date is weak (§8.8.2.2). A
 * file that was changed a moment ago, within the tick of the clock, has a weak tag.
 *
 * <p>Immutable.
 *
 * @param entityTag with its quotes, and its {@code W/} if it is weak
 * @param lastModifiedSecond in seconds since 1970, never later than when it was read
 * @param isEarly whether the date may still become that of another version
 */
record Validators(String entityTag, long lastModifiedSecond, boolean isEarly) {
  /** The clock of a file system ticks this often, or once in two seconds where it is coarse. */
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

  private static final long COARSE_TICK_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int SUM_OCTETS = 16;

  /**
   * What an entity tag is made of.
   *
   * <p>Immutable.
   *
   * @param sum of the content
   * @param isWhole whether the sum is one of all the content, and not of its ends only
   * @param readNanos when it was read, in nanoseconds since 1970
   */
  record Fingerprint(String sum, boolean isWhole, long readNanos) {
    /** Content that was read whole. */
    static Fingerprint whole(byte[] content, long readNanos) {
      return new Fingerprint(sum(ByteBuffer.wrap(content)), true, readNanos);
    }

    /** Content of which both ends were read. */
    static Fingerprint ends(ByteBuffer ends, long readNanos) {
      return new Fingerprint(sum(ends), false, readNanos);
    }

    private static String sum(ByteBuffer octets) {
      try {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        digest.update(octets);
        byte[] sum = Arrays.copyOf(digest.digest(), SUM_OCTETS);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sum);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException(e); // every JDK has it
      }
    }
  }

  /**
   * The validators of a version that is on the disk now.
   *
   * @param nowNanos in nanoseconds since 1970
   */
  static Validators of(HeldFile.Identity file, Coding coding, long nowNanos) {
    BasicFileAttributes attributes = file.attributes();
    boolean isEarly = isEarly(attributes, nowNanos);
    String tag = opaque(file, isEarly);
    String suffix = coding == Coding.IDENTITY ? "\"" : '-' + coding.token() + '"';
    // A date in the future is not a valid validator (RFC 9110 §8.8.2.1).
    long second =
        Math.min(attributes.lastModifiedTime().to(TimeUnit.SECONDS), nowNanos / SECOND_NANOS);
    return new Validators((isWeak(file) ? "W/\"" : "\"") + tag + suffix, second, isEarly);
  }

  /** What may still change unnoticed is no strong validator (RFC 9110 §8.8.1). */
  private static boolean isWeak(HeldFile.Identity file) {
    return file.version() == null && !file.fingerprint().isWhole;
  }

  private static String opaque(HeldFile.Identity file, boolean isEarly) {
    BasicFileAttributes attributes = file.attributes();
    Fingerprint fingerprint = file.fingerprint();
    if (fingerprint.isWhole) {
      return fingerprint.sum;
    }
    TimeUnit unit = isEarly ? TimeUnit.NANOSECONDS : TimeUnit.SECONDS;
    String tag =
        Long.toHexString(attributes.lastModifiedTime().to(unit))
            + '-'
            + Long.toHexString(attributes.size())
            + '-'
            + fingerprint.sum;
    return isWeak(file) ? tag + '-' + Long.toHexString(fingerprint.readNanos) : tag;
  }

  /**
   * Whether the second of a file's date is not surely over (RFC 9110 §8.8.2.2): neither is one in
   * the future, nor, if the clock may be coarse, the one behind it.
   */
  static boolean isEarly(BasicFileAttributes attributes, long nowNanos) {
    long second = Math.floorDiv(modifiedNanos(attributes), SECOND_NANOS) * SECOND_NANOS;
    long span = isCoarse(attributes) ? COARSE_TICK_NANOS : SECOND_NANOS;
    return nowNanos - second < span + TICK_NANOS;
  }

  /** Whether whatever changes the file from now on gives it another date. */
  static boolean isSettled(BasicFileAttributes attributes, long nowNanos) {
    long tick = isCoarse(attributes) ? COARSE_TICK_NANOS : TICK_NANOS;
    return Math.abs(nowNanos - modifiedNanos(attributes)) > tick;
  }

  private static boolean isCoarse(BasicFileAttributes attributes) {
    return modifiedNanos(attributes) % SECOND_NANOS == 0;
  }

  private static long modifiedNanos(BasicFileAttributes attributes) {
    return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
  }
}
