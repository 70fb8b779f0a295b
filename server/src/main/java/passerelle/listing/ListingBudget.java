package passerelle.listing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all listings alive at once may take, in octets. One of them has half of it at
 * most, so that no directory, however large it is, keeps all others from being listed.
 *
 * <p>Safe from any thread.
 */
public final class ListingBudget {
  /** The part of the largest heap that listings get unless somebody says otherwise. */
  private static final int HEAP_SHARES = 8;

  private final long limit;
  private final AtomicLong taken = new AtomicLong();

  /** A budget of so many octets. */
  ListingBudget(long limit) {
    this.limit = limit;
  }

  /** An eighth of the largest heap. */
  public static ListingBudget standard() {
    return new ListingBudget(Runtime.getRuntime().maxMemory() / HEAP_SHARES);
  }

  /** How much is taken now. */
  long taken() {
    return taken.get();
  }

  /** A share for one listing, empty at first. */
  Share open() {
    return new Share();
  }

  private boolean tryTake(long octets) {
    if (taken.addAndGet(octets) <= limit) {
      return true;
    }
    taken.addAndGet(-octets);
    return false;
  }

  /** Why a share does or does not get more. */
  enum Grant {
    GIVEN,
    /** Others have taken too much; they give it back soon. */
    TAKEN_BY_OTHERS,
    /** The share would be larger than one may be, and always will. */
    TOO_LARGE
  }

  /** What one listing has taken. */
  final class Share implements AutoCloseable {
    private final AtomicLong held = new AtomicLong();

    /** Takes more, unless the budget does not allow it. */
    Grant take(long octets) {
      if (held.get() + octets > limit / 2) {
        return Grant.TOO_LARGE;
      }
      if (!tryTake(octets)) {
        return Grant.TAKEN_BY_OTHERS;
      }
      held.addAndGet(octets);
      return Grant.GIVEN;
    }

    /** Gives a part back. */
    void giveBack(long octets) {
      held.addAndGet(-octets);
      taken.addAndGet(-octets);
    }

    /** Gives all of it back; a second time does nothing. */
    @Override
    public void close() {
      taken.addAndGet(-held.getAndSet(0));
    }
  }
}
