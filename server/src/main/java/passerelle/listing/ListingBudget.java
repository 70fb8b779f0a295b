package passerelle.listing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory that all listings alive at once may take, in octets.
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

  /** What one listing has taken. */
  final class Share implements AutoCloseable {
    private final AtomicLong held = new AtomicLong();

    /** Takes more; returns false, taking nothing, if the budget does not allow it. */
    boolean tryTake(long octets) {
      if (!ListingBudget.this.tryTake(octets)) {
        return false;
      }
      held.addAndGet(octets);
      return true;
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
