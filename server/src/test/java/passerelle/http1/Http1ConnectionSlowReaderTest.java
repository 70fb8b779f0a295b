package passerelle.http1;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.wire.Limits;
import passerelle.wire.Patience;

/** A client must read at a least rate, on average, however its socket takes the octets. */
final class Http1ConnectionSlowReaderTest {
  private static final String GET = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n";
  private static final int IDLE_SECONDS = 60;
  private static final int STALL_SECONDS = 30;
  private static final int RATE = (int) Patience.standard().sendRate();

  /** What Linux gives a fast reader on the loopback. */
  private static final int SEND_BUFFER = 3_900_000;

  private static final int ANSWER = 9_000_000;
  private static final int NEVER = 10_000;

  /** No client that reads nothing stays for longer, whatever it did before. */
  private static final int MOST_SECONDS = 60;

  private static Rig rig(int octets) {
    return new Rig(exchange -> Handlers.text(exchange, "x".repeat(octets)));
  }

  /** The client reads nothing, and its socket is full. */
  private static void fill(Rig rig, int bufferOctets) {
    rig.transport.capacity(0);
    rig.transport.readUntold(bufferOctets);
    rig.send(GET);
    assertTrue(rig.port.writes());
    assertEquals(0, rig.transport.room());
  }

  /**
   * A client reads so many octets a second behind a full socket. Its system tells the server's of
   * them in gulps, and that tells of room when a third of its buffer is free. Returns after how
   * many seconds the client is dropped.
   */
  private static int secondsUntilDropped(Rig rig, int bufferOctets, int gulp, int perSecond) {
    fill(rig, bufferOctets);
    int unknown = 0;
    for (int second = 1; !rig.port.reads() && second < NEVER; second++) {
      rig.pass(1);
      if (rig.isClosed()) {
        return second;
      }
      unknown += perSecond;
      if (unknown >= gulp) {
        rig.transport.readUntold(unknown);
        unknown = 0;
      }
      if (rig.transport.room() > bufferOctets / 3) {
        rig.transport.tell();
        rig.run();
      }
    }
    return NEVER;
  }

  @Test
  void aClientThatDoesNotReadIsClosed() {
    for (int octets : new int[] {10, 1_000_000}) {
      try (Rig rig = rig(octets)) {
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

  /** A send buffer of megabytes is silent for minutes, a receive buffer for half of one. */
  @ParameterizedTest
  @CsvSource({
    "16000, 1",
    "16000, 16000",
    "87000, 65483",
    "3900000, 1",
    "3900000, 65483",
    "3900000, 150000"
  })
  void aClientThatReadsAtTheLeastRateGetsItsAnswer(int bufferOctets, int gulp) {
    try (Rig rig = rig(ANSWER)) {
      assertEquals(NEVER, secondsUntilDropped(rig, bufferOctets, gulp, RATE));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 16_000, SEND_BUFFER})
  void aClientThatReadsLessIsDroppedHoweverSteadilyItReads(int bufferOctets) {
    try (Rig rig = rig(ANSWER)) {
      int seconds = secondsUntilDropped(rig, bufferOctets, 1, RATE / 4);
      assertTrue(seconds >= STALL_SECONDS && seconds < 3 * STALL_SECONDS, () -> "after " + seconds);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 16_000, SEND_BUFFER, 8_000_000})
  void aFastBeginningBuysAClientOnlySoMuchTime(int bufferOctets) {
    try (Rig rig = rig(ANSWER)) {
      int seconds = secondsUntilDropped(rig, bufferOctets, 1, 0);
      assertTrue(seconds >= STALL_SECONDS && seconds <= MOST_SECONDS, () -> "after " + seconds);
    }
  }

  /** What a client's system takes and the client does not read is found before it is late. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void roomThatNobodyToldOfBuysNoMore(int afterSeconds) {
    try (Rig rig = rig(ANSWER)) {
      fill(rig, SEND_BUFFER);
      rig.pass(afterSeconds);
      rig.transport.readUntold(SEND_BUFFER / 3);
      int seconds = afterSeconds;
      while (!rig.isClosed() && seconds < NEVER) {
        rig.pass(1);
        seconds++;
      }
      int passed = seconds;
      assertTrue(passed <= MOST_SECONDS, () -> "after " + passed);
    }
  }

  /** Without a rate any octet will do, also one of which nobody told. */
  @Test
  void withoutARateAnyProgressWillDo() {
    Patience standard = Patience.standard();
    Duration stall = Duration.ofSeconds(STALL_SECONDS);
    Patience patience =
        new Patience(standard.headTime(), standard.idleTime(), stall, 0, 0, standard.lingerTime());
    Limits limits = new Limits(1000, 2000, 10, 1000, patience);
    try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(6000)), limits)) {
      assertEquals(NEVER, secondsUntilDropped(rig, 4000, 18, 1));
    }
    try (Rig rig = new Rig(exchange -> Handlers.text(exchange, "x".repeat(6000)), limits)) {
      assertEquals(STALL_SECONDS, secondsUntilDropped(rig, 4000, 1, 0));
    }
  }

  /** Answers to a pipeline that nobody reads are one debt, not one for each. */
  @Test
  void aPipelineThatIsReadTooSlowlyIsDropped() {
    try (Rig rig = rig(6000)) {
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
