package passerelle.http;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import passerelle.http.StreamBody.Offer;
import passerelle.io.MemoryTransport;
import passerelle.io.QueuedLoop;

/** A stream between two threads: this one is the loop. */
@Timeout(300)
final class StreamBodyThreadsTest {
  private final ExecutorService workers = Executors.newCachedThreadPool();
  private final QueuedLoop loop = new QueuedLoop();
  private final MemoryTransport transport = new MemoryTransport();

  /** How many offers found no room. */
  private final AtomicInteger refused = new AtomicInteger();

  @AfterEach
  void stopWorkers() {
    workers.shutdownNow();
  }

  /** Offers until the chunk is taken or nobody wants it, each time after there was room. */
  private boolean put(StreamBody body, String text) throws InterruptedException {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    Semaphore room = new Semaphore(0);
    Offer offer = body.offer(ByteBuffer.wrap(octets), room::release);
    while (offer == Offer.FULL) {
      refused.incrementAndGet();
      room.acquire();
      offer = body.offer(ByteBuffer.wrap(octets), room::release);
    }
    return offer == Offer.TAKEN;
  }

  private StreamBody stream(long length) {
    return new StreamBody(length, loop, () -> {});
  }

  /** Five chunks into a ring of four: the worker parks with one in its hand. */
  private Future<Boolean> fiveChunks(StreamBody body, AtomicInteger taken) {
    return workers.submit(
        () -> {
          for (int i = 0; i < 5; i++) {
            if (!put(body, "" + i)) {
              return false;
            }
            taken.incrementAndGet();
          }
          return true;
        });
  }

  @Test
  void aProducerParksWhenTheRingIsFullAndGoesOnWhenThereIsRoom() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    AtomicInteger taken = new AtomicInteger();
    Future<Boolean> worker = fiveChunks(body, taken);
    await().atMost(1, TimeUnit.MINUTES).until(() -> refused.get() == 1);
    assertEquals(4, taken.get());
    assertFalse(worker.isDone());
    assertEquals(Progress.MORE, body.writeTo(transport, 2));
    assertTrue(worker.get());
    assertEquals(Progress.STARVED, body.writeTo(transport, 100));
    assertEquals("01234", transport.output());
  }

  @Test
  void aProducerThatWaitsIsLetGoWhenTheStreamCloses() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    AtomicInteger taken = new AtomicInteger();
    Future<Boolean> worker = fiveChunks(body, taken);
    await().atMost(1, TimeUnit.MINUTES).until(() -> refused.get() == 1);
    assertEquals(4, taken.get());
    body.close();
    assertFalse(worker.get());
  }

  @Test
  void allContentArrivesInOrderWithoutALostWakeUp() throws Exception {
    for (int round = 0; round < 200; round++) {
      StreamBody body = stream(Body.UNKNOWN);
      AtomicInteger wakes = new AtomicInteger();
      body.onContent(wakes::incrementAndGet);
      int chunks = 100;
      Future<Boolean> worker =
          workers.submit(
              () -> {
                for (int i = 0; i < chunks; i++) {
                  if (!put(body, i + " ")) {
                    return false;
                  }
                }
                body.finish();
                return true;
              });
      transport.takeOutput();
      Progress progress = body.writeTo(transport, 10);
      while (progress != Progress.DONE) {
        if (progress == Progress.STARVED) {
          int before = wakes.get();
          while (wakes.get() == before) {
            loop.runAll();
            LockSupport.parkNanos(1000);
          }
        }
        progress = body.writeTo(transport, 10);
      }
      assertTrue(worker.get());
      assertEquals(numbers(chunks), transport.output());
    }
  }

  private static String numbers(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i).append(' ');
    }
    return text.toString();
  }

  /**
   * A failure that comes at any moment must never be taken for the end: the client would believe
   * that it has everything.
   */
  @Test
  void aFailureIsNeverMistakenForTheEnd() throws Exception {
    CyclicBarrier start = new CyclicBarrier(2);
    int rounds = 2_000;
    StreamBody[] bodies = new StreamBody[rounds];
    for (int i = 0; i < rounds; i++) {
      bodies[i] = stream(Body.UNKNOWN);
    }
    AtomicInteger turn = new AtomicInteger(-1);
    Future<?> worker =
        workers.submit(
            () -> {
              start.await();
              for (int i = 0; i < rounds; i++) {
                for (int looks = 1; turn.get() < i; looks++) {
                  spin(looks);
                }
                bodies[i].fail("for a test");
              }
              return null;
            });
    start.await();
    int mistaken = 0;
    for (int i = 0; i < rounds; i++) {
      turn.set(i);
      if (endsAsDone(bodies[i])) {
        mistaken++;
      }
    }
    worker.get();
    assertEquals(0, mistaken, "failed streams that were reported as complete");
  }

  private boolean endsAsDone(StreamBody body) {
    try {
      for (int looks = 1; body.writeTo(transport, 100) == Progress.STARVED; looks++) {
        spin(looks);
      }
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Spins, so that both meet at the same moment; on a single core the other must run first. */
  private static void spin(int looks) {
    if (looks % 1000 == 0) {
      LockSupport.parkNanos(1);
    } else {
      Thread.onSpinWait();
    }
  }
}
