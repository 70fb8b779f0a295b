package passerelle.site;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import passerelle.io.OctetPath;

/**
 * A path of the configuration, and the real path that it leads to now.
 *
 * <p>A link on the way may lead elsewhere one day: to a new release, or to another version of a
 * program. So the disk is asked again once a second. Asking waits for the disk: it is for workers.
 *
 * <p>Safe from any thread.
 */
final class Anchor {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(1);

  /**
   * Where it leads.
   *
   * <p>Immutable.
   *
   * @param path the real path
   * @param octets that path as text that names can be appended to: empty for the system's root
   * @param askedNanos when the disk was asked
   */
  record Base(Path path, String octets, long askedNanos) {
    /** Whether a real path lies in it. */
    boolean holds(Path real) {
      return real.startsWith(path);
    }
  }

  private final Path given;
  private final String givenOctets;
  private final LongSupplier nanoClock;
  private volatile Base base;

  /**
   * An anchor at a path.
   *
   * @param nanoClock monotonic, for any thread
   * @throws IOException if the path leads nowhere
   */
  Anchor(Path given, LongSupplier nanoClock) throws IOException {
    this.given = given;
    this.givenOctets = textOf(given);
    this.nanoClock = nanoClock;
    this.base = ask();
  }

  private static String textOf(Path path) {
    String octets = OctetPath.octets(path);
    return octets.equals("/") ? "" : octets;
  }

  private Base ask() throws IOException {
    long now = nanoClock.getAsLong();
    Path real = given.toRealPath();
    return new Base(real, textOf(real), now);
  }

  /** The path that was given, as text that names can be appended to. For any thread. */
  String givenOctets() {
    return givenOctets;
  }

  /** Where it leads, if the disk was asked for that within the last second. For any thread. */
  @Nullable Base fresh() {
    Base known = base;
    return nanoClock.getAsLong() - known.askedNanos < FRESH_NANOS ? known : null;
  }

  /** Where it led when the disk was asked last. For any thread. */
  Base known() {
    return base;
  }

  /** Where it leads, as it was within the last second. */
  Base base() {
    Base known = fresh();
    return known == null ? baseNow() : known;
  }

  /** Where it leads now; where it led before, if that leads nowhere for now. */
  Base baseNow() {
    Base now;
    try {
      now = ask();
    } catch (IOException e) {
      Base known = base;
      now = new Base(known.path, known.octets, nanoClock.getAsLong());
    }
    base = now;
    return now;
  }
}
