package passerelle.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.harness.FailingLog;

/** A log's writer outlives what fails, and a line is whole or not there. */
@Timeout(180)
final class LogFileTest {
  private static final Duration WAIT = Duration.ofSeconds(60);

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();

  /** Fails once with each fault, then writes. */
  private OutputStream failing() {
    ArrayDeque<Throwable> faults = new ArrayDeque<>(FailingLog.FAULTS);
    return new OutputStream() {
      @Override
      public void write(int octet) {
        throw new AssertionError("a block is one write");
      }

      @Override
      public void write(byte[] octets, int from, int length) {
        if (!faults.isEmpty()) {
          FailingLog.fail(faults.removeFirst());
        }
        written.write(octets, from, length);
      }
    };
  }

  private static void line(LogFile file, String text) {
    assertTrue(file.hasRoomFor(text.length() + 1));
    file.text(text);
    file.endLine();
  }

  private String text() {
    return written.toString(StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theWriterOutlivesItsFailures(boolean logFails) throws IOException, InterruptedException {
    try (FailingLog log = new FailingLog(logFails)) {
      LogFile file = new LogFile("a log", this::failing);
      for (int i = 0; i < FailingLog.FAULTS.size(); i++) {
        line(file, "lost");
        file.flush();
      }
      line(file, "written");
      file.close(WAIT);
      assertEquals("written\n", text());
      assertTrue(log.isUsed());
    }
  }

  @Test
  void ofALineThatFailsNothingIsLeft() throws IOException, InterruptedException {
    LogFile file = new LogFile("a log", () -> written);
    line(file, "first");
    assertTrue(file.hasRoomFor(100));
    file.text("half a li");
    assertThrows(
        OutOfMemoryError.class,
        () -> {
          file.text("ne");
          FailingLog.fail(FailingLog.FAULTS.get(2));
        });
    line(file, "second");
    file.hasRoomFor(100);
    file.text("at the end");
    file.flush();
    file.text("and once more");
    file.close(WAIT);
    assertEquals("first\nsecond\n", text());
  }

  /** Blocks are used again: each has what it was given, and nothing of the one before. */
  @Test
  void blocksThatAreUsedAgainHoldTheirOwn() throws IOException, InterruptedException {
    LogFile file = new LogFile("a log", () -> written);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      String line = "x".repeat(i % 7) + i;
      line(file, line);
      expected.append(line).append('\n');
      if (i % 50 == 0) {
        file.flush();
      }
    }
    file.close(WAIT);
    assertEquals(0, file.dropped());
    assertEquals(expected.toString(), text());
  }

  /** A stream for each time that the target is opened. */
  private final Deque<ByteArrayOutputStream> opened = new ConcurrentLinkedDeque<>();

  private OutputStream next() {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    opened.addLast(stream);
    return stream;
  }

  @Test
  void whatComesAfterItWasOpenedAnewGoesThere() throws IOException, InterruptedException {
    LogFile file = new LogFile("a log", this::next);
    line(file, "before");
    file.flush();
    Awaitility.await().atMost(WAIT).until(() -> opened.getFirst().size() > 0);
    file.reopen();
    Awaitility.await().atMost(WAIT).until(() -> opened.size() == 2); // with nothing to write, too
    line(file, "after");
    file.close(WAIT);
    assertEquals(
        List.of("before\n", "after\n"),
        opened.stream().map(stream -> stream.toString(StandardCharsets.US_ASCII)).toList());
  }

  /** However many ask while the queue is full or not: every line is somewhere, once, in order. */
  @Test
  void noLineIsLostWhileItIsOpenedAnew() throws IOException, InterruptedException {
    LogFile file = new LogFile("a log", this::next);
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < 1000; i++) {
      line(file, "line " + i);
      expected.append("line ").append(i).append('\n');
      file.reopen();
      if (i % 50 == 0) {
        file.flush();
      }
    }
    file.close(WAIT);
    assertEquals(0, file.dropped());
    StringBuilder all = new StringBuilder();
    opened.forEach(stream -> all.append(stream.toString(StandardCharsets.US_ASCII)));
    assertEquals(expected.toString(), all.toString());
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTargetThatCannotBeOpenedAnewCostsNothing(boolean logFails)
      throws IOException, InterruptedException {
    ArrayDeque<Throwable> faults = new ArrayDeque<>(FailingLog.FAULTS);
    LogTarget target =
        () -> {
          if (!opened.isEmpty() && !faults.isEmpty()) {
            FailingLog.fail(faults.removeFirst());
          }
          return next();
        };
    try (FailingLog log = new FailingLog(logFails)) {
      LogFile file = new LogFile("a log", target);
      StringBuilder expected = new StringBuilder();
      for (int i = 0; i < FailingLog.FAULTS.size(); i++) {
        int left = faults.size();
        file.reopen();
        Awaitility.await().atMost(WAIT).until(() -> faults.size() < left);
        line(file, "line " + i);
        file.flush();
        expected.append("line ").append(i).append('\n');
      }
      file.close(WAIT);
      assertEquals(1, opened.size());
      assertEquals(expected.toString(), opened.getFirst().toString(StandardCharsets.US_ASCII));
      assertTrue(log.isUsed());
    }
  }
}
