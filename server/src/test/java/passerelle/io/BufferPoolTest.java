package passerelle.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** Lending and taking back. */
final class BufferPoolTest {
  private final BufferPool pool = new BufferPool(64, 2);

  @Test
  void lendsClearedDirectBuffersOfItsSize() {
    ByteBuffer buffer = pool.borrow();
    assertTrue(buffer.isDirect());
    assertEquals(64, buffer.capacity());
    buffer.position(10).limit(20);
    pool.giveBack(buffer);
    ByteBuffer again = pool.borrow();
    assertSame(buffer, again);
    assertEquals(0, again.position());
    assertEquals(64, again.limit());
  }

  @Test
  void countsWhatIsLentOut() {
    ByteBuffer first = pool.borrow();
    ByteBuffer second = pool.borrow();
    assertEquals(2, pool.outstanding());
    assertNotSame(first, second);
    pool.giveBack(first);
    assertEquals(1, pool.outstanding());
    pool.giveBack(second);
    assertEquals(0, pool.outstanding());
  }

  @Test
  void keepsNoMoreFreeBuffersThanItShould() {
    ByteBuffer[] lent = {pool.borrow(), pool.borrow(), pool.borrow()};
    for (ByteBuffer buffer : lent) {
      pool.giveBack(buffer);
    }
    assertSame(lent[1], pool.borrow());
    assertSame(lent[0], pool.borrow());
    assertNotSame(lent[2], pool.borrow());
  }

  @Test
  void refusesWhatItDidNotLend() {
    assertThrows(
        IllegalArgumentException.class, () -> pool.giveBack(ByteBuffer.allocateDirect(64)));
    ByteBuffer lent = pool.borrow();
    assertThrows(
        IllegalArgumentException.class, () -> pool.giveBack(ByteBuffer.allocateDirect(63)));
    pool.giveBack(lent);
    assertThrows(IllegalArgumentException.class, () -> pool.giveBack(lent));
  }
}
