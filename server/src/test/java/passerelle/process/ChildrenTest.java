package passerelle.process;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The reaper does what it is to do, whatever fails meanwhile. */
@Timeout(120)
final class ChildrenTest {
  private static final long LONG_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final Children children = new Children(false, environment -> null);
  private final AtomicInteger attempts = new AtomicInteger();
  private final CountDownLatch done = new CountDownLatch(1);

  @AfterEach
  void close() throws InterruptedException {
    children.close(LONG_NANOS);
  }

  private void failAtFirst() {
    if (attempts.incrementAndGet() < 3) {
      throw new OutOfMemoryError("as if");
    }
    done.countDown();
  }

  @Test
  void whatIsDueIsTriedUntilItSucceeds() throws InterruptedException {
    Future<?> due = children.after(0, this::failAtFirst);
    assertTrue(done.await(1, TimeUnit.MINUTES));
    assertEquals(3, attempts.get());
    assertFalse(due.isCancelled());
  }

  /** The thread of whoever would stop it may be short of memory: the time limit still counts. */
  @Test
  void aProgramIsStoppedThoughTheFirstToStopItFailed() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    StopSwitch stop =
        new StopSwitch(
            children,
            new StopSwitch.Owner() {
              @Override
              public void look() {
                failAtFirst();
              }

              @Override
              public void leave() {
                throw new AssertionError("it has been started");
              }
            });
    stop.started(new Deaf(asked));
    Future<?> due = children.after(0, stop::endTime);
    assertTrue(done.await(1, TimeUnit.MINUTES));
    assertTrue(stop.isLate());
    assertTrue(stop.isOn());
    assertTrue(asked.await(1, TimeUnit.MINUTES));
    due.cancel(false);
  }

  @Test
  void oneThatCannotBeKilledKeepsNoOtherFromIt() throws InterruptedException {
    CountDownLatch others = new CountDownLatch(2);
    for (int i = 0; i < 3; i++) {
      boolean fails = i == 1;
      StopSwitch[] self = new StopSwitch[1];
      self[0] =
          new StopSwitch(
              children,
              new StopSwitch.Owner() {
                @Override
                public void look() {
                  if (fails && attempts.incrementAndGet() < 3) {
                    throw new OutOfMemoryError("as if");
                  }
                  children.remove(self[0], true);
                }

                @Override
                public void leave() {}
              });
      self[0].started(new Deaf(others));
      children.add(self[0]);
    }
    children.killAll(LONG_NANOS);
    assertEquals(0, children.count());
    assertEquals(3, attempts.get());
    assertEquals(0, others.getCount());
  }

  /** It only notes what it is sent. */
  private static final class Deaf implements Child {
    private final CountDownLatch asked;

    Deaf(CountDownLatch asked) {
      this.asked = asked;
    }

    @Override
    public long pid() {
      return 1;
    }

    @Override
    public boolean await(long nanos) {
      return false;
    }

    @Override
    public byte[] readOutput() {
      return new byte[0];
    }

    @Override
    public byte[] readErrors() {
      return new byte[0];
    }

    @Override
    public void closeOutput() {}

    @Override
    public boolean hasEnded() {
      return false;
    }

    @Override
    public boolean tellsEnd() {
      return true;
    }

    @Override
    public boolean wasKilled() {
      return false;
    }

    @Override
    public void watch(Runnable onReady) {}

    @Override
    public void unwatch() {}

    @Override
    public Exit reap(BooleanSupplier leavesNothing) throws IOException {
      throw new IOException("it is not a process");
    }

    @Override
    public boolean kill(boolean isForced) {
      asked.countDown();
      return true;
    }
  }
}
