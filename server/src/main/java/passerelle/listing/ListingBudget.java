package passerelle.listing;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import passerelle.io.ClientKey;

/**
 * The memory that all listings alive at once may take, in octets. Those of one client have half of
 * it at most, so that neither a large directory nor a client that reads slowly keeps others from
 * their listings.
 *
 * <p>Safe from any thread.
 */
public final class ListingBudget {
  /** The part of the largest heap that listings get unless somebody says otherwise. */
  private static final int HEAP_SHARES = 8;

  private final long limit;
  // Guarded by this:
  private final Map<ClientKey, Long> clients = new HashMap<>();
  private long taken;

  /** A budget of so many octets. */
  ListingBudget(long limit) {
    this.limit = limit;
  }

  /** An eighth of the largest heap. */
  public static ListingBudget standard() {
    return new ListingBudget(Runtime.getRuntime().maxMemory() / HEAP_SHARES);
  }

  /** How much is taken now. */
  synchronized long taken() {
    return taken;
  }

  /** How many clients have a part in that. */
  synchronized int clients() {
    return clients.size();
  }

  /** A share for one listing, empty at first, of what a client may have. */
  Share open(ClientKey client) {
    return new Share(client);
  }

  private synchronized boolean tryTake(ClientKey client, long octets) {
    if (octets > limit - taken || octets > limit / 2 - clients.getOrDefault(client, 0L)) {
      return false;
    }
    count(client, octets);
    return true;
  }

  private synchronized void count(ClientKey client, long octets) {
    taken += octets;
    long held = clients.getOrDefault(client, 0L) + octets;
    if (held == 0) {
      clients.remove(client);
    } else {
      clients.put(client, held);
    }
  }

  /** Why a share does or does not get more. */
  enum Grant {
    GIVEN,
    /** Other listings have taken too much; they give it back soon. */
    TAKEN_BY_OTHERS,
    /** The share would be larger than one may be, and always will. */
    TOO_LARGE
  }

  /** What one listing has taken. */
  final class Share implements AutoCloseable {
    private final ClientKey client;
    private final AtomicLong held = new AtomicLong();

    private Share(ClientKey client) {
      this.client = client;
    }

    /** Takes more, unless the budget does not allow it. */
    Grant take(long octets) {
      if (octets > limit / 2 - held.get()) {
        return Grant.TOO_LARGE;
      }
      if (!tryTake(client, octets)) {
        return Grant.TAKEN_BY_OTHERS;
      }
      held.addAndGet(octets);
      return Grant.GIVEN;
    }

    /** Gives a part back. */
    void giveBack(long octets) {
      held.addAndGet(-octets);
      count(client, -octets);
    }

    /** Gives all of it back; a second time does nothing. */
    @Override
    public void close() {
      count(client, -held.getAndSet(0));
    }
  }
}
