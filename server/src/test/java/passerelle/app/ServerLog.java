package passerelle.app;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** What the server says to its log, kept from the terminal while a test looks at it. */
public final class ServerLog implements AutoCloseable {
  private final PrintStream before = System.err;
  private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

  /** Listens until it is closed. */
  public ServerLog() {
    System.setErr(new PrintStream(octets, true, StandardCharsets.UTF_8));
  }

  /** What it has said so far. */
  public String text() {
    return octets.toString(StandardCharsets.UTF_8);
  }

  /** Waits until the log holds a text. */
  public void await(String part) {
    await("\"" + part + "\" in the log", () -> text().contains(part));
  }

  /** Waits until a line of the log holds both texts: others may still come from a test before. */
  public void await(String one, String other) {
    await(
        "\"" + one + "\" and \"" + other + "\" in a line of the log",
        () -> text().lines().anyMatch(line -> line.contains(one) && line.contains(other)));
  }

  private static void await(String what, Callable<Boolean> condition) {
    Awaitility.await(what)
        .atMost(60, TimeUnit.SECONDS)
        .pollDelay(Duration.ZERO)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .until(condition);
  }

  @Override
  public void close() {
    System.setErr(before);
  }
}
