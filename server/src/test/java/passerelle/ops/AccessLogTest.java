package passerelle.ops;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import passerelle.files.Requests;
import passerelle.http.Exchange;
import passerelle.http.ExchangeState;
import passerelle.http.Method;
import passerelle.http.Request;
import passerelle.http.Status;
import passerelle.pages.ErrorPages;

/** Combined Log Format, whatever clients send, and however slow the disk is. */
final class AccessLogTest {
  private static final long NOON = 951_825_600_999L; // 2000-02-29T12:00:00.999Z

  /** Far longer than anything takes: it only ends a hang. */
  private static final Duration WAIT = Duration.ofSeconds(60);

  private final ByteArrayOutputStream target = new ByteArrayOutputStream();

  private final PrintStream terminal = System.err;

  /** The log of the server, which is not under test here. */
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @BeforeEach
  void keepTheTerminalQuiet() {
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  @AfterEach
  void giveTheTerminalBack() {
    System.setErr(terminal);
  }

  private AccessLog open(OutputStream stream) {
    try {
      return new AccessLog(() -> stream, () -> NOON, ZoneOffset.UTC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String written() {
    return target.toString(StandardCharsets.ISO_8859_1);
  }

  private static Exchange exchange(Request request) {
    return new Exchange(request, new ExchangeState(() -> {}), Runnable::run, new ErrorPages());
  }

  private static Exchange answered(Request request, Status status) {
    Exchange exchange = exchange(request);
    exchange.response().status(status);
    exchange.send();
    return exchange;
  }

  /** The one line that an exchange leaves. */
  private String line(Exchange exchange, long octets) throws InterruptedException {
    AccessLog log = open(target);
    log.onEnd(exchange, octets);
    log.close(WAIT);
    assertTrue(written().endsWith("\n"));
    return written().stripTrailing();
  }

  @Test
  void aLineIsInCombinedLogFormat() throws InterruptedException {
    Request request =
        Requests.of(
            Method.POST, "/a%20b?c=d", "Referer: http://a.example/", "User-Agent: raw/1.0 (x; y)");
    assertEquals(
        "192.0.2.7 - - [29/Feb/2000:12:00:00 +0000] \"POST /a%20b?c=d HTTP/1.1\" 404 1234"
            + " \"http://a.example/\" \"raw/1.0 (x; y)\"",
        line(answered(request, Status.NOT_FOUND), 1234));
  }

  @Test
  void whatIsMissingIsADash() throws InterruptedException {
    Request request = Requests.of(Method.GET, "/");
    request.minorVersion(0);
    assertEquals(
        "192.0.2.7 - - [29/Feb/2000:12:00:00 +0000] \"GET / HTTP/1.0\" 200 0 \"-\" \"-\"",
        line(answered(request, Status.OK), 0));
  }

  @Test
  void aRequestThatCouldNotBeReadIsADashToo() throws InterruptedException {
    Request request = Requests.of(Method.GET, "");
    assertEquals(
        "192.0.2.7 - - [29/Feb/2000:12:00:00 +0000] \"-\" 400 9 \"-\" \"-\"",
        line(answered(request, Status.BAD_REQUEST), 9));
  }

  @Test
  void aClientThatLeftBeforeTheAnswerIs499() throws InterruptedException {
    assertTrue(line(exchange(Requests.of(Method.GET, "/")), 0).contains("HTTP/1.1\" 499 0 "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "a\"b|a\\x22b",
        "a\\b|a\\x5cb",
        "a\u001b[31mb|a\\x1b[31mb",
        "a\u0007b|a\\x07b",
        "a\tb|a\\x09b",
        "a\u007fb|a\\x7fb",
        "caf\u00c3\u00a9|caf\\xc3\\xa9",
        "\u00ff|\\xff",
        "a b~!'%|a b~!'%",
      })
  void octetsThatCouldForgeALineAreEscaped(String value, String logged)
      throws InterruptedException {
    Request request =
        Requests.of(Method.GET, "/" + value, "Referer: " + value, "User-Agent: " + value);
    assertEquals(
        "192.0.2.7 - - [29/Feb/2000:12:00:00 +0000] \"GET /"
            + logged
            + " HTTP/1.1\" 200 5 \""
            + logged
            + "\" \""
            + logged
            + "\"",
        line(answered(request, Status.OK), 5));
  }

  @Test
  void aLineEndCannotEndTheLine() throws InterruptedException {
    Request request = Requests.of(Method.GET, "/a\r\nb");
    String line = line(answered(request, Status.OK), 5);
    assertTrue(line.contains("/a\\x0d\\x0ab HTTP"), line);
    assertEquals(1, line.lines().count());
  }

  @Test
  void theTimeIsThatOfTheZone() throws IOException, InterruptedException {
    AccessLog log = new AccessLog(() -> target, () -> NOON, ZoneId.of("Asia/Kolkata"));
    log.onEnd(answered(Requests.of(Method.GET, "/"), Status.OK), 0);
    log.close(WAIT);
    assertTrue(written().contains("[29/Feb/2000:17:30:00 +0530]"), this::written);
  }

  @Test
  void nothingIsWrittenBeforeTheFlush() throws InterruptedException {
    AccessLog log = open(target);
    log.onEnd(answered(Requests.of(Method.GET, "/"), Status.OK), 0);
    assertEquals("", written());
    log.flush();
    Awaitility.await().atMost(WAIT).until(() -> !written().isEmpty());
    log.flush();
    log.close(WAIT);
    assertEquals(1, written().lines().count());
  }

  @Test
  void aFullBlockIsWrittenByItselfAndLinesKeepTheirOrder() throws InterruptedException {
    AccessLog log = open(target);
    int lines = 5000;
    for (int i = 0; i < lines; i++) {
      log.onEnd(answered(Requests.of(Method.GET, "/" + i), Status.OK), i);
    }
    Awaitility.await().atMost(WAIT).until(() -> written().length() > 100_000);
    log.close(WAIT);
    String[] all = written().split("\n", -1);
    assertEquals(lines + 1, all.length);
    for (int i = 0; i < lines; i++) {
      assertTrue(all[i].contains("\"GET /" + i + " HTTP/1.1\" 200 " + i + " "), all[i]);
    }
    assertEquals(0, log.dropped());
  }

  @Test
  void theLongestHeadFits() throws InterruptedException {
    String value = "\u00ff".repeat(4 * 1024);
    Request request =
        Requests.of(Method.OPTIONS, "/" + value, "Referer: " + value, "User-Agent: " + value);
    AccessLog log = open(target);
    for (int i = 0; i < 3; i++) {
      log.onEnd(answered(request, Status.OK), Long.MAX_VALUE);
    }
    log.close(WAIT);
    assertEquals(0, log.dropped());
    assertEquals(3, written().lines().filter(line -> line.endsWith("\\xff\"")).count());
  }

  /** A head may have a mebibyte; whoever sends one is not to go unseen. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {"x|20480|x", "\u00ff|5120|\\xff", "\"|5120|\\x22"})
  void whatIsTooLongForALineIsCutAndTheLineKept(String octet, int kept, String logged)
      throws InterruptedException {
    String value = octet.repeat(300_000);
    Request request =
        Requests.of(Method.OPTIONS, value, "Referer: " + value, "User-Agent: " + value);
    String cut = logged.repeat(kept) + "...";
    String line = line(answered(request, Status.NOT_FOUND), Long.MAX_VALUE);
    assertTrue(line.contains("\"OPTIONS " + cut + " HTTP/1.1\" 404 "), "the target");
    assertTrue(line.endsWith(" \"" + cut + "\" \"" + cut + "\""), "the fields");
  }

  @Test
  void aDiskThatDoesNotFollowCostsLinesThatAreCounted() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    AccessLog log = open(new Gated(target, gate));
    String agent = "User-Agent: " + "x".repeat(8000);
    Exchange exchange = answered(Requests.of(Method.GET, "/", agent), Status.OK);
    int lines = 1000;
    for (int i = 0; i < lines; i++) {
      log.onEnd(exchange, 0);
    }
    long dropped = log.dropped();
    assertTrue(dropped > 0 && dropped < lines, () -> dropped + " lines dropped");
    gate.countDown();
    Awaitility.await().atMost(WAIT).until(() -> written().lines().count() > (lines - dropped) / 2);
    log.close(WAIT);
    assertEquals(dropped, log.dropped());
    assertTrue(said.toString(StandardCharsets.UTF_8).contains("lines dropped"));
    assertEquals(lines - dropped, written().lines().count());
  }

  @Test
  void aLogThatIsClosedWhileTheDiskIsSlowLosesNoMore() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    AccessLog log = open(new Gated(target, gate));
    String agent = "User-Agent: " + "x".repeat(8000);
    Exchange exchange = answered(Requests.of(Method.GET, "/", agent), Status.OK);
    int lines = 0;
    while (log.dropped() == 0) {
      log.onEnd(exchange, 0);
      lines++;
    }
    Thread closer = new Thread(() -> close(log));
    closer.start();
    Awaitility.await().atMost(WAIT).until(() -> closer.getState() != Thread.State.RUNNABLE);
    gate.countDown();
    closer.join();
    assertEquals(lines - log.dropped(), written().lines().count());
  }

  private static void close(AccessLog log) {
    try {
      log.close(WAIT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aTargetThatFailsLosesItsBlockAndNoMore(boolean isOutOfMemory) throws InterruptedException {
    AccessLog log =
        open(
            new OutputStream() {
              private boolean hasFailed;

              @Override
              public void write(int octet) {
                target.write(octet);
              }

              @Override
              public void write(byte[] octets, int from, int count) throws IOException {
                if (!hasFailed) {
                  hasFailed = true;
                  if (isOutOfMemory) {
                    throw new OutOfMemoryError("as if");
                  }
                  throw new IOException("no space left");
                }
                target.write(octets, from, count);
              }
            });
    Exchange exchange = answered(Requests.of(Method.GET, "/"), Status.OK);
    log.onEnd(exchange, 1);
    log.flush();
    log.onEnd(exchange, 2);
    log.close(WAIT);
    assertEquals(1, written().lines().count());
    assertTrue(written().contains(" 200 2 "));
  }

  /** A stream that waits at the gate. */
  private static final class Gated extends OutputStream {
    private final OutputStream target;
    private final CountDownLatch gate;

    Gated(OutputStream target, CountDownLatch gate) {
      this.target = target;
      this.gate = gate;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int from, int count) throws IOException {
      try {
        if (!gate.await(WAIT.toSeconds(), TimeUnit.SECONDS)) {
          throw new IOException("the gate stayed shut");
        }
      } catch (InterruptedException e) {
        throw new IOException(e);
      }
      target.write(octets, from, count);
    }
  }
}
