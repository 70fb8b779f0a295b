package passerelle.app;

import java.io.IOException;
import java.lang.reflect.Field;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;

/**
 * Holds the loop of a server still. What clients do meanwhile is all there when it goes on: however
 * long they took, no limit of the server's began to run before they were done.
 */
final class HeldLoop {
  private HeldLoop() {}

  /** What is done meanwhile. */
  interface Step<T> {
    T run() throws IOException;
  }

  /** Holds the loop, does something, and lets the loop go on. */
  static <T> T during(Server server, Step<T> step) throws IOException {
    CountDownLatch begin = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    loop(server)
        .execute(
            () -> {
              begin.countDown();
              await(end);
            });
    try {
      await(begin);
      return step.run();
    } finally {
      end.countDown();
    }
  }

  private static Executor loop(Server server) {
    try {
      Field reactor = Server.class.getDeclaredField("reactor");
      reactor.setAccessible(true);
      return (Executor) reactor.get(server);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
