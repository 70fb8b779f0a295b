package passerelle.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import passerelle.http.StreamBody.Offer;
import passerelle.io.MemoryTransport;
import passerelle.io.QueuedLoop;

/** A stream as the loop sees it, on one thread. */
final class StreamBodyTest {
  private static final long QUANTUM = 1000;

  private final QueuedLoop loop = new QueuedLoop();
  private final MemoryTransport transport = new MemoryTransport();
  private int woken;
  private int abandoned;
  private int calledBack;

  private StreamBody stream(long length) {
    StreamBody body = new StreamBody(length, loop, () -> abandoned++);
    body.onContent(() -> woken++);
    return body;
  }

  private boolean put(StreamBody body, String text) {
    return offer(body, text) == Offer.TAKEN;
  }

  private Offer offer(StreamBody body, String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    return body.offer(ByteBuffer.wrap(octets), () -> calledBack++);
  }

  private Progress write(StreamBody body) throws IOException {
    return body.writeTo(transport, QUANTUM);
  }

  @Test
  void sendsWhatWasPutAndIsDoneWhenItIsFinished() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    assertEquals(Progress.STARVED, write(body));
    assertTrue(put(body, "a") && put(body, "b"));
    assertEquals(Progress.STARVED, write(body));
    assertTrue(put(body, "c"));
    body.finish();
    assertEquals(Progress.DONE, write(body));
    assertEquals(Progress.DONE, write(body));
    assertEquals("abc", transport.output());
  }

  @Test
  void aFifthChunkFindsNoRoomAndItsProducerIsCalledOnceWhenHalfIsFree() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    for (int i = 0; i < 4; i++) {
      assertEquals(Offer.TAKEN, offer(body, "x"));
    }
    assertEquals(Offer.FULL, offer(body, "y"));
    assertEquals(Progress.MORE, body.writeTo(transport, 0));
    assertEquals(0, calledBack, "three chunks are still there");
    assertEquals(Progress.MORE, body.writeTo(transport, 1));
    assertEquals(1, calledBack);
    assertEquals(Progress.STARVED, write(body));
    assertEquals(Offer.TAKEN, offer(body, "z"));
    assertEquals(Progress.STARVED, write(body));
    assertEquals("xxxxz", transport.output());
    assertEquals(1, calledBack);
  }

  @Test
  void aProducerThatWaitsForRoomIsCalledWhenTheStreamCloses() {
    StreamBody body = stream(Body.UNKNOWN);
    for (int i = 0; i < 4; i++) {
      assertEquals(Offer.TAKEN, offer(body, "x"));
    }
    assertEquals(Offer.FULL, offer(body, "y"));
    body.close();
    body.close();
    assertEquals(1, calledBack);
    assertEquals(Offer.CLOSED, offer(body, "y"));
  }

  @Test
  void wakesTheLoopOnlyIfItStarvedAndOnlyOnce() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    put(body, "a");
    assertEquals(0, loop.size(), "nobody waits yet");
    assertEquals(Progress.STARVED, write(body));
    put(body, "b");
    put(body, "c");
    assertEquals(1, loop.size());
    loop.runAll();
    assertEquals(1, woken);
    assertEquals(Progress.STARVED, write(body));
    body.finish();
    loop.runAll();
    assertEquals(2, woken);
    assertEquals(Progress.DONE, write(body));
  }

  @Test
  void aBlockedLoopIsNotWoken() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    transport.capacity(1);
    put(body, "ab");
    assertEquals(Progress.BLOCKED, write(body));
    put(body, "c");
    body.finish();
    assertEquals(0, loop.size());
    transport.capacity(10);
    assertEquals(Progress.DONE, write(body));
    assertEquals("abc", transport.output());
  }

  @Test
  void aFailureWakesTheLoopAndIsThrownBehindTheContent() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    assertEquals(Progress.STARVED, write(body));
    put(body, "a");
    body.fail("for a test");
    loop.runAll();
    assertEquals(1, woken);
    IOException e = assertThrows(IOException.class, () -> write(body));
    assertEquals("for a test", e.getMessage());
    assertEquals("a", transport.output());
  }

  /** A worker that fails and then cleans up with finish() has still failed. */
  @Test
  void theFirstEndingCounts() throws Exception {
    StreamBody failed = stream(Body.UNKNOWN);
    failed.fail("for a test");
    failed.finish();
    assertThrows(IOException.class, () -> write(failed));
    StreamBody finished = stream(Body.UNKNOWN);
    finished.finish();
    finished.fail("too late");
    assertEquals(Progress.DONE, write(finished));
  }

  @Test
  void contentThatIsTooShortIsAnError() throws Exception {
    StreamBody body = stream(5);
    put(body, "abc");
    body.finish();
    assertThrows(IOException.class, () -> write(body));
    assertEquals("abc", transport.output());
  }

  @Test
  void contentThatIsTooLongIsCut() throws Exception {
    StreamBody body = stream(5);
    put(body, "abc");
    put(body, "defgh");
    put(body, "ijk");
    assertEquals(Progress.DONE, write(body));
    assertEquals("abcde", transport.output());
    body.close();
    assertEquals(0, abandoned);
    assertFalse(put(body, "x"));
  }

  @Test
  void contentOfTheExactLengthIsDoneBeforeItIsFinished() throws Exception {
    StreamBody body = stream(3);
    put(body, "abc");
    assertEquals(Progress.DONE, write(body));
    body.finish();
    assertEquals(Progress.DONE, write(body));
    StreamBody empty = stream(0);
    assertEquals(Progress.DONE, write(empty));
  }

  @Test
  void theQuantumBoundsOneCall() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    put(body, "abc");
    put(body, "def");
    put(body, "ghi");
    transport.capacity(2);
    assertEquals(Progress.BLOCKED, body.writeTo(transport, 4));
    transport.capacity(100);
    assertEquals(Progress.MORE, body.writeTo(transport, 1));
    assertEquals("abc", transport.output());
    body.finish();
    assertEquals(Progress.DONE, body.writeTo(transport, 100));
    assertEquals("abcdefghi", transport.output());
  }

  @Test
  void aLoopThatCouldNotBeWokenIsWokenByTheNextChunkOrTheEnd() throws Exception {
    for (int call = 0; call < 2; call++) {
      boolean[] isOutOfMemory = {true};
      StreamBody body =
          new StreamBody(
              Body.UNKNOWN,
              task -> {
                if (isOutOfMemory[0]) {
                  throw new OutOfMemoryError("for a test");
                }
                loop.execute(task);
              },
              () -> abandoned++);
      body.onContent(() -> woken++);
      assertEquals(Progress.STARVED, write(body));
      assertThrows(OutOfMemoryError.class, () -> put(body, "a"));
      assertThrows(OutOfMemoryError.class, body::finish);
      isOutOfMemory[0] = false;
      if (call == 0) {
        body.fail("too late: it is finished");
      } else {
        put(body, "b");
      }
      assertEquals(1, loop.size());
      loop.runAll();
      assertEquals(call + 1, woken);
      assertEquals(Progress.DONE, write(body));
    }
    assertEquals("aab", transport.output());
  }

  @Test
  void aProducerThatFailsKeepsNobodyFromHearingThatTheStreamIsAbandoned() {
    StreamBody body = stream(Body.UNKNOWN);
    while (put(body, "a")) {
      assertEquals(0, abandoned);
    }
    body.offer(
        ByteBuffer.allocate(1),
        () -> {
          throw new OutOfMemoryError("for a test");
        });
    assertThrows(OutOfMemoryError.class, body::close);
    assertEquals(1, abandoned);
    body.close();
    assertEquals(1, abandoned);
  }

  @Test
  void closingRefusesFurtherChunksAndTellsOnce() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    put(body, "abc");
    body.close();
    body.close();
    assertEquals(1, abandoned);
    assertFalse(put(body, "x"));
    body.finish();
    assertEquals(1, abandoned);
  }

  @Test
  void closingAFinishedStreamAbandonsNothing() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    put(body, "abc");
    body.finish();
    write(body);
    body.close();
    assertEquals(0, abandoned);
  }

  @Test
  void anErrorOfTheTransportComesThrough() throws Exception {
    StreamBody body = stream(Body.UNKNOWN);
    put(body, "abc");
    transport.breakOff();
    assertThrows(IOException.class, () -> write(body));
  }
}
