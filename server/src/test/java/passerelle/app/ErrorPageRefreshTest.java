package passerelle.app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import passerelle.files.DiskQueue;

/** Error pages are read again by one worker at a time, however long that takes. */
final class ErrorPageRefreshTest {
  private final List<Runnable> threads = new ArrayList<>();
  private long nowNanos;
  private int refreshed;
  private boolean isFaulty;
  private final DiskQueue queue =
      new DiskQueue(threads::add, Runnable::run, () -> nowNanos, new DiskQueue.Capacity(4, 8, 100));
  private final ErrorPageRefresh refresh = new ErrorPageRefresh(queue, this::refresh);

  private void refresh() {
    refreshed++;
    if (isFaulty) {
      throw new IllegalStateException("a fault");
    }
  }

  @Test
  void oneThatHangsIsNotAskedAgain() {
    for (int second = 0; second < 60; second++) {
      refresh.ask();
      nowNanos += TimeUnit.SECONDS.toNanos(1);
      queue.tick();
    }
    assertEquals(1, threads.size());
    threads.remove(0).run();
    assertEquals(1, refreshed);
    refresh.ask();
    assertEquals(1, threads.size(), "it has come back");
  }

  @Test
  void oneThatFailsIsFollowedByAnother() {
    isFaulty = true;
    refresh.ask();
    threads.remove(0).run();
    refresh.ask();
    threads.remove(0).run();
    assertEquals(2, refreshed);
  }
}
