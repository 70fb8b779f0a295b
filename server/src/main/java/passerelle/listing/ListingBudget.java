package passerelle.listing;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final Map<ClientKey, ClientShare> clients = new HashMap<>();
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

  /** What the listings of one client take, and how many there are. */
  private static final class ClientShare {
    private final ClientKey client;
    private long octets;
    private int shares;

    private ClientShare(ClientKey client) {
      this.client = client;
    }
  }

  /** A share for one listing, empty at first, of what a client may have. */
  synchronized Share open(ClientKey client) {
    ClientShare ofClient = clients.computeIfAbsent(client, ClientShare::new);
    Share share = new Share(ofClient);
    ofClient.shares++;
    return share;
  }

  private synchronized boolean tryTake(ClientShare ofClient, long octets) {
    if (octets > limit - taken || octets > limit / 2 - ofClient.octets) {
      return false;
    }
    count(ofClient, octets);
    return true;
  }

  /** Takes, or with a negative number gives back: that asks for no memory. */
  private synchronized void count(ClientShare ofClient, long octets) {
    taken += octets;
    ofClient.octets += octets;
  }

  private synchronized void close(ClientShare ofClient, long octets) {
    count(ofClient, -octets);
    ofClient.shares--;
    if (ofClient.shares == 0) {
      clients.remove(ofClient.client);
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
    private final ClientShare ofClient;
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean isClosed = new AtomicBoolean();

    private Share(ClientShare ofClient) {
      this.ofClient = ofClient;
    }

    /** Takes more, unless the budget does not allow it. */
    Grant take(long octets) {
      if (octets > limit / 2 - held.get()) {
        return Grant.TOO_LARGE;
      }
      if (!tryTake(ofClient, octets)) {
        return Grant.TAKEN_BY_OTHERS;
      }
      held.addAndGet(octets);
      return Grant.GIVEN;
    }

    /** Gives a part back. */
    void giveBack(long octets) {
      held.addAndGet(-octets);
      count(ofClient, -octets);
    }

    /** Gives all of it back; a second time does nothing. */
    @Override
    public void close() {
      if (isClosed.compareAndSet(false, true)) {
        ListingBudget.this.close(ofClient, held.getAndSet(0));
      }
    }
  }
}
