package passerelle.wire;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import passerelle.io.BufferPool;
import passerelle.reactor.ClientCounts;

/**
 * Input buffers for the few request heads that do not fit the usual ones. They are bounded in
 * number, and one client address has at most half of them, so that many half heads take neither the
 * server's memory nor the others' turn.
 *
 * <p>Confined to the loop thread.
 */
public final class LargeBuffers {
  /** The part of the largest heap that all of them may take together, outside of it. */
  private static final int HEAP_SHARES = 8;

  /** How many there are however large they are. */
  private static final int LEAST = 4;

  private static final int MOST_POOLED = 4;

  private final BufferPool pool;
  private final ClientCounts clients;
  private final int limit;

  /**
   * A buffer that is lent to one client until {@link #giveBack}.
   *
   * @param buffer cleared
   * @param client whose share it is of
   */
  record Loan(ByteBuffer buffer, ClientCounts.Client client) {}

  /** At most {@code limit} buffers of so many octets. */
  LargeBuffers(int octets, int limit) {
    this.pool = new BufferPool(octets, MOST_POOLED);
    this.clients = new ClientCounts(limit / 2);
    this.limit = limit;
  }

  /** As many as take an eighth of the largest heap; they lie outside of it. */
  static LargeBuffers standard(int octets) {
    long limit = Runtime.getRuntime().maxMemory() / HEAP_SHARES / octets;
    return new LargeBuffers(octets, (int) Math.max(LEAST, Math.min(limit, Integer.MAX_VALUE)));
  }

  /** Lends one, or returns null if all are lent, or so many as this client may have. */
  @Nullable Loan tryBorrow(InetSocketAddress client) {
    if (pool.outstanding() == limit || !clients.hasRoomFor(client)) {
      return null;
    }
    ClientCounts.Client counted = clients.add(client);
    Loan loan = null;
    try {
      loan = new Loan(pool.borrow(), counted);
      return loan;
    } finally {
      if (loan == null) {
        clients.remove(counted); // there is no memory
      }
    }
  }

  /** Takes one back, once. */
  void giveBack(Loan loan) {
    clients.remove(loan.client);
    pool.giveBack(loan.buffer);
  }

  /** How many are lent out now. */
  public int outstanding() {
    return pool.outstanding();
  }
}
