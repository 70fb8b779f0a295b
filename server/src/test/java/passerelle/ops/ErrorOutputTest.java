package passerelle.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;
import passerelle.harness.FailingLog;

/** Whoever writes to standard error never waits for whoever reads it. */
@Timeout(180)
final class ErrorOutputTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A reader that stops until the test lets it go on, or fails. */
  private static final class Target extends OutputStream {
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();
    private final CountDownLatch writing = new CountDownLatch(1);
    private final CountDownLatch gate;
    private final List<Throwable> failures;
    private int failed;

    Target(boolean reads, List<Throwable> failures) {
      this.gate = new CountDownLatch(reads ? 0 : 1);
      this.failures = failures;
    }

    @Override
    public void write(int octet) {
      throw new AssertionError("an entry is one write");
    }

    @Override
    public void write(byte[] octets, int from, int length) throws IOException {
      writing.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      if (failed < failures.size()) {
        Throwable failure = failures.get(failed++);
        if (failure instanceof IOException closed) {
          throw closed;
        }
        FailingLog.fail(failure);
      }
      synchronized (read) {
        read.write(octets, from, length);
      }
    }

    String text() {
      synchronized (read) {
        return read.toString(StandardCharsets.UTF_8);
      }
    }
  }

  private Target target;
  private ErrorOutput output;

  /** One that is read. */
  @BeforeEach
  void start() {
    target = new Target(true, List.of());
    output = new ErrorOutput(target);
  }

  private void start(Target to) {
    output.close();
    target = to;
    output = new ErrorOutput(to);
  }

  @AfterEach
  void end() throws InterruptedException {
    target.gate.countDown();
    assertTrue(output.finish(PATIENCE));
    output.close();
  }

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void entriesAreWrittenInTheirOrder() throws InterruptedException {
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < ErrorOutput.QUEUED_ENTRIES / 2; i++) {
      output.offer(octets(i + "\n"));
      expected.append(i).append('\n');
    }
    assertTrue(output.finish(PATIENCE));
    assertEquals(expected.toString(), target.text());
  }

  @Test
  void whatFindsNoRoomIsDroppedAndCountedInItsPlace() throws Exception {
    start(new Target(false, List.of()));
    output.offer(octets("first\n"));
    target.writing.await();
    int offered = 0;
    while (offered < 3 * ErrorOutput.QUEUED_ENTRIES) {
      output.offer(octets("line " + offered++ + "\n"));
    }
    assertFalse(output.finish(Duration.ofMillis(1)), "nobody reads");
    target.gate.countDown();
    assertTrue(output.finish(PATIENCE));
    output.offer(octets("last\n"));
    assertTrue(output.finish(PATIENCE));
    List<String> lines = target.text().lines().toList();
    assertEquals("first", lines.get(0));
    assertEquals("line " + (ErrorOutput.QUEUED_ENTRIES - 1), lines.get(lines.size() - 3));
    int missing = offered - ErrorOutput.QUEUED_ENTRIES;
    assertTrue(
        lines
            .get(lines.size() - 2)
            .endsWith("lines missing here, for nobody read them: " + missing),
        lines::toString);
    assertEquals("last", lines.get(lines.size() - 1));
  }

  @Test
  void theOctetsHaveABoundToo() throws Exception {
    start(new Target(false, List.of()));
    output.offer(octets("first\n"));
    target.writing.await();
    byte[] large = octets("x".repeat(ErrorOutput.ENTRY_OCTETS - 1) + "\n");
    int room = ErrorOutput.QUEUED_OCTETS / large.length;
    for (int i = 0; i < 2 * room; i++) {
      output.offer(large);
    }
    target.gate.countDown();
    assertTrue(output.finish(PATIENCE));
    assertTrue(target.text().endsWith("lines missing here, for nobody read them: " + room + "\n"));
    assertTrue(target.text().length() < ErrorOutput.QUEUED_OCTETS + 1000);
  }

  /** Nothing that fails ends the thread that writes: what comes later is written. */
  @Test
  void theWriterOutlivesItsFailures() throws InterruptedException {
    start(
        new Target(
            true,
            List.of(
                new IOException("closed, for a test"),
                FailingLog.FAULTS.get(0),
                FailingLog.FAULTS.get(1),
                FailingLog.FAULTS.get(2),
                FailingLog.FAULTS.get(3))));
    for (int i = 0; i < 5; i++) {
      output.offer(octets("lost\n"));
    }
    output.offer(octets("written\n"));
    assertTrue(output.finish(PATIENCE));
    assertEquals("written\n", target.text());
    assertEquals(5, output.lost());
  }

  @Test
  void whatCouldNotBeMadeIsCounted() throws InterruptedException {
    output.drop();
    assertTrue(output.finish(PATIENCE));
    assertTrue(target.text().endsWith("nobody read them: 1\n"), target.text());
  }

  @Test
  void whatIsPrintedBecomesLines() throws InterruptedException {
    PrintStream stream = new PrintStream(output.stream(), false, StandardCharsets.UTF_8);
    stream.println("é");
    stream.print("part");
    assertTrue(output.finish(PATIENCE));
    assertEquals("é\n", target.text());
    stream.flush();
    stream.print("x".repeat(ErrorOutput.ENTRY_OCTETS + 1));
    stream.println();
    assertTrue(output.finish(PATIENCE));
    assertEquals("é\npart" + "x".repeat(ErrorOutput.ENTRY_OCTETS + 1) + "\n", target.text());
  }

  @Test
  void whatWasLeftOutIsToldThoughNothingElseIsSaid() throws InterruptedException {
    AtomicLong nowNanos = new AtomicLong();
    output.close();
    output = new ErrorOutput(target, new LineKinds(nowNanos::get));
    LineLogger logger = new LineLogger("name", output, Level.INFO);
    for (int i = 0; i < LineKinds.LINES; i++) {
      logger.warn("of client {}", i);
    }
    Awaitility.await().until(() -> target.text().lines().count() == LineKinds.LINES);
    logger.warn("of client {}", "left out");
    nowNanos.set(LineKinds.MINUTE_NANOS);
    Awaitility.await()
        .until(() -> target.text().endsWith("left out, 1 more like this: of client {}\n"));
  }

  @Test
  void theEndTellsWhatWasLeftOut() throws InterruptedException {
    LineLogger logger = new LineLogger("name", output, Level.INFO);
    for (int i = 0; i < LineKinds.LINES + 5; i++) {
      logger.warn("of client {}", i);
    }
    assertTrue(output.finish(PATIENCE));
    List<String> lines = target.text().lines().toList();
    assertTrue(lines.get(LineKinds.LINES - 1).endsWith(" WARN of client 99"), lines.get(99));
    assertTrue(lines.get(lines.size() - 1).endsWith("left out, 5 more like this: of client {}"));
  }
}
