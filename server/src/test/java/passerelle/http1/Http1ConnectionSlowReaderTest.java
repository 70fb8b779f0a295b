package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import passerelle.wire.Patience;

/** A client must read at a least rate, on average, however its socket takes the octets. */
final class Http1ConnectionSlowReaderTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final int IDLE_SECONDS = 60;
  private static final int STALL_SECONDS = 30;

  @Test
  void aClientThatDoesNotReadIsClosed() {
    for (int octets : new int[] {10, 1_000_000}) {
      try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(octets)))) {
        rig.transport.capacity(0);
        rig.send(GET);
        assertTrue(rig.port.writes());
        rig.pass(STALL_SECONDS - 1);
        assertFalse(rig.isClosed());
        rig.pass(IDLE_SECONDS);
        rig.assertClosed();
      }
    }
  }

  /** A socket whose buffer is emptied in gulps: so it looks when a client reads slowly. */
  private static int secondsUntilClosed(int answerOctets, int firstOctets, int octets, int every) {
    try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(answerOctets)))) {
      rig.transport.capacity(firstOctets);
      rig.transport.offer(GET);
      rig.turn();
      rig.transport.capacity(0);
      int seconds = 0;
      while (!rig.isClosed() && !rig.port.reads()) {
        rig.pass(1);
        if (++seconds % every == 0) {
          rig.transport.capacity(octets);
          rig.turn();
          rig.transport.capacity(0);
        }
      }
      return rig.isClosed() ? seconds : -1;
    }
  }

  @Test
  void aClientThatReadsAtTheLeastRateGetsItsAnswerHoweverLongItTakes() {
    int rate = (int) Patience.standard().sendRate();
    assertEquals(-1, secondsUntilClosed(2_000_000, 16_000, rate, 1));
    assertEquals(-1, secondsUntilClosed(2_000_000, 16_000, 20 * rate, 20));
    assertEquals(-1, secondsUntilClosed(9_000_000, 3_900_000, 350 * rate, 350));
  }

  @Test
  void aClientThatReadsLessIsDroppedHoweverSteadilyItReads() {
    int rate = (int) Patience.standard().sendRate();
    int seconds = secondsUntilClosed(2_000_000, 0, rate / 4, 1);
    assertTrue(seconds > STALL_SECONDS && seconds < 2 * STALL_SECONDS, () -> "after " + seconds);
    assertEquals(STALL_SECONDS, secondsUntilClosed(2_000_000, 0, 0, 1));
  }

  @Test
  void aFastBeginningBuysAClientOnlySoMuchTime() {
    int seconds = secondsUntilClosed(60_000_000, 50_000_000, 0, 1);
    assertTrue(seconds <= STALL_SECONDS + 384, () -> "after " + seconds);
  }

  /** Answers to a pipeline that nobody reads are one debt, not one for each. */
  @Test
  void aPipelineThatIsReadTooSlowlyIsDropped() {
    try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(6000)))) {
      rig.transport.capacity(0);
      rig.transport.offer(GET.repeat(300));
      int seconds = 0;
      while (!rig.isClosed() && seconds < 1000) {
        rig.pass(10);
        seconds += 10;
        rig.transport.capacity(7000);
        rig.turn();
        rig.transport.capacity(0);
      }
      int atMost = 3 * STALL_SECONDS;
      int passed = seconds;
      assertTrue(passed <= atMost, () -> "after " + passed + " seconds");
    }
  }
}
