package passerelle.wire;

import java.util.concurrent.TimeUnit;
import passerelle.reactor.LoopClock;

/**
 * When a connection has waited long enough: for what its phase needs, and, while the socket is
 * full, for the client to read.
 *
 * <p>A wait that has a rate ends later with every octet that moves, by the time which the octet may
 * take. A burst earns no more than a bounded advance, so that nobody can be fast for a second and
 * silent for long.
 *
 * <p>A system makes room known only when a third of its buffer is free, and that may be megabytes.
 * It takes octets long before. So a full socket is written to now and then without being asked
 * ({@link #look}): then what the client reads counts soon after it was read (decision D25).
 *
 * <p>Confined to the loop thread.
 */
public final class Deadline {
  /**
   * What counts in advance for a client that reads: its system tells ours of room only after a part
   * of its own buffer was read, and ours gives room back by whole segments.
   */
  private static final long GULP_OCTETS = 64 * 1024;

  /** A full socket is written to so many times in a stall time. */
  private static final int LOOKS = 6;

  /** More at once reach the latest moment anyway; so the arithmetic cannot overflow. */
  private static final long MOST_OCTETS = 1L << 30;

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final LoopClock clock;
  private final Patience patience;
  private long phaseNanos;
  private long sendNanos;
  private long lookNanos;
  private boolean isSending;
  private long idleNanos;

  /** A deadline on the loop's clock; nothing is due before one of the waits was begun. */
  public Deadline(LoopClock clock, Patience patience) {
    this.clock = clock;
    this.patience = patience;
    this.idleNanos = clock.nanos();
  }

  /** The moment, on the loop's clock, given whether the socket is full. */
  public long nanos(boolean isBlocked) {
    if (!isBlocked || !isSending) {
      return phaseNanos;
    }
    return sendNanos - lookNanos < 0 ? sendNanos : lookNanos;
  }

  /** A full socket is written to, whatever it says; again after a part of the stall time. */
  public void look() {
    lookNanos = clock.nanos() + patience.stallTime().toNanos() / LOOKS;
  }

  /** Whether the socket's client has more to read, and did not read enough. */
  public boolean isReaderLate() {
    return isSending && clock.nanos() - sendNanos >= 0;
  }

  /** What the phase needs has to come within this time. */
  public void within(long nanos) {
    phaseNanos = clock.nanos() + nanos;
  }

  /** Something has to move. */
  public void ofStall() {
    within(patience.stallTime().toNanos());
  }

  /** The last request is over. */
  public void idle() {
    idleNanos = clock.nanos();
  }

  /** Whether the last request was over by a moment, or the connection was made by then. */
  public boolean isIdleSince(long nanos) {
    return idleNanos - nanos <= 0;
  }

  /** Octets of request content came. */
  public void received(long octets) {
    phaseNanos = postponed(phaseNanos, octets, patience.contentRate(), 0);
  }

  /**
   * Octets went to the socket, and there are more, or that was all: then the client owes nothing.
   * None and no more says only that the rest is yet to be fetched: then the client owes what it
   * did, however often a look finds that.
   */
  public void sent(long octets, boolean hasMore) {
    if (octets == 0 && !hasMore) {
      return;
    }
    if (hasMore && !isSending) {
      sendNanos = clock.nanos() + patience.stallTime().toNanos();
    }
    if (hasMore && (octets > 0 || !isSending)) {
      look(); // it was just written to
    }
    isSending = hasMore;
    if (hasMore) {
      sendNanos = postponed(sendNanos, octets, patience.sendRate(), GULP_OCTETS);
    }
  }

  private long postponed(long nanos, long octets, long rate, long advanceOctets) {
    long latest = clock.nanos() + patience.stallTime().toNanos();
    if (rate == 0) {
      return octets > 0 ? latest : nanos;
    }
    latest += advanceOctets * SECOND / rate;
    long worth = Math.min(octets, MOST_OCTETS) * SECOND / rate;
    return nanos + worth - latest > 0 ? latest : nanos + worth;
  }
}
