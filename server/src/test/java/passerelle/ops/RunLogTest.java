package passerelle.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The lines of the log of scripts' runs. */
@Timeout(180)
final class RunLogTest {
  /** Far longer than anything takes: it only ends a hang. */
  private static final Duration WAIT = Duration.ofSeconds(60);

  private final ByteArrayOutputStream written = new ByteArrayOutputStream();
  private final RunLog log =
      new RunLog(
          () -> written,
          Instant.parse("2024-02-29T23:59:58.999Z")::toEpochMilli,
          ZoneId.of("Asia/Kolkata"));

  RunLogTest() throws IOException {}

  private String text() {
    return written.toString(StandardCharsets.ISO_8859_1);
  }

  @Test
  void aLineHasTimeZoneNameAndOutcome() throws InterruptedException {
    log.onEnd("/cgi-bin/a.sh", "pid=7 exit=0 wall=0.1 user=0.2 system=0.3");
    log.close(WAIT);
    assertEquals(
        "2024-03-01T05:29:58+0530 /cgi-bin/a.sh pid=7 exit=0 wall=0.1 user=0.2 system=0.3\n",
        text());
  }

  @Test
  void aNameCannotEndTheLineNorTheField() throws InterruptedException {
    log.onEnd("/a b\n\"\\\u00e9\u007f", "pid=7");
    log.close(WAIT);
    assertEquals("2024-03-01T05:29:58+0530 /a\\x20b\\x0a\\x22\\x5c\\xe9\\x7f pid=7\n", text());
  }

  @Test
  void linesAreWrittenInOrderWhenTheyAreFlushedOrMany() throws InterruptedException {
    int many = 5000;
    StringBuilder expected = new StringBuilder();
    for (int i = 0; i < many; i++) {
      log.onEnd("/x", "pid=" + i);
      expected.append("2024-03-01T05:29:58+0530 /x pid=").append(i).append('\n');
    }
    log.flush();
    Awaitility.await()
        .atMost(WAIT)
        .pollInterval(5, TimeUnit.MILLISECONDS)
        .until(() -> text().contentEquals(expected));
    log.close(WAIT);
    assertEquals(expected.toString(), text());
  }

  @Test
  void aNameThatIsLongerThanABlockIsLeftOut() throws InterruptedException {
    log.onEnd("/" + "\n".repeat(20_000), "pid=1");
    log.onEnd("/x", "pid=2");
    log.close(WAIT);
    assertEquals("2024-03-01T05:29:58+0530 /x pid=2\n", text());
  }
}
