package passerelle.reactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.harness.FailingLog;

/** A loop whose Selector fails goes on, unless it does nothing else. */
@Timeout(180)
final class SelectorFaultsTest {
  private static final int MOST = 8;

  /** One without channels that fails so often, in each way that there is. */
  private static final class Failing extends AbstractSelector {
    private int left;

    Failing(int times) {
      super(SelectorProvider.provider());
      left = times;
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeout) throws IOException {
      return selectNow();
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
      return selectNow();
    }

    @Override
    public int selectNow() throws IOException {
      if (left-- > 0) {
        if (left % 2 == 0) {
          throw new IOException("for a test");
        }
        FailingLog.fail(FailingLog.FAULTS.get(left % FailingLog.FAULTS.size()));
      }
      return 0;
    }

    @Override
    public int select(long timeout) throws IOException {
      return selectNow();
    }

    @Override
    public int select() throws IOException {
      return selectNow();
    }

    @Override
    public Selector wakeup() {
      return this;
    }

    @Override
    public Set<SelectionKey> keys() {
      return Set.of();
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
      return Set.of();
    }

    @Override
    protected void implCloseSelector() {}

    @Override
    protected SelectionKey register(
        AbstractSelectableChannel channel, int operations, Object attachment) {
      throw new UnsupportedOperationException();
    }
  }

  /** A loop that counts the turns of a task, and stops after so many. */
  private static int turns(int failures, int turns) throws IOException {
    int[] run = {0};
    try (FailingLog log = new FailingLog(true);
        Reactor reactor = new Reactor(new LoopClock(), new Failing(failures), MOST)) {
      Runnable[] self = new Runnable[1];
      self[0] =
          () -> {
            run[0]++;
            if (run[0] == turns) {
              reactor.stop();
            } else {
              reactor.again(self[0]);
            }
          };
      reactor.execute(self[0]);
      reactor.run();
      assertTrue(log.isUsed());
    }
    return run[0];
  }

  @Test
  void aSelectorThatFailsIsAskedAgainAndTasksRunMeanwhile() throws IOException {
    assertEquals(20, turns(MOST - 1, 20));
  }

  @Test
  void aSelectorThatOnlyFailsEndsTheLoopWithItsReason() {
    IOException end =
        assertThrows(IOException.class, () -> turns(Integer.MAX_VALUE, Integer.MAX_VALUE));
    assertSame(IOException.class, end.getClass());
    assertEquals("the Selector fails again and again", end.getMessage());
  }
}
