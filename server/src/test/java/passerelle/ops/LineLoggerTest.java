package passerelle.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;
import passerelle.harness.FailingLog;

/** What a line looks like, and that to write one never throws. */
@Timeout(180)
final class LineLoggerTest {
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
  private final ErrorOutput output = new ErrorOutput(octets);
  private final LineLogger logger = new LineLogger("name", output, Level.INFO);

  @AfterEach
  void end() {
    output.close();
  }

  private String text() throws InterruptedException {
    assertTrue(output.finish(Duration.ofSeconds(60)));
    return octets.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aLineHasATimeALevelAndAMessage() throws InterruptedException {
    logger.warn("{} is café", "this");
    String line = text();
    assertTrue(line.matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d WARN this is café\n"), line);
  }

  @Test
  void aFaultHasItsStackInTheSameEntry() throws InterruptedException {
    logger.error("it failed", new IllegalStateException("for a test"));
    String entry = text();
    assertTrue(
        entry.contains("ERROR it failed\njava.lang.IllegalStateException: for a test\n\tat"));
  }

  @Test
  void lowerLevelsAreNotWritten() throws InterruptedException {
    logger.debug("no");
    logger.trace("no");
    logger.info("yes");
    assertTrue(text().endsWith("INFO yes\n"));
    assertEquals(1, text().lines().count());
    assertFalse(logger.isDebugEnabled());
    assertTrue(new LineLogger("name", output, Level.DEBUG).isDebugEnabled());
  }

  @Test
  void anEntryIsCut() throws InterruptedException {
    logger.info("x".repeat(2 * ErrorOutput.ENTRY_OCTETS));
    assertEquals(ErrorOutput.ENTRY_OCTETS, text().length());
    assertTrue(text().endsWith("x\n"));
  }

  /** Whatever fails while a line is rendered: it is counted, and the caller goes on. */
  @Test
  void aLineThatCannotBeRenderedCountsAsMissing() throws InterruptedException {
    for (Throwable fault : FailingLog.FAULTS) {
      logger.error(
          "it failed",
          new IllegalStateException() {
            private static final long serialVersionUID = 1L;

            @Override
            public void printStackTrace(PrintWriter writer) {
              FailingLog.fail(fault);
            }
          });
    }
    logger.info("on");
    String text = text();
    assertTrue(text.contains("lines missing here"), text);
    assertTrue(text.contains("INFO on\n"), text);
  }

  @Test
  void linesThatAreLimitedByWhoSaysThemAreNotLimitedAgain() throws InterruptedException {
    LineLogger scripts = new LineLogger(LineLogger.SCRIPTS, output, Level.INFO);
    for (int i = 0; i < 3 * LineKinds.LINES; i++) {
      scripts.warn("script {} says: {}", "/x", i);
    }
    assertEquals(3 * LineKinds.LINES, text().lines().count());
  }
}
