package passerelle.wire;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

/** The few input buffers for large heads. */
final class LargeBuffersTest {
  private static final InetSocketAddress ONE = new InetSocketAddress("192.0.2.1", 1);
  private static final InetSocketAddress SAME = new InetSocketAddress("192.0.2.1", 2);
  private static final InetSocketAddress OTHER = new InetSocketAddress("192.0.2.2", 1);
  private static final InetSocketAddress THIRD = new InetSocketAddress("192.0.2.3", 1);

  private final LargeBuffers buffers = new LargeBuffers(20_000, 4);

  private LargeBuffers.Loan borrow(InetSocketAddress client) {
    LargeBuffers.Loan loan = buffers.tryBorrow(client);
    assertNotNull(loan);
    assertEquals(20_000, loan.buffer().remaining());
    return loan;
  }

  @Test
  void aClientHasHalfOfThemAtMostAndAllTogetherHaveALimit() {
    LargeBuffers.Loan first = borrow(ONE);
    borrow(SAME);
    assertNull(buffers.tryBorrow(ONE));
    borrow(OTHER);
    buffers.giveBack(first);
    borrow(SAME);
    borrow(OTHER);
    assertNull(buffers.tryBorrow(THIRD));
    assertEquals(4, buffers.outstanding());
  }

  @Test
  void whatWasGivenBackIsLentAgainCleared() {
    LargeBuffers.Loan loan = borrow(ONE);
    loan.buffer().put(new byte[100]);
    buffers.giveBack(loan);
    assertEquals(0, buffers.outstanding());
    borrow(OTHER);
  }
}
