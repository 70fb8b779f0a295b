package passerelle.cgi;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import passerelle.process.Child;
import passerelle.process.Exit;

/** What is gathered of a script's content before its answer is sent. */
final class OpeningTest {
  private final List<String> errors = new ArrayList<>();
  private long nowNanos = Long.MAX_VALUE - 1000; // a clock that is about to turn over

  /** A script that prints these chunks; an empty one is the end of its output. */
  private final class Printing implements Child {
    private final ArrayDeque<String> chunks;
    private long pauseNanos;

    /** From the end of its output to its own. */
    private long lastNanos;

    private boolean hasEnded;

    Printing(String... chunks) {
      this.chunks = new ArrayDeque<>(List.of(chunks));
    }

    @Override
    public boolean await(long nanos) {
      long pause = chunks.isEmpty() ? lastNanos : pauseNanos;
      nowNanos += Math.min(pause, nanos);
      hasEnded = chunks.isEmpty() && lastNanos <= nanos;
      return hasEnded || (pause <= nanos && !chunks.isEmpty());
    }

    @Override
    public byte[] readOutput() {
      return chunks.remove().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public byte @Nullable [] readErrors() {
      return chunks.size() == 1 ? "oops".getBytes(StandardCharsets.US_ASCII) : null;
    }

    @Override
    public long pid() {
      return 1;
    }

    @Override
    public void closeOutput() {}

    @Override
    public boolean hasEnded() {
      return hasEnded;
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
    public Exit reap(BooleanSupplier leavesNothing) {
      return new Exit(0, 0, 0, 0);
    }

    @Override
    public boolean kill(boolean isForced) {
      return true;
    }
  }

  private Opening gathered(Child script) throws IOException {
    byte[] first = "head|first".getBytes(StandardCharsets.US_ASCII);
    Opening opening = new Opening(first, 5, () -> nowNanos);
    opening.gather(script, said -> errors.add(new String(said, StandardCharsets.US_ASCII)));
    return opening;
  }

  private static String text(Opening opening) {
    return new String(opening.octets(), StandardCharsets.US_ASCII);
  }

  @Test
  void aScriptThatSaysAllAtOnceIsHeardToItsEnd() throws IOException {
    Opening opening = gathered(new Printing(" second", " third", ""));
    assertEquals("first second third", text(opening));
    assertTrue(opening.isWhole());
    assertEquals(List.of("oops"), errors);
  }

  @Test
  void whoFallsSilentIsNotWaitedFor() throws IOException {
    Printing script = new Printing(" second");
    script.lastNanos = Long.MAX_VALUE;
    Opening opening = gathered(script);
    assertEquals("first second", text(opening));
    assertFalse(opening.isOutputEnded());
    assertFalse(opening.isWhole());
  }

  @Test
  void whatWasPrintedIsNotKeptForLongByWhoPrintsBitByBit() throws IOException {
    Printing script = new Printing(" 1", " 2", " 3", " 4", " 5", " 6", " 7", "");
    script.pauseNanos = TimeUnit.MICROSECONDS.toNanos(999);
    assertEquals("first 1 2 3 4 5", text(gathered(script)));
    script.pauseNanos = TimeUnit.MICROSECONDS.toNanos(1001);
    assertEquals("first", text(gathered(script)));
  }

  @Test
  void whoPrintsOnAndOnIsNotGatheredWithoutBound() throws IOException {
    String[] chunks = new String[100];
    Arrays.fill(chunks, "x".repeat(1000));
    Opening opening = gathered(new Printing(chunks));
    assertTrue(opening.octets().length < 34_000, opening.octets().length + " octets");
    assertFalse(opening.isWhole());
  }

  /** How a script ends says whether its answer is whole; so its end is awaited, for a moment. */
  @Test
  void nothingIsWholeBeforeTheEndOfTheScriptIsKnown() throws IOException {
    Printing script = new Printing(" second", "");
    script.lastNanos = TimeUnit.MILLISECONDS.toNanos(20);
    assertTrue(gathered(script).isWhole());
    script = new Printing(" second", "");
    script.lastNanos = TimeUnit.MILLISECONDS.toNanos(25);
    Opening opening = gathered(script);
    assertEquals("first second", text(opening));
    assertTrue(opening.isOutputEnded());
    assertFalse(opening.isWhole());
  }
}
